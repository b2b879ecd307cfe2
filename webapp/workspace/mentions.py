"""Where others named a person in a comment."""

from django.db.models import QuerySet

from webapp.accounts.models import User
from webapp.workspace.models import Comment, MentionsSeen


def mention_list(*, person: User) -> QuerySet[Comment]:
    """In documents that they may read, the newest first."""
    return (
        Comment.objects.filter(
            mentions=person,
            segment__document__deleted_at=None,
            segment__document__project__deleted_at=None,
            segment__document__project__team__memberships__user=person,
        )
        .select_related("person", "segment__document__project")
        .order_by("-created_at")
    )


def mentions_new(*, person: User) -> QuerySet[Comment]:
    """Those that came since the person last looked, and are not settled."""
    mentions = mention_list(person=person).filter(resolved_at=None)
    seen = MentionsSeen.objects.filter(person=person).first()
    return mentions.filter(created_at__gt=seen.seen_at) if seen else mentions
