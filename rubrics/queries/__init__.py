from rubrics.queries.assumptions import get_assumptions
from rubrics.queries.catalogue import get_catalogue
from rubrics.queries.editions import (
    confirmation_of,
    confirmations_of,
    current_editions,
    find_edition,
    get_rubric,
    get_rubrics,
    is_newest,
    official_wordings,
    rubric_under,
)
from rubrics.queries.tables import catalogue_of_year, tables_of

__all__ = [
    "catalogue_of_year",
    "confirmation_of",
    "confirmations_of",
    "current_editions",
    "find_edition",
    "get_assumptions",
    "get_catalogue",
    "get_rubric",
    "get_rubrics",
    "is_newest",
    "official_wordings",
    "rubric_under",
    "tables_of",
]
