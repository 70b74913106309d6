"""First form of the tables."""

import sqlalchemy as sa
from alembic import op

from mailbridge.store.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "caseworkers",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("task_list", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_caseworkers")),
    )
    op.create_table(
        "constituents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=False),
        sa.Column("street", sa.String(length=500), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_constituents")),
    )
    with op.batch_alter_table("constituents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_constituents_external_id"), ["external_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_constituents_postcode"), ["postcode"], unique=False)

    op.create_table(
        "copies",
        sa.Column("mailbox", sa.String(length=80), nullable=False),
        sa.Column("handle", sa.String(length=900), nullable=False),
        sa.Column("folder", sa.String(length=600), nullable=False),
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "handle", name=op.f("pk_copies")),
    )
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.create_index("ix_copies_mailbox_folder", ["mailbox", "folder"], unique=False)
        batch_op.create_index(batch_op.f("ix_copies_message_key"), ["message_key"], unique=False)

    op.create_table(
        "cursors",
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_cursors")),
    )
    op.create_table(
        "imports",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_key", sa.String(length=400), nullable=False),
        sa.Column("entry_id", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "row_key", name=op.f("pk_imports")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_about"), ["about"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "messages",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("sender_name", sa.String(length=500), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("automatic", sa.String(length=20), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("first_folder", sa.String(length=600), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_sender"), ["sender"], unique=False)

    op.create_table(
        "notes",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notes")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("wait_length", sa.Integer(), nullable=True),
        sa.Column("wait_unit", sa.String(length=20), nullable=False),
        sa.Column("receipt_days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("action", sa.JSON(), nullable=False),
        sa.Column("reason_codes", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_subject"), ["subject"], unique=False)

    op.create_table(
        "set_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=80), nullable=False),
        sa.Column("folder", sa.String(length=600), nullable=False),
        sa.Column("handle", sa.String(length=900), nullable=False),
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
        sa.UniqueConstraint("mailbox", "handle", name=op.f("uq_set_aside_mailbox_handle")),
    )
    op.create_table(
        "tasks",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("letter_id", sa.String(length=40), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("now", sa.JSON(), nullable=True),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("was_deleted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_is_open"), ["is_open"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("constituent_id", sa.Integer(), nullable=True),
        sa.Column("caseworker", sa.String(length=320), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("folder", sa.String(length=600), nullable=False),
        sa.Column("folder_id", sa.String(length=200), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["constituent_id"], ["constituents.id"], name=op.f("fk_cases_constituent_id")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cases_constituent_id"), ["constituent_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cases_external_id"), ["external_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_folder"), ["folder"], unique=False)

    op.create_table(
        "constituent_emails",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("constituent_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("learned_from", sa.String(length=40), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["constituent_id"],
            ["constituents.id"],
            name=op.f("fk_constituent_emails_constituent_id"),
        ),
        sa.PrimaryKeyConstraint("email", "constituent_id", name=op.f("pk_constituent_emails")),
    )
    op.create_table(
        "constituent_phones",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("constituent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["constituent_id"],
            ["constituents.id"],
            name=op.f("fk_constituent_phones_constituent_id"),
        ),
        sa.PrimaryKeyConstraint("phone", "constituent_id", name=op.f("pk_constituent_phones")),
    )
    op.create_table(
        "denied_emails",
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("constituent_id", sa.Integer(), nullable=False),
        sa.Column("denied_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["constituent_id"], ["constituents.id"], name=op.f("fk_denied_emails_constituent_id")
        ),
        sa.PrimaryKeyConstraint("email", "constituent_id", name=op.f("pk_denied_emails")),
    )
    op.create_table(
        "suggestions",
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.String(length=200), nullable=False),
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_key"], ["messages.key"], name=op.f("fk_suggestions_message_key")
        ),
        sa.PrimaryKeyConstraint("message_key", "tag", name=op.f("pk_suggestions")),
    )
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestions_state"), ["state"], unique=False)

    op.create_table(
        "threads",
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_key"], ["messages.key"], name=op.f("fk_threads_message_key")
        ),
        sa.PrimaryKeyConstraint("message_key", "position", name=op.f("pk_threads")),
    )
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_threads_message_id"), ["message_id"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("person_outcome", sa.String(length=20), nullable=False),
        sa.Column("constituent_id", sa.Integer(), nullable=True),
        sa.Column("case_outcome", sa.String(length=20), nullable=False),
        sa.Column("case_reference", sa.String(length=12), nullable=True),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("is_suspect", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["cases.reference"], name=op.f("fk_decisions_case_reference")
        ),
        sa.ForeignKeyConstraint(
            ["constituent_id"], ["constituents.id"], name=op.f("fk_decisions_constituent_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_key"], ["messages.key"], name=op.f("fk_decisions_message_key")
        ),
        sa.PrimaryKeyConstraint("message_key", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_decisions_case_reference"), ["case_reference"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_decisions_constituent_id"), ["constituent_id"], unique=False
        )

    op.create_table(
        "letters",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("case_reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.Column("their_reference", sa.String(length=200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["cases.reference"], name=op.f("fk_letters_case_reference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_letters_case_reference"), ["case_reference"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_letters_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letters_message_key"), ["message_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_letters_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_letters_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_letters_their_reference"), ["their_reference"], unique=False
        )

    op.create_table(
        "answers",
        sa.Column("letter_id", sa.String(length=40), nullable=False),
        sa.Column("message_key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_answers_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", "message_key", name=op.f("pk_answers")),
    )


def downgrade() -> None:
    """Backwards."""
    op.drop_table("answers")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letters_their_reference"))
        batch_op.drop_index(batch_op.f("ix_letters_state"))
        batch_op.drop_index(batch_op.f("ix_letters_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_letters_message_key"))
        batch_op.drop_index(batch_op.f("ix_letters_message_id"))
        batch_op.drop_index(batch_op.f("ix_letters_case_reference"))

    op.drop_table("letters")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_constituent_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_case_reference"))

    op.drop_table("decisions")
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_threads_message_id"))

    op.drop_table("threads")
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestions_state"))

    op.drop_table("suggestions")
    op.drop_table("denied_emails")
    op.drop_table("constituent_phones")
    op.drop_table("constituent_emails")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_folder"))
        batch_op.drop_index(batch_op.f("ix_cases_external_id"))
        batch_op.drop_index(batch_op.f("ix_cases_constituent_id"))

    op.drop_table("cases")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_letter_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_is_open"))

    op.drop_table("tasks")
    op.drop_table("set_aside")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_subject"))
        batch_op.drop_index(batch_op.f("ix_outbox_state"))

    op.drop_table("outbox")
    op.drop_table("organisations")
    op.drop_table("notes")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_sender"))
        batch_op.drop_index(batch_op.f("ix_messages_message_id"))
        batch_op.drop_index(batch_op.f("ix_messages_at"))

    op.drop_table("messages")
    op.drop_table("leases")
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_about"))

    op.drop_table("journal")
    op.drop_table("imports")
    op.drop_table("cursors")
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copies_message_key"))
        batch_op.drop_index("ix_copies_mailbox_folder")

    op.drop_table("copies")
    with op.batch_alter_table("constituents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_constituents_postcode"))
        batch_op.drop_index(batch_op.f("ix_constituents_external_id"))

    op.drop_table("constituents")
    op.drop_table("caseworkers")
