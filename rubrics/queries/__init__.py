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

__all__ = [
    "confirmation_of",
    "confirmations_of",
    "current_editions",
    "find_edition",
    "get_catalogue",
    "get_rubric",
    "get_rubrics",
    "is_newest",
    "official_wordings",
    "rubric_under",
]
