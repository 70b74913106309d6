"""One module or package a mailbox backend; each is a `mailbridge.ports.Mailbox`."""
