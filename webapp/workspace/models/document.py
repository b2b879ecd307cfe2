"""A document to translate into one language, and the file that it came from."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.common.ids import new_id
from webapp.workspace.models.project import Project


class Document(models.Model):
    class State(models.TextChoices):
        IMPORTING = "importing", pgettext_lazy("document", "Being read")
        READY = "ready", pgettext_lazy("document", "Ready")
        FAILED = "failed", pgettext_lazy("document", "Could not be read")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="documents"
    )
    name = models.CharField(pgettext_lazy("of a document", "name"), max_length=255)
    format = models.CharField(_("format"), max_length=30)  # as the registry names it
    target_language = models.CharField(_("target language"), max_length=35)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.IMPORTING
    )
    # Why it could not be read: {"code": str, **params}, a sentence by errors.py.
    error = models.JSONField(default=dict)
    import_lease_at = models.DateTimeField(null=True)  # until when a reader is believed
    import_attempts = models.PositiveSmallIntegerField(default=0)

    # Raised by each transaction that changes a segment, comment or run of it: whoever
    # has seen the state of number n asks for what has a higher one.
    change = models.PositiveBigIntegerField(default=0)
    structure = models.PositiveBigIntegerField(default=0)  # when segments came or went
    num_segments = models.PositiveIntegerField(default=0)
    num_words = models.PositiveIntegerField(default=0)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)  # out of sight; may be undone

    class Meta:
        ordering = ["name", "target_language"]
        indexes = [models.Index(fields=["state"], name="document_state")]

    def __str__(self) -> str:
        return f"{self.name} ({self.target_language})"

    @property
    def source_language(self) -> str:
        return self.project.source_language


class DocumentFile(models.Model):
    """The bytes as they were given: an export changes the translations and nothing
    else. Apart from the document, so that nobody reads them by accident."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="file"
    )
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"file of {self.document_id}"
