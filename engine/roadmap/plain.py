"""Reading plain JSON or YAML values: each refusal names the place and the sentence in both languages."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NoReturn

from engine.rubric.values import Text


class Refused(ValueError):
    """Input that cannot be used: where (``path``) and one sentence (``message``)."""

    def __init__(self, path: str, message: Text) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message.en}" if path else message.en)

    def in_language(self, language: str) -> str:
        """Path and sentence in the language asked for."""
        sentence = self.message.in_language(language)
        return f"{self.path}: {sentence}" if self.path else sentence


def refuse(kind: type[Refused], path: str, zh: str, en: str) -> NoReturn:
    raise kind(path, Text(zh, en))


def decimal(kind: type[Refused], path: str, value: object, bounds: tuple[Decimal, Decimal]) -> Decimal:
    """A number given as text, whole number or decimal, inside ``bounds``, of at most 2 decimals."""
    least, most = bounds
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise InvalidOperation
        found = Decimal(value.strip() if isinstance(value, str) else value)
        if not found.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        refuse(kind, path, "应为一个数。", "must be a number.")
    if not least <= found <= most:
        refuse(kind, path, f"应在{least}至{most}之间。", f"must be between {least} and {most}.")
    if found != found.quantize(Decimal("0.01")):
        refuse(kind, path, "最多两位小数。", "may have two decimals at most.")
    return found


def words(kind: type[Refused], path: str, value: object) -> list[str]:
    """A list of texts or numbers, as texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str | int | Decimal) for one in value):
        refuse(kind, path, "应为一个列表。", "must be a list.")
    return [str(one) for one in value]
