"""Where log lines go: standard error, as text or JSON. Never a body, a subject or an address."""

import logging
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from mailbridge.config.settings import LogSection


def keep_log(log: "LogSection") -> None:
    """Log as the configuration says: for the daemon."""
    _configure(log, logging.getLevelNamesMapping()[log.level.upper()])


def keep_quiet(log: "LogSection", *, verbose: bool) -> None:
    """Log what went wrong only, unless asked for all: for commands that a person reads."""
    level = logging.getLevelNamesMapping()[log.level.upper()]
    _configure(log, level if verbose else max(level, logging.ERROR))


def _configure(log: "LogSection", level: int) -> None:
    # What libraries log may hold words of a mail (pypdf quotes what it cannot read).
    logging.getLogger().handlers = [logging.NullHandler()]
    renderer: structlog.typing.Processor
    if log.format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_traceback,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _without_traceback(
    logger: object, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """A traceback's last line, and the values in it, may be words of a mail."""
    del logger, name
    event.pop("exc_info", None)
    event.pop("stack_info", None)
    return event
