"""The address of rules as SQL text."""

from __future__ import annotations

from tests.web.permissions.format import Ask, Row
from tests.web.permissions.verification import of, staff

ROWS: dict[str, Row] = {
    "rule-sql": Row(
        kwargs=of("draft", rule="FC-01.01-1", dialect="oracle"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(
                staff(200, reviewer=403, bureau_manager=403),
                kwargs=of("submitted", rule="FC-01.01-1", dialect="mssql"),
                about="submitted: a bureau sees results, not the hospital's tables",
            ),
            Ask(staff(404), kwargs=of("draft", rule="99", dialect="oracle"), about="no such rule"),
            Ask(
                staff(404),
                kwargs=of("draft", rule="FC-01.01-1", dialect="duckdb"),
                about="no such database",
            ),
        ),
    ),
}
