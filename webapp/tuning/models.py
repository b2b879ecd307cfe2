"""Versions of models, and the jobs that make them."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from webapp.common.ids import new_id
from webapp.tuning.words import training_message


class ModelVersion(models.Model):
    """A model as a job left it. Without a promoted one a model serves as shipped."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        PROMOTED = "promoted", _("Serving")
        RETIRED = "retired", _("Retired")
        DISCARDED = "discarded", _("Discarded")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.CharField(_("model"), max_length=200)  # as people pick it
    number = models.PositiveIntegerField(_("number"))  # 1, 2, 3 for each model
    # What it was trained from; none: the model as shipped.
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="children"
    )
    # What served before it was promoted: one step back leads there.
    replaced = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    directory = models.CharField(max_length=500)
    manifest_hash = models.CharField(max_length=64, db_index=True)  # ModelInfo.version
    data_hash = models.CharField(max_length=64)
    settings = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)  # old and new, with samples
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.CANDIDATE
    )
    created_by = models.ForeignKey(
        "accounts.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["model", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "number"], name="one_version_a_number"
            ),
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(state="promoted"),
                name="one_promoted_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.number}"


class TuningJob(models.Model):
    """The row is the truth; the message that wakes a worker carries its id alone."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")

    UNFINISHED = frozenset({Status.QUEUED, Status.RUNNING})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.CharField(_("model"), max_length=200)
    base = models.ForeignKey(
        ModelVersion, null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    version = models.OneToOneField(
        ModelVersion, null=True, on_delete=models.SET_NULL, related_name="job"
    )
    data_name = models.CharField(_("data set"), max_length=200)
    data_path = models.CharField(max_length=500)
    data_hash = models.CharField(max_length=64)  # of the file, as it was given
    direction = models.CharField(_("direction"), max_length=5, blank=True)
    settings = models.JSONField(default=dict)  # of inference.training's TuningSettings

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.QUEUED
    )
    progress = models.JSONField(default=dict)
    report = models.JSONField(default=list)  # what became of the data, in sentences
    # Why it failed, in the training's own words; empty if its workers were lost.
    reason = models.TextField(blank=True)

    epoch = models.PositiveIntegerField(default=0)  # which claim is the living one
    attempts = models.PositiveIntegerField(default=0)  # claims whose worker was lost
    worker = models.CharField(max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    person = models.ForeignKey(
        "accounts.User",
        null=True,
        on_delete=models.SET_NULL,
        related_name="tuning_jobs",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)  # first claim
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("fine-tuning job")
        verbose_name_plural = _("fine-tuning jobs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "created_at"], name="tuning_line")]

    def __str__(self) -> str:
        return f"{self.model} on {self.data_name}"

    @property
    def failure(self) -> str:
        """Why it failed, for the reader. Empty if it did not."""
        if self.reason or self.status != self.Status.FAILED:
            return training_message(self.reason)
        return gettext("Its worker was lost %(attempts)s times.") % {
            "attempts": self.attempts
        }

    @property
    def is_finished(self) -> bool:
        return self.status not in self.UNFINISHED
