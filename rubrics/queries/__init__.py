from rubrics.queries.editions import (
    confirmation_of,
    current_editions,
    find_edition,
    get_rubric,
    get_rubrics,
    official_wordings,
)

__all__ = [
    "confirmation_of",
    "current_editions",
    "find_edition",
    "get_rubric",
    "get_rubrics",
    "official_wordings",
]
