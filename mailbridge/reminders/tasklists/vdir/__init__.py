"""Tasks and appointments as `.ics` files in folders, which other programs may use too."""

from mailbridge.reminders.tasklists.vdir.appointments import VdirCalendar
from mailbridge.reminders.tasklists.vdir.files import make_vdir
from mailbridge.reminders.tasklists.vdir.tasks import VdirTaskList

__all__ = ["VdirCalendar", "VdirTaskList", "make_vdir"]
