"""Mistakes in a configuration, in words: where, what is wrong, and what to write instead."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from mailbridge.config.settings import Settings

# Whole words of a key's name: "authserv_ids" holds no secret, "imap_password" does.
_SECRET = re.compile(r"(?:^|_)(?:password|passwd|pass|secret|token|api_?key|private_key)s?(?:_|$)")

# What to say for pydantic's kinds of error; {…} are its own figures. Others speak for themselves.
_WORDS = {
    "missing": "is missing: this one has no default",
    "string_type": 'must be text in quotes, like "this"',
    "int_type": "must be a whole number, without quotes",
    "float_type": "must be a number, without quotes",
    "float_parsing": "must be a number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": 'must be a list, like ["one", "two"]',
    "dict_type": "must be a table of its own, like {{ key = value }}",
    "model_type": "must be a section, on a line of its own in square brackets",
    "model_attributes_type": "must be a section, on a line of its own in square brackets",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "too_short": "is empty: give at least one",
    "string_too_short": "is empty: give it a value",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def problems_of(error: ValidationError) -> Iterator[str]:
    """One sentence for each mistake that pydantic found, in the order of the settings."""
    mistakes = error.errors(include_url=False, include_input=False)
    for mistake in mistakes:
        where = mistake["loc"]
        # pydantic counts only right entries, so a list whose one entry is wrong is also too short.
        if mistake["type"] == "too_short" and any(other["loc"][:-1] == where for other in mistakes):
            continue
        if mistake["type"] == "extra_forbidden":
            yield _unknown(where)
            continue
        context = {name: str(value) for name, value in mistake.get("ctx", {}).items()}
        if mistake["type"] == "value_error":
            words = context["error"]
        else:
            words = _WORDS.get(mistake["type"], mistake["msg"]).format_map(context)
        yield f"{_spelled(where)} {words}"


def secrets_in(data: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[str]:
    """One sentence for each key that would hold a secret. Its value is never repeated."""
    for key, value in data.items():
        where = (*above, key)
        if _SECRET.search(key.lower()) and not key.lower().endswith("_command"):
            variable = "_".join(("MAILBRIDGE", *where)).upper()
            yield (
                f"{_spelled(where)} would hold a secret, and secrets are never in the file: take "
                f"it out, and where one is needed use {key.lower()}_command or the environment "
                f"variable {variable}"
            )
        elif isinstance(value, Mapping):
            yield from secrets_in(value, where)


def without_secrets(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data without those keys, so that each is told of once."""
    return {
        key: without_secrets(value) if isinstance(value, Mapping) else value
        for key, value in data.items()
        if not any(secrets_in({key: None}))
    }


def _spelled(where: tuple[int | str, ...]) -> str:
    """A place in the file as people find it: `[office] emails, entry 2`."""
    section, *rest = [part + 1 if isinstance(part, int) else part for part in where]
    names = [f"entry {part}" if isinstance(part, int) else part for part in rest if part != "[key]"]
    return f"[{section}] {', '.join(names)}" if names else f"[{section}]"


def _unknown(where: tuple[int | str, ...]) -> str:
    """That a key or section is not known, and which one was probably meant."""
    key = str(where[-1])
    if len(where) == 1:
        return f"[{key}] is not a section we know: {_meant(key, list(Settings.model_fields))}"
    mine = _keys(str(where[0]))
    if not difflib.get_close_matches(key, mine, n=1):
        for section in Settings.model_fields:
            if key in _keys(section):
                return (
                    f"{_spelled(where)} is not a setting of this section: it belongs in [{section}]"
                )
    return f"{_spelled(where)} is not a setting we know: {_meant(key, mine)}"


def _keys(section: str) -> list[str]:
    model = Settings.model_fields[section].annotation
    return (
        list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
    )


def _meant(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key.lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
