"""YAML with line numbers: mappings and lists that remember where they and their parts stand.

Decimal fractions are read as ``Decimal``, because thresholds enter exact arithmetic, and a key
that stands twice in one mapping is refused instead of silently winning.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from engine.rubric.errors import RubricError

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader  # type: ignore[assignment]


class MarkedMap(dict[str, Any]):
    """A mapping with its own ``line`` and the line of every key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.line_of: dict[str, int] = {}


class MarkedList(list[Any]):
    """A list with its own ``line`` and the line of every entry."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def read_marked(path: Path) -> Any:
    """The document in ``path``. Raises RubricError when it is missing, not UTF-8 or not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RubricError(str(path), 1, "this file does not exist") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(str(path), 1, f"this file cannot be read as UTF-8 text: {error}") from None
    return parse_marked(text, str(path))


def parse_marked(text: str, name: str) -> Any:
    """The document in ``text``; ``name`` stands for the file in a RubricError."""
    try:
        loader = SafeLoader(text)
    except yaml.YAMLError as error:  # a character YAML does not allow
        raise _not_yaml(name, error) from None
    try:
        node = loader.get_single_node()
        if node is None:
            raise RubricError(name, 1, "this file is empty")
        return _Builder(name, loader).build(node)
    except yaml.YAMLError as error:
        raise _not_yaml(name, error) from None
    finally:
        loader.dispose()


class _Builder:
    def __init__(self, file: str, loader: Any) -> None:
        self.file = file
        self.loader = loader

    def build(self, node: yaml.Node) -> Any:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, line)
        if isinstance(node, yaml.SequenceNode):
            entries = MarkedList(line)
            for child in node.value:
                entries.append(self.build(child))
                entries.lines.append(child.start_mark.line + 1)
            return entries
        if node.tag == "tag:yaml.org,2002:float":
            try:
                number = Decimal(node.value)
            except ArithmeticError:
                number = Decimal("NaN")
            if not number.is_finite():
                raise RubricError(self.file, line, f"{node.value} is not a decimal number")
            return number
        return self.loader.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode, line: int) -> MarkedMap:
        mapping = MarkedMap(line)
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise RubricError(self.file, key_line, "a key must be a plain word")
            key = key_node.value
            if key in mapping:
                raise RubricError(self.file, key_line, f"the key “{key}” stands twice in one mapping")
            mapping[key] = self.build(value_node)
            mapping.line_of[key] = key_line
        return mapping


def first_not_plain(text: str, deepest: int) -> tuple[int, str] | None:
    """The line of the first ``anchor`` (or alias) or of what is nested ``deeper`` than ``deepest``.

    For documents that strangers write: both can make a small text enormous. Raises RubricError
    when the text is not YAML.
    """
    depth = 0
    try:
        for token in yaml.scan(text, Loader=SafeLoader):
            line = token.start_mark.line + 1
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                return line, "anchor"
            kind = type(token).__name__
            if "Stream" not in kind and "Document" not in kind:
                depth += ("Start" in kind) - ("End" in kind)
            if depth > deepest:
                return line, "deeper"
    except yaml.YAMLError as error:
        raise _not_yaml("", error) from None
    return None


def write_plain(data: object) -> str:
    """``data`` (mappings, lists, texts, numbers) as YAML in its own order."""
    written: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
    return written


def _not_yaml(name: str, error: yaml.YAMLError) -> RubricError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return RubricError(name, mark.line + 1 if mark is not None else 1, f"this is not valid YAML: {problem}")
