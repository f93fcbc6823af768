"""What screening says: a kind, a place, a share. Never a value: not in a hit, not in a log, not in an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.rubric.values import Text

Kind = Literal[
    "resident_id", "resident_id_15", "mobile", "landline", "bank_card", "passport", "email", "ip", "name", "address",
    "plate", "header",
]  # fmt: skip

LABELS: dict[str, Text] = {
    "resident_id": Text(zh="居民身份证号", en="resident identity number"),
    "resident_id_15": Text(zh="疑似15位旧身份证号", en="possible 15-digit identity number"),
    "mobile": Text(zh="手机号码", en="mobile telephone number"),
    "landline": Text(zh="固定电话号码", en="landline telephone number"),
    "bank_card": Text(zh="银行卡号", en="bank card number"),
    "passport": Text(zh="护照或通行证号", en="passport or travel permit number"),
    "email": Text(zh="电子邮箱", en="e-mail address"),
    "ip": Text(zh="IP地址", en="IP address"),
    "name": Text(zh="真实姓名", en="real names"),
    "address": Text(zh="详细住址", en="street address"),
    "plate": Text(zh="车牌号", en="licence plate"),
    "header": Text(zh="列名表明是个人身份信息", en="a column whose name says it identifies a person"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that identifies a person.

    ``column``: the column (or message field, or ``""`` for a file or sheet name). ``row``: the first
    row from 1 without the header, a message's place in its file, 0 for a header, None where there is no row.
    ``share``: of the filled values, 0-1. ``warning``: to be shown, not a reason to refuse.
    """

    kind: Kind
    column: str
    row: int | None
    share: float
    warning: bool = False

    @property
    def label(self) -> Text:
        return LABELS[self.kind]
