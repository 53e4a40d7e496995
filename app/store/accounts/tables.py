"""The tables of people, of what they may do, and of the audit."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.store.database.schema import metadata

# People, and what they may do: no fund's data, but for the roles.
person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),  # folded, so that case does not matter
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Sessions carry it: where it moves on, they end.
    Column("session_epoch", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
api_token = Table(
    "api_token",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("last_four", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("scope", Text, nullable=False),
    Column("fund_ids", ARRAY(Uuid)),  # none: all funds of its person
    CheckConstraint("scope IN ('read', 'record', 'all')", name="scope"),
)
# A browser in which somebody is signed in, while its epoch is theirs.
web_session = Table(
    "web_session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),  # to the minute
    Column("confirmed_at", DateTime(timezone=True), nullable=False),  # the password was given
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
)
# Attempts to sign in that failed, or are not judged yet.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email_key", Text, nullable=False),
    Column("address", Text, nullable=False),  # the network, of IPv6 the /64
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("browser", Text),  # one that is known to have signed in with the email
)
# Who did what to whom, from where: append-only and chained like the log, in one chain for the site.
# Its ids refer to no other table by a foreign key, whose locks could end in a deadlock.
audit_event = Table(
    "audit_event",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("actor_id", Uuid),
    Column("actor", Text, nullable=False),
    Column("about_id", Uuid),
    Column("about", Text),
    Column("fund_id", Uuid),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("address", Text),
    Column("device", Text),
    Column("request_id", Text),
    Column("chain_hash", LargeBinary, nullable=False),
    Column(
        "prev_sequence",
        BigInteger,
        Computed("CASE WHEN sequence > 1 THEN sequence - 1 END", persisted=True),
    ),
    CheckConstraint("sequence >= 1", name="sequence"),
    ForeignKeyConstraint(["prev_sequence"], ["audit_event.sequence"]),
)
# Its only row is locked by whoever appends.
audit_head = Table(
    "audit_head",
    metadata,
    Column("is_only", Boolean, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("chain_hash", LargeBinary, nullable=False),
    CheckConstraint("is_only", name="is_only"),
)
# Who is asked into a fund, whether there is such a person or not.
fund_invitation = Table(
    "fund_invitation",
    metadata,
    Column("fund_id", Uuid, ForeignKey("fund.id"), primary_key=True),
    Column("email_key", Text, primary_key=True),
    Column("email", Text, nullable=False),  # as it was typed
    Column("role", Text, nullable=False),
    Column("invited_by", Uuid, ForeignKey("person.id"), nullable=False),
    Column("invited_at", DateTime(timezone=True), nullable=False),
    Column("declined_at", DateTime(timezone=True)),  # which is not told to who asked
    CheckConstraint("role IN ('viewer', 'analyst', 'gp')", name="role"),
)
# A password or a token that was just made up, until the page after it shows it.
shown_once = Table(
    "shown_once",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("person_id", Uuid, ForeignKey("person.id"), nullable=False),  # to whom it is shown
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

Index("api_token_person_idx", api_token.c.person_id)
Index("web_session_person_idx", web_session.c.person_id, web_session.c.began_at)
Index("web_session_began_idx", web_session.c.began_at)
Index("sign_in_attempt_email_idx", sign_in_attempt.c.email_key, sign_in_attempt.c.made_at)
Index("sign_in_attempt_address_idx", sign_in_attempt.c.address, sign_in_attempt.c.made_at)
Index("sign_in_attempt_made_idx", sign_in_attempt.c.made_at)
for _column in ("kind", "actor_id", "about_id", "fund_id", "occurred_at"):
    Index(f"audit_event_{_column}_idx", audit_event.c[_column], audit_event.c.sequence)
Index("fund_invitation_email_idx", fund_invitation.c.email_key)
Index("shown_once_made_idx", shown_once.c.made_at)
