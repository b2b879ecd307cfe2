"""What people say to each other about a segment."""

from django.conf import settings
from django.db import models

from webapp.common.ids import new_id
from webapp.workspace.models.segment import Segment


class Comment(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="comments"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField()
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    # The document's, when it came or was settled.
    change = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"comment on segment {self.segment_id}"


class MentionsSeen(models.Model):
    """Up to which comment a person has looked at those that name them."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} until {self.seen_at}"
