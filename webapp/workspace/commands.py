"""From a frame that changes something to the one service that does it."""

from typing import Any

from webapp.accounts.models import User
from webapp.workspace import protocol
from webapp.workspace.models import Document, Segment
from webapp.workspace.permissions import Action, role_in
from webapp.workspace.services import comments, locks, segments

Command = (
    protocol.EditFrame
    | protocol.AcceptFrame
    | protocol.ApproveFrame
    | protocol.RejectFrame
    | protocol.RestoreFrame
    | protocol.DismissFrame
)
Talk = protocol.CommentFrame | protocol.ResolveFrame


def command_run(*, person: User, document: Document, frame: Command) -> Segment:
    """The segment as it is then. Raises ApplicationError in words."""
    known: dict[str, Any] = {
        "person": person,
        "document": document,
        "segment_id": frame.segment,
    }
    match frame:
        case protocol.EditFrame():
            return segments.segment_edit(
                **known,
                version=frame.version,
                target=frame.target,
                origin=frame.origin,
            )
        case protocol.AcceptFrame():
            return segments.segment_accept(**known, version=frame.version)
        case protocol.ApproveFrame():
            return segments.segment_approve(**known, version=frame.version)
        case protocol.RejectFrame():
            return segments.segment_reject(
                **known, version=frame.version, reason=frame.reason
            )
        case protocol.RestoreFrame():
            return segments.segment_restore(
                **known, version=frame.version, revision=frame.number
            )
        case protocol.DismissFrame():
            return segments.segment_dismiss(**known, check=frame.check, on=frame.on)


def talk_run(*, person: User, document: Document, frame: Talk) -> None:
    match frame:
        case protocol.CommentFrame():
            comments.comment_add(
                person=person,
                document=document,
                segment_id=frame.segment,
                text=frame.text,
            )
        case protocol.ResolveFrame():
            comments.comment_resolve(
                person=person, document=document, comment_id=frame.comment
            )


def focus_run(*, person: User, document: Document, frame: protocol.FocusFrame) -> None:
    """A reader is seen where they look, and holds nothing."""
    if frame.segment is None:
        locks.segment_unlock_all(person=person, document=document)
        return
    role = role_in(person=person, project=document.project)
    if role in Action.TRANSLATE.value:
        locks.segment_lock(
            person=person,
            document=document,
            segment_id=frame.segment,
            take=frame.take,
        )


def next_run(
    *, person: User, document: Document, frame: protocol.NextFrame
) -> int | None:
    segment = locks.segment_claim_next(
        person=person, document=document, after=frame.after
    )
    return segment.pk if segment else None
