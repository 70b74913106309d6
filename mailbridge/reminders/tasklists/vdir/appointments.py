"""The office's calendar in a vdir: one VEVENT a file."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar

from mailbridge import disk
from mailbridge.domain.casework import Appointment
from mailbridge.domain.errors import TryLater
from mailbridge.faults import Step, no_fault
from mailbridge.reminders.icalendar import (
    Broken,
    appointment_in,
    ours,
    parsed,
    uid_of,
    with_appointment,
)
from mailbridge.reminders.tasklists.vdir.files import Vdir


class VdirCalendar:
    """The calendar below `root`. Times are told in `timezone`, the office's, and stored in UTC."""

    def __init__(
        self,
        root: Path,
        *,
        timezone: str = "Europe/London",
        step: Step = no_fault,
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._vdir = Vdir(root, step)
        self._zone = ZoneInfo(timezone)
        self._now = now

    def find_appointment(self, key: str) -> Appointment | None:
        """Our entry with this key, or None. Raises TryLater when its file is damaged."""
        with disk.telling(f"The calendar cannot be read in {self._vdir.root}"):
            found = self._find(key)
            return found[1] if found else None

    def put_appointment(self, appointment: Appointment) -> None:
        """Create our entry, or bring it up to date; what others put there stays."""
        with disk.telling(f"The calendar cannot be written in {self._vdir.root}"):
            found = self._find(appointment.key)
            path = self._vdir.collection("") / f"{uid_of(appointment.key)}.ics"
            calendar = None
            if found:
                path, _, calendar = found
            written_at = datetime.fromtimestamp(self._now() / 1e9, UTC).replace(microsecond=0)
            disk.replace(path, with_appointment(calendar, appointment, written_at), self._vdir.step)

    def _find(self, key: str) -> tuple[Path, Appointment, Calendar] | None:
        for _, path in self._vdir.candidates(uid_of(key)):
            try:
                calendar = parsed(path.read_bytes())
                event = ours(calendar, "VEVENT", key)
                if event:
                    return path, appointment_in(event[0], key, self._zone), calendar
            except FileNotFoundError:
                continue  # just deleted
            except (Broken, ValueError, TypeError):
                raise TryLater(
                    f"The calendar file {path.name} is damaged, or just being written. Mend it, "
                    "or delete it if it stays so."
                ) from None
        return None
