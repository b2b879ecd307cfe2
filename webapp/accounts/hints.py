"""Tell a person's open sockets that something about their rights changed."""

import uuid

from webapp.common.hints import hint_on_commit


def person_group(person_id: uuid.UUID) -> str:
    """All open sockets of this person."""
    return f"person.{person_id}"


def person_recheck(person_id: uuid.UUID) -> None:
    """After the commit, ask each open socket of this person to check its rights again.

    A lost hint closes nothing at once, but sockets also check by themselves.
    """
    hint_on_commit(person_group(person_id), "recheck")
