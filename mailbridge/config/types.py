"""What a setting may hold: each type reads what people write, or says how to write it."""

import difflib
import re
import zoneinfo
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WrapSerializer

from mailbridge.domain.people import Wait, wait_from
from mailbridge.reminders.caldav_address import problem_with

# Deliberately plain: enough to catch a slip of the pen, not RFC 5321. One @, a dot after it.
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value.strip()):
        raise ValueError(f"{value!r} is not an e-mail address: write it like office@example.org")
    return value.strip().lower()


def _domain(value: str) -> str:
    name = value.strip().lower().removeprefix("@")
    if not _DOMAIN.fullmatch(name):
        raise ValueError(f"{value!r} is not a domain: write what follows the @, like example.org")
    return name


def _zone(value: str) -> str:
    # Some systems hold files that are no zones among their zones, so the name alone decides.
    if value in zoneinfo.available_timezones():
        return value
    near = difflib.get_close_matches(value, zoneinfo.available_timezones(), n=1)
    hint = f"did you mean {near[0]}?" if near else "write it like Europe/London"
    raise ValueError(f"{value!r} is no time zone that this machine knows: {hint}")


def _clock(value: object) -> object:
    # pydantic would take the number 9 for nine seconds past midnight.
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str) and _CLOCK.fullmatch(value.strip()):
        hour, minute = value.strip().split(":")
        return time(int(hour), int(minute))
    raise ValueError('is not a time of day: write it like "09:00"')


def _date(value: object) -> object:
    # pydantic would take a number for seconds since 1970, and drop a time of day.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value.strip())
    raise ValueError("is not a day: write it like 2026-11-21")


def _wait(value: object) -> object:
    if isinstance(value, Wait):
        return value
    wait = wait_from(value) if isinstance(value, str) else None
    if wait is None:
        raise ValueError('is not a length of time: write it like "21 days" or "20 working days"')
    return wait


def _place(value: object, info: ValidationInfo) -> object:
    """The path, resolved against the folder of the file it was written in."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError('is not a path: write it in quotes, like "/srv/mail/office"')
    path = Path(value).expanduser()
    return (info.context["home"] / path) if info.context else path


def _url(value: str, info: ValidationInfo) -> str:
    """The database's URL, with SQLite's file resolved against the configuration's folder."""
    scheme, found, rest = value.partition(":///")
    if scheme.startswith("sqlite"):
        if not found or not rest or rest.startswith(":memory:"):
            raise ValueError('names no file: write it like "sqlite:///mailbridge.sqlite"')
        path = Path(rest).expanduser()
        return f"{scheme}:///{info.context['home'] / path if info.context else path}"
    try:
        parts = urlsplit(value)
        password = parts.password
    except ValueError as error:
        raise ValueError(
            'cannot be read as a URL: write it like "sqlite:///mailbridge.sqlite"'
        ) from error
    if password:
        # The value is not repeated: the message may land in a log or on a shared screen.
        raise ValueError(
            "holds a password, and secrets never stand in this file: take it out, "
            "and use PGPASSWORD or a .pgpass file"
        )
    if parts.scheme.partition("+")[0] != "postgresql":
        raise ValueError('is no database we know: write it like "sqlite:///mailbridge.sqlite"')
    return value


def _server(value: str) -> str:
    if problem := problem_with(value):
        # The value is not repeated: it may hold a password.
        raise ValueError(problem)
    return value


def _folder(value: str) -> str:
    levels = [level.strip() for level in value.split("/")]
    if not all(levels):
        raise ValueError('is not a folder name: write it like "Cases" or "Cases/Closed"')
    return "/".join(levels)


Text = Annotated[str, Field(strict=True)]
Email = Annotated[str, AfterValidator(_email)]
Domain = Annotated[str, AfterValidator(_domain)]
Clock = Annotated[time, BeforeValidator(_clock)]
CalendarDay = Annotated[date, BeforeValidator(_date)]
Zone = Annotated[str, AfterValidator(_zone)]
Url = Annotated[str, Field(strict=True), AfterValidator(_url)]
ServerUrl = Annotated[str, Field(strict=True), AfterValidator(_server)]
Place = Annotated[Path, BeforeValidator(_place)]
FolderName = Annotated[str, AfterValidator(_folder)]
Count = Annotated[int, Field(strict=True, ge=1)]
Odds = Annotated[float, Field(strict=True, ge=0, le=100)]
Yes = Annotated[bool, Field(strict=True)]
WaitWords = Annotated[
    Wait,
    BeforeValidator(_wait),
    WrapSerializer(lambda wait, _default: str(wait), return_type=str),
]
