"""What people say to each other about a segment."""

import re
import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.workspace.hints import document_change, mention_tell
from webapp.workspace.models import Comment, Document, MentionsSeen
from webapp.workspace.permissions import Action, project_check, roles_of
from webapp.workspace.selectors import comment_get, segment_get
from webapp.workspace.texts import checked_words


@transaction.atomic
def comment_add(
    *, person: User, document: Document, segment_id: int, text: str
) -> Comment:
    """`@name` mentions a person of the project, if the name is theirs."""
    text = checked_words(text)
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    number = document_change(document.pk)
    segment = segment_get(document=document, segment_id=segment_id)
    comment = Comment.objects.create(
        segment=segment, person=person, text=text, change=number
    )
    people = [other for other, _role in roles_of(document.project)]
    others = [other for other in mentioned(text, people) if other != person]
    comment.mentions.set(others)
    for other in others:
        mention_tell(other.pk)
    document.segments.filter(pk=segment_id).update(change=number)
    return comment


@transaction.atomic
def comment_resolve(
    *, person: User, document: Document, comment_id: uuid.UUID
) -> Comment:
    """It is settled. Once more changes nothing."""
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    number = document_change(document.pk)
    comment = comment_get(document=document, comment_id=comment_id)
    if comment.resolved_at is None:
        comment.resolved_at = timezone.now()
        comment.resolved_by = person
        comment.change = number
        comment.save(update_fields=["resolved_at", "resolved_by", "change"])
        document.segments.filter(pk=comment.segment_id).update(change=number)
    return comment


def mentions_see(*, person: User, until: datetime) -> None:
    """They have looked at what names them, as far as this."""
    seen, is_new = MentionsSeen.objects.get_or_create(
        person=person, defaults={"seen_at": until}
    )
    if not is_new and seen.seen_at < until:
        seen.seen_at = until
        seen.save(update_fields=["seen_at"])


def mentioned(text: str, people: list[User]) -> list[User]:
    """Whose names stand in the text behind an @; of Ann and Ann Lee the longer one."""
    found: list[User] = []
    for person in sorted(people, key=lambda person: -len(str(person))):
        pattern = re.compile(rf"(?<!\w)@{re.escape(str(person))}(?!\w)", re.IGNORECASE)
        text, count = pattern.subn(" ", text)
        if count:
            found.append(person)
    return found
