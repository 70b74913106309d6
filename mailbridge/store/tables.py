"""Every table and what its columns mean. Plain SQL types only: SQLite now, PostgreSQL as well."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mailbridge.store.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- The register: who the office knows -------------------------------------------------------

constituents = Table(
    "constituents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(300), nullable=False),  # as people say it: "Mrs Amina Khan"
    Column("postcode", String(16), nullable=False, default="", index=True),  # "LS6 2AB"
    Column("street", String(500), nullable=False, default=""),
    Column("external_id", String(200), nullable=False, default="", index=True),
    Column("source", String(40), nullable=False),  # "import", "mail", "person"
    Column("added_at", UtcDateTime, nullable=False),
)

constituent_emails = Table(
    "constituent_emails",
    metadata,
    Column("email", String(320), primary_key=True),  # lower-cased; may belong to several
    Column("constituent_id", ForeignKey("constituents.id"), primary_key=True),
    Column("source", String(40), nullable=False),  # "import" or "learned"
    Column("learned_from", String(40), nullable=False, default=""),  # message key
    Column("added_at", UtcDateTime, nullable=False),
)

constituent_phones = Table(
    "constituent_phones",
    metadata,
    Column("phone", String(20), primary_key=True),  # E.164
    Column("constituent_id", ForeignKey("constituents.id"), primary_key=True),
)

denied_emails = Table(  # a caseworker undid what an address taught: never learned again
    "denied_emails",
    metadata,
    Column("email", String(320), primary_key=True),
    Column("constituent_id", ForeignKey("constituents.id"), primary_key=True),
    Column("denied_at", UtcDateTime, nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", String(80), primary_key=True),  # "anytown-council"
    Column("name", String(300), nullable=False),
    Column("kind", String(60), nullable=False, default=""),
    Column("domains", JSON, nullable=False),
    Column("emails", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("wait_length", Integer),  # empty: the office's own default
    Column("wait_unit", String(20), nullable=False, default="days"),
    Column("receipt_days", Integer, nullable=False, default=0),
    Column("source", String(500), nullable=False, default=""),
    Column("external_id", String(200), nullable=False, default=""),
)

caseworkers = Table(
    "caseworkers",
    metadata,
    Column("email", String(320), primary_key=True),
    Column("name", String(300), nullable=False),
    Column("task_list", String(200), nullable=False, default=""),  # "" is the office's list
    Column("external_id", String(200), nullable=False, default=""),
)

imports = Table(  # which row of which list an entry came from, to tell new, changed and gone
    "imports",
    metadata,
    Column("kind", String(40), primary_key=True),  # "constituents", "cases" …
    Column("row_key", String(400), primary_key=True),
    Column("entry_id", String(400), nullable=False),  # id in the kind's own table
    Column("digest", String(64), nullable=False),  # of the row as imported
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("is_gone", Boolean, nullable=False, default=False),  # not in the newest file
)

# --- Cases -------------------------------------------------------------------------------------

cases = Table(
    "cases",
    metadata,
    Column("reference", String(12), primary_key=True),  # "K4T7-29"
    Column("title", String(300), nullable=False),  # "Khan, Amina – damp at Elm Court"
    Column("constituent_id", ForeignKey("constituents.id"), index=True),
    Column("caseworker", String(320), nullable=False, default=""),
    Column("is_sensitive", Boolean, nullable=False, default=False),
    Column("state", String(20), nullable=False, default="open"),
    Column("folder", String(600), nullable=False, default="", index=True),
    Column("folder_id", String(200), nullable=False, default=""),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("tags", JSON, nullable=False),
    Column("external_id", String(200), nullable=False, default="", index=True),
)

# --- Mail --------------------------------------------------------------------------------------

messages = Table(
    "messages",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("message_id", String(998), nullable=False, default="", index=True),
    Column("direction", String(20), nullable=False),
    Column("at", UtcDateTime, index=True),  # when it reached the mailbox; empty: unknown
    Column("subject", Text, nullable=False),
    Column("sender", String(320), nullable=False, default="", index=True),
    Column("sender_name", String(500), nullable=False, default=""),
    Column("recipients", JSON, nullable=False),  # addr-specs, at most 100
    Column("automatic", String(20), nullable=False),
    Column("new_text", Text, nullable=False),
    Column("details", JSON, nullable=False),  # oddities, attachments, route: for `explain`
    Column("first_folder", String(600), nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
)

threads = Table(  # which Message-IDs a mail answers or refers to, nearest first
    "threads",
    metadata,
    Column("message_key", ForeignKey("messages.key"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("message_id", String(998), nullable=False, index=True),
)

copies = Table(  # where mail lies now, as far as we know
    "copies",
    metadata,
    Column("mailbox", String(80), primary_key=True),
    Column("handle", String(900), primary_key=True),
    Column("folder", String(600), nullable=False),
    Column("message_key", String(40), nullable=False, index=True),
    Column("version", String(200), nullable=False),
    Column("tags", JSON, nullable=False),  # canonical names
    Column("role", String(20), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_copies_mailbox_folder", "mailbox", "folder"),
)

set_aside = Table(  # mail that could not be understood, with the reason; waits for a person
    "set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mailbox", String(80), nullable=False),
    Column("folder", String(600), nullable=False),
    Column("handle", String(900), nullable=False),
    Column("message_key", String(40), nullable=False, default=""),
    Column("code", String(60), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    UniqueConstraint("mailbox", "handle"),
)

decisions = Table(  # who and which case, with the evidence; one row a mail, the latest
    "decisions",
    metadata,
    Column("message_key", ForeignKey("messages.key"), primary_key=True),
    Column("person_outcome", String(20), nullable=False),
    Column("constituent_id", ForeignKey("constituents.id"), index=True),
    Column("case_outcome", String(20), nullable=False),
    Column("case_reference", ForeignKey("cases.reference"), index=True),
    Column("by_person", Boolean, nullable=False, default=False),
    Column("is_suspect", Boolean, nullable=False, default=False),
    # [{"about", "code", "words"}]; evidence also says "to" whom or what, and its "weight".
    Column("reasons", JSON, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("message_key", ForeignKey("messages.key"), primary_key=True),
    Column("tag", String(200), primary_key=True),
    Column("facet", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("source", String(200), nullable=False),
    Column("words", Text, nullable=False),
    Column("state", String(20), nullable=False, index=True),  # open, applied, accepted, declined
    Column("changed_at", UtcDateTime, nullable=False),
)

# --- Letters and chases ------------------------------------------------------------------------

letters = Table(
    "letters",
    metadata,
    Column("id", String(40), primary_key=True),  # "K4T7-29/1"
    Column("case_reference", ForeignKey("cases.reference"), nullable=False, index=True),
    Column("organisation_id", String(300), nullable=False, index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("message_key", String(40), nullable=False, default="", index=True),
    Column("message_id", String(998), nullable=False, default="", index=True),
    Column("their_reference", String(200), nullable=False, default="", index=True),
    Column("document", JSON, nullable=False),  # the whole Letter; the columns are for look-ups
)

answers = Table(
    "answers",
    metadata,
    Column("letter_id", ForeignKey("letters.id"), primary_key=True),
    Column("message_key", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("document", JSON, nullable=False),
)

tasks = Table(  # what we last wrote into people's lists, and how they left it
    "tasks",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("letter_id", String(40), nullable=False, default="", index=True),
    Column("written", JSON, nullable=False),  # Task as we last wrote it
    Column("now", JSON),  # Task as it stands; empty: not seen yet, or gone
    Column("version", String(200), nullable=False, default=""),
    Column("is_open", Boolean, nullable=False, default=True, index=True),
    Column("was_deleted", Boolean, nullable=False, default=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# --- Doing it, and remembering -----------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),
    Column("subject", String(200), nullable=False, index=True),
    Column("kind", String(40), nullable=False),  # name of the action's class
    Column("format", Integer, nullable=False),  # of `action`, raised when its fields change
    Column("action", JSON, nullable=False),
    Column("reason_codes", JSON, nullable=False),
    Column("words", Text, nullable=False),
    Column("occasion", String(200), nullable=False, default=""),
    Column("state", String(20), nullable=False, index=True),  # held, due, done, stopped, dropped
    Column("tries", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("last_error", Text, nullable=False, default=""),
    Column("result", Text, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
)

journal = Table(  # what happened to a mail, case, letter or task, for `explain`
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("about", String(120), nullable=False, index=True),  # "mail 3f…", "case K4T7-29"
    Column("code", String(60), nullable=False),
    Column("words", Text, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", String(120), primary_key=True),  # "mailbox office", "tasks"
    Column("cursor", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

leases = Table(  # one writer a mailbox at a time
    "leases",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

notes = Table(  # single facts: "last read at", "rules broken", "sign-in needed"
    "notes",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
