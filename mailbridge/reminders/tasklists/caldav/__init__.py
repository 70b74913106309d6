"""Tasks and appointments on a CalDAV server (RFC 4791); see docs/caldav.md."""

from mailbridge.reminders.tasklists.caldav.appointments import CaldavCalendar
from mailbridge.reminders.tasklists.caldav.home import Home
from mailbridge.reminders.tasklists.caldav.tasks import CaldavTaskList
from mailbridge.reminders.tasklists.caldav.wire import Wire

__all__ = ["CaldavCalendar", "CaldavTaskList", "Home", "Wire"]
