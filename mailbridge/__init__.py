"""Reads an MP's office mailbox, files and tags its mail, and chases unanswered letters."""

__version__ = "0.1.0"
