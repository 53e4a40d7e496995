"""The kinds of event that the audit of administration records."""

from __future__ import annotations

from enum import StrEnum


class AuditKind(StrEnum):
    """What somebody did, or tried to do, to the site or to those who use it."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    ALL_SESSIONS_ENDED = "all_sessions_ended"
    PASSWORD_CONFIRMED = "password_confirmed"  # noqa: S105 - the name of a kind
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - the name of a kind
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a kind
    PASSWORD_GIVEN = "password_given"  # noqa: S105 - the name of a kind
    PERSON_ADDED = "person_added"
    PERSON_DEACTIVATED = "person_deactivated"
    PERSON_REACTIVATED = "person_reactivated"
    ADMINISTRATOR_MADE = "administrator_made"
    ADMINISTRATOR_REMOVED = "administrator_removed"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_DECLINED = "invitation_declined"
    ROLE_GRANTED = "role_granted"
    ROLE_CHANGED = "role_changed"
    ROLE_REMOVED = "role_removed"
    TOKEN_MADE = "token_made"  # noqa: S105 - the name of a kind
    TOKEN_FIRST_USED = "token_first_used"  # noqa: S105 - the name of a kind
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a kind
    EXPORTED = "exported"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    APPROVAL_SWITCHED = "approval_switched"
    AUDIT_VERIFIED = "audit_verified"
