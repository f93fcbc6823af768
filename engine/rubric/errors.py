"""Why a rubric is refused."""

from __future__ import annotations


class RubricError(ValueError):
    """A rubric file that cannot be used: where, and one sentence that says what to change."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        self.file = file
        self.line = line
        self.sentence = sentence
        super().__init__(f"{file}:{line}: {sentence}")


class FlagsError(ValueError):
    """Basic/optional flags that contradict the gate table; ``level`` is None for an unknown item."""

    def __init__(self, level: int | None, sentence: str) -> None:
        self.level = level
        self.sentence = sentence
        super().__init__(sentence)
