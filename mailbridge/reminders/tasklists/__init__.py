"""One module a task list backend; each is a `mailbridge.ports.TaskList`."""
