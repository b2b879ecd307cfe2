"""One unit of a document to translate."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.workspace.models.document import Document
from webapp.workspace.models.run import TranslationRun


class Segment(models.Model):
    """A sentence, a string of a catalogue, or one form of a plural.

    `version` counts the changes of the target and its state: who saves names the one
    they have seen. Machine text is kept beside the target, and becomes it only where no
    person was before.
    """

    class State(models.TextChoices):
        EMPTY = "empty", pgettext_lazy("segment", "Empty")
        PRETRANSLATED = "pretranslated", pgettext_lazy("segment", "Pretranslated")
        EDITED = "edited", pgettext_lazy("segment", "Edited")
        REVIEWED = "reviewed", pgettext_lazy("segment", "Reviewed")
        REJECTED = "rejected", pgettext_lazy("segment", "Rejected")

    class Origin(models.TextChoices):
        NONE = "", pgettext_lazy("origin of a translation", "None")
        MACHINE = "machine", pgettext_lazy("origin of a translation", "Machine")
        MEMORY = "memory", pgettext_lazy("origin of a translation", "Memory")
        PERSON = "person", pgettext_lazy("origin of a translation", "Person")
        IMPORT = "import", pgettext_lazy("origin of a translation", "File")
        SOURCE = "source", pgettext_lazy("origin of a translation", "Copied source")

    class Machine(models.TextChoices):
        """Where a model stands with it."""

        IDLE = "", pgettext_lazy("machine translation", "Idle")
        WAITING = "waiting", pgettext_lazy("machine translation", "Waiting")
        RUNNING = "running", pgettext_lazy("machine translation", "Running")
        FAILED = "failed", pgettext_lazy("machine translation", "Failed")

    TO_DO = (State.EMPTY, State.PRETRANSLATED, State.REJECTED)
    DONE = (State.EDITED, State.REVIEWED)

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="segments"
    )
    position = models.PositiveIntegerField()  # 0, 1, 2, ... in the document
    unit = models.TextField()  # the format's key of what it is a part of
    part = models.PositiveSmallIntegerField(default=0)  # which sentence of the unit
    plural = models.CharField(max_length=12, blank=True)  # CLDR: one, few, other
    plural_group = models.TextField(blank=True)  # the same for all forms of one text
    plural_examples = models.JSONField(default=list)  # numbers that take this form
    # White space around it in the unit; the texts do not have it.
    lead = models.TextField(blank=True)
    trail = models.TextField(blank=True)

    source = models.TextField()
    target = models.TextField(blank=True)
    imported_target = models.TextField(blank=True)  # as the file had it
    context = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    max_length = models.PositiveIntegerField(null=True)
    location = models.TextField(blank=True)
    # What the format says of its placeholders, and markup of the file in the source.
    placeholders = models.CharField(max_length=20, blank=True)
    codes = models.JSONField(default=list)

    state = models.CharField(
        _("state"), max_length=13, choices=State.choices, default=State.EMPTY
    )
    origin = models.CharField(
        _("origin"), max_length=8, choices=Origin.choices, blank=True
    )
    version = models.PositiveIntegerField(default=0)
    change = models.PositiveBigIntegerField(default=0)  # the document's, when changed
    rejection = models.TextField(blank=True)  # why, while the state is rejected

    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    edited_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(null=True)

    # A soft lock: who works on it, believed until it expires.
    lock_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    lock_taken_at = models.DateTimeField(null=True)
    lock_expires_at = models.DateTimeField(null=True)

    # Machine translation: where it stands, and what it last made.
    machine = models.CharField(max_length=8, choices=Machine.choices, blank=True)
    run = models.ForeignKey(
        TranslationRun, null=True, on_delete=models.SET_NULL, related_name="segments"
    )
    run_version = models.PositiveIntegerField(default=0)  # when it was asked for
    attempts = models.PositiveSmallIntegerField(default=0)  # of this run
    generation = models.ForeignKey(
        "generation.Generation",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    machine_error = models.JSONField(default=dict)  # {"code", **params} when failed
    machine_text = models.TextField(blank=True)
    # The mean probability of its tokens, 0 to 1.
    confidence = models.FloatField(null=True)
    # How sure the model was of each token: see generation/explanation.py.
    explanation = models.JSONField(default=dict)
    # To make it again: model, model_version, sampling, glossary_hash, generation.
    recipe = models.JSONField(default=dict)

    # What the checks found: [{"check", "severity", ...}]; errors block approval.
    checks = models.JSONField(default=list)
    has_errors = models.BooleanField(default=False)
    dismissed_checks = models.JSONField(default=list)  # ids that a person set aside

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["document", "position"], name="segment_order"),
            models.Index(fields=["document", "change"], name="segment_changes"),
            models.Index(
                fields=["document", "state", "position"], name="segment_states"
            ),
            # What a run does next, and what a page of it shows: of ten thousand
            # segments only those are read.
            models.Index(fields=["run", "machine", "position"], name="segment_run"),
            models.Index(fields=["document", "machine"], name="segment_machine"),
            models.Index(fields=["document", "plural"], name="segment_plurals"),
            models.Index(
                fields=["document", "lock_expires_at"],
                condition=models.Q(lock_holder__isnull=False),
                name="segment_locks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.document_id}"

    @property
    def is_held(self) -> bool:
        """Somebody has it in hand, and their lock is believed still."""
        until = self.lock_expires_at
        return bool(self.lock_holder_id and until and until > timezone.now())
