"""A machine translation of many segments that people watch."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from webapp.common.ids import new_id
from webapp.workspace.models.document import Document
from webapp.workspace.models.operation import Operation


class TranslationRun(models.Model):
    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("machine translation", "Running")
        PAUSED = "paused", pgettext_lazy("machine translation", "Paused")
        CANCELLED = "cancelled", pgettext_lazy("machine translation", "Cancelled")
        DONE = "done", pgettext_lazy("machine translation", "Done")

    OPEN = (State.RUNNING, State.PAUSED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="runs"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    operation = models.ForeignKey(
        Operation, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    model = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.RUNNING
    )
    # Why it was paused by itself (a quota): {"code", "message"}.
    reason = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    resumed_at = models.DateTimeField(null=True)  # since when its rate is measured
    resumed_done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state"], name="run_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=models.Q(state__in=("running", "paused")),
                name="one_open_run_a_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total} of {self.document_id}"
