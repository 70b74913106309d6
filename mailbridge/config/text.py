"""The sample file and the documentation page, both generated from the settings themselves."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, time
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mailbridge.config.settings import Settings
from mailbridge.domain.people import Wait

_HEAD = """\
# mailbridge's configuration. A line that starts with # is a comment, or a setting at its default:
# take the # away to change it. `mailbridge config check` tells every mistake at once.
# Secrets never stand in this file.
"""

_INTRODUCTION = """\
For whoever sets mailbridge up for an office: every setting, generated from the code.

# Configuration

One TOML file. `mailbridge init` asks a few questions and writes it, `mailbridge config check` tells
every mistake in it at once, `mailbridge config show` prints what is in force, and
`mailbridge config sample` prints a commented file ([config/office.toml](../config/office.toml)).

mailbridge looks for it in this order, and takes the first that is there: the command's
`--config PATH`; the path in the environment variable `MAILBRIDGE_CONFIG`; `mailbridge.toml` in the
current folder; `mailbridge/office.toml` in `$XDG_CONFIG_HOME` (`~/.config` when unset);
`/etc/mailbridge/office.toml`.

Paths are relative to the file's own folder. A section or key that is not below is a mistake, and
the nearest known one is named. Secrets never stand in the file: a key that would hold one is
refused.
"""

Answers = Mapping[str, Mapping[str, object]]


def sample(answers: Answers | None = None) -> str:
    """A commented configuration file; `answers` (section → key → value) are written as set.

    Without answers, whatever has no default is filled with an example, so that the file is valid.
    """
    parts = [_HEAD]
    for section, model in _sections():
        given = (answers or {}).get(section, {})
        lines = [f"# {(model.__doc__ or '').strip()}", f"[{section}]"]
        for key, field in model.model_fields.items():
            lines += ["", *textwrap.wrap(f"# {field.description}", 98, subsequent_indent="# ")]
            lines += _line(key, field, given)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def documentation() -> str:
    """The page docs/configuration.md."""
    parts = [_INTRODUCTION]
    for section, model in _sections():
        rows = [
            f"| `{key}` | {_kind(field.annotation)} | {_default_cell(field)} "
            f"| {(field.description or '').replace('|', '/')} |"
            for key, field in model.model_fields.items()
        ]
        table = ["| key | is | default | says |", "| --- | --- | --- | --- |", *rows]
        parts.append(
            f"## `[{section}]`\n\n{(model.__doc__ or '').strip()}\n\n" + "\n".join(table) + "\n"
        )
    return "\n".join(parts)


def toml(value: object) -> str:
    """A value as TOML writes it.

    >>> toml(("Housing", time(9, 0)))
    '["Housing", "09:00"]'
    >>> toml(True)
    'true'
    """
    match value:
        case Enum():
            return toml(value.value)
        case bool() | int() | float():
            return json.dumps(value)
        case time():
            return toml(f"{value:%H:%M}")
        case date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(toml, value))}]"
        case Mapping():
            pairs = ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case str() | Path() | Wait():
            # JSON's string escapes are TOML's; only DEL is allowed by one and not by the other.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            raise TypeError(f"no setting holds a {type(value).__name__}")


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def _line(key: str, field: FieldInfo, given: Mapping[str, object]) -> list[str]:
    if key in given:
        return [f"{key} = {toml(given[key])}"]
    example = field.examples[0] if field.examples else None
    if field.is_required():
        return [f"{key} = {toml(example)}"]
    if example is not None:
        return [f"# For example: {key} = {toml(example)}"]
    return [f"# {key} = {toml(_default(field))}"]


def _default(field: FieldInfo) -> Any:  # noqa: ANN401  # a default is whatever the field is
    return field.get_default(call_default_factory=True)


def _default_cell(field: FieldInfo) -> str:
    if field.is_required():
        return "*must be given*"
    default = _default(field)
    return "none" if default in (None, (), {}, "") else f"`{toml(default)}`"


_NAMES: dict[object, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    Path: "path",
    date: "day",
    time: "time of day",
    Wait: "wait",
}


def _kind(annotation: object) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{member.value}`" for member in annotation)
    if origin is tuple:
        return "list"
    if origin is dict:
        return "table"
    if origin in (Union, UnionType):
        return _kind(next(kind for kind in inner if kind is not type(None)))
    if origin is Annotated:
        return _kind(inner[0])
    return _NAMES[annotation]
