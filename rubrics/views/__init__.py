from rubrics.views.browsing import rubric, rubric_clause, rubric_item, rubric_search, rubrics
from rubrics.views.flags import rubric_flags, rubric_flags_withdraw
from rubrics.views.importing import rubric_flags_import
from rubrics.views.tables import figures_export, figures_import

__all__ = [
    "figures_export",
    "figures_import",
    "rubric",
    "rubric_clause",
    "rubric_flags",
    "rubric_flags_import",
    "rubric_flags_withdraw",
    "rubric_item",
    "rubric_search",
    "rubrics",
]
