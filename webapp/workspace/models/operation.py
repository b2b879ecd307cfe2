"""A change of many segments that is undone as one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from webapp.common.ids import new_id
from webapp.workspace.models.document import Document


class Operation(models.Model):
    class Kind(models.TextChoices):
        TRANSLATE = "translate", _("Machine translation")
        MEMORY = "memory", _("Matches of the memory")
        ACCEPT = "accept", _("Accept")
        APPROVE = "approve", _("Approve")
        REPLACE = "replace", _("Replace")
        COPY = "copy", _("Copy the source")
        CLEAR = "clear", _("Clear")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="operations"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    count = models.PositiveIntegerField(default=0)  # segments it changed
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.count}"
