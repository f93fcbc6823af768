"""How every command of the product ends: status 0 done, 1 the answer is no, 2 bad input.

Bad input is one clear line on the error stream and never a traceback.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser


class BadInput(Exception):
    """What is wrong with the input, where, and what to do: one sentence."""


class AnswerIsNo(Exception):
    """The command did its work and the answer is no; the sentence says why."""


class FileCommand(BaseCommand):
    """A command on plain files: needs no database and runs no system checks."""

    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.called_from_command_line = (
            True  # wrong arguments end with status 2 and one line, not a traceback
        )
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except BadInput as error:
            self._end(2, str(error))
        except AnswerIsNo as answer:
            self._end(1, str(answer))

    def _end(self, status: int, sentence: str) -> NoReturn:
        self.stderr.write(" ".join(sentence.split()))
        sys.exit(status)
