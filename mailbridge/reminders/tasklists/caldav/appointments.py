"""The office's calendar on a CalDAV server: one VEVENT an entry."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar

from mailbridge.domain.casework import Appointment
from mailbridge.domain.errors import TryLater
from mailbridge.reminders.icalendar import (
    Broken,
    appointment_in,
    ours,
    parsed,
    uid_of,
    with_appointment,
)
from mailbridge.reminders.tasklists.caldav.home import Entry, Home

_KIND = "VEVENT"


class CaldavCalendar:
    """The calendar named `calendar`, made when needed. Times are told in `timezone`, the office's,
    and stored in UTC. An entry that somebody moved to another calendar is found there."""

    def __init__(
        self,
        home: Home,
        *,
        calendar: str = "mailbridge",
        timezone: str = "Europe/London",
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._home = home
        self._calendar = calendar
        self._zone = ZoneInfo(timezone)
        self._now = now

    def find_appointment(self, key: str) -> Appointment | None:
        """Our entry with this key, or None. Raises TryLater when it is damaged."""
        found = self._find(key)
        return found[1] if found else None

    def put_appointment(self, appointment: Appointment) -> None:
        """Create our entry, or bring it up to date; what others put there stays. Raises
        ChangedMeanwhile when somebody changes it in this very moment."""
        found = self._find(appointment.key)
        written_at = datetime.fromtimestamp(self._now() / 1e9, UTC).replace(microsecond=0)
        data = with_appointment(found[2] if found else None, appointment, written_at)
        if found:
            self._home.write(found[0].href, data, found[0].etag)
            return
        collection = self._home.collection(self._calendar, _KIND)
        href = f"{collection.href.rstrip('/')}/{uid_of(appointment.key)}.ics"
        self._home.write(href, data, None)

    def _find(self, key: str) -> tuple[Entry, Appointment, Calendar] | None:
        for collection in self._home.collections(_KIND):
            for entry in self._home.with_uid(collection, _KIND, uid_of(key)):
                try:
                    calendar = parsed(entry.data)
                    event = ours(calendar, _KIND, key)
                    if event:
                        return entry, appointment_in(event[0], key, self._zone), calendar
                except (Broken, ValueError, TypeError):
                    name = entry.href.rpartition("/")[2]
                    raise TryLater(
                        f"The appointment at {name} is damaged. Mend it, or delete it."
                    ) from None
        return None
