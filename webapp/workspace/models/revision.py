"""What a segment's target was, and who made it so."""

from django.conf import settings
from django.db import models

from webapp.workspace.models.operation import Operation
from webapp.workspace.models.segment import Segment


class SegmentRevision(models.Model):
    """One change. Its number is the version that it made, so the text that a person
    began from is the one after the revision of that number."""

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField()
    # None: nobody; a model, the memory or the file.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    operation = models.ForeignKey(
        Operation, null=True, on_delete=models.SET_NULL, related_name="revisions"
    )
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    before_state = models.CharField(max_length=13, choices=Segment.State.choices)
    after_state = models.CharField(max_length=13, choices=Segment.State.choices)
    before_origin = models.CharField(
        max_length=8, choices=Segment.Origin.choices, blank=True
    )
    after_origin = models.CharField(
        max_length=8, choices=Segment.Origin.choices, blank=True
    )
    # Of an operation, whose undo brings them back: who wrote and approved it, when, and
    # what the checks said.
    before_values = models.JSONField(default=dict)
    reason = models.TextField(blank=True)  # of a rejection
    # The texts are those of a segment that was merged into this one: its source.
    merged_source = models.TextField(blank=True)
    seconds = models.FloatField(default=0)  # that the person worked on it
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "number"], name="one_revision_a_version"
            )
        ]
        indexes = [
            models.Index(fields=["person", "created_at"], name="revision_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.number} of segment {self.segment_id}"
