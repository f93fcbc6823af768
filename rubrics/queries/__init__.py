from rubrics.queries.editions import (
    confirmation_of,
    current_editions,
    find_edition,
    get_rubric,
    get_rubrics,
    official_wordings,
    rubric_under,
)

__all__ = [
    "confirmation_of",
    "current_editions",
    "find_edition",
    "get_rubric",
    "get_rubrics",
    "official_wordings",
    "rubric_under",
]
