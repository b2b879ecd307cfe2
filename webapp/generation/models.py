"""One request for model text, and the line it leaves in the usage ledger.

The row is the truth: the Celery message that wakes a worker carries its id and nothing
else, and the Redis Stream of its tokens can be rebuilt from it.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from webapp.common.ids import new_id


class Generation(models.Model):
    class Purpose(models.TextChoices):
        CHAT = "chat", _("Chat")
        TRANSLATION = "translation", _("Translation")
        COMPLETION = "completion", _("Completion")

    class Queue(models.TextChoices):
        INTERACTIVE = "interactive", _("Interactive")
        BATCH = "batch", _("Batch")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")

    class FinishReason(models.TextChoices):
        STOP = "stop", _("Complete")
        LENGTH = "length", _("Cut by the token limit")
        CANCELLED = "cancelled", _("Stopped")
        ERROR = "error", _("Failed")

    TERMINAL = frozenset({Status.DONE, Status.CANCELLED, Status.FAILED})

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="generations",
    )
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="generations",
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    queue = models.CharField(_("queue"), max_length=12, choices=Queue.choices)
    # One key, one generation: a send that arrives twice starts once.
    idempotency_key = models.CharField(max_length=64)

    model = models.CharField(_("model"), max_length=200)
    # SHA-256
    model_version = models.CharField(_("model version"), max_length=64, blank=True)
    # inference.sampling_params.SamplingParams, seed always set
    sampling = models.JSONField(_("sampling settings"))
    messages = models.JSONField()  # [{"role", "content"}], as given to the template
    prompt_token_ids = models.JSONField(default=list)  # as the model read them
    # oldest turns left out
    dropped_messages = models.PositiveIntegerField(_("messages left out"), default=0)

    # Whose leading instructions these are: a team's preset, which its members share.
    # Workers compare it, nobody is shown it.
    preset_scope = models.CharField(max_length=64, blank=True)

    # What a translation model must know, as BCP 47; others do not look at it.
    source_language = models.CharField(max_length=35, blank=True)
    target_language = models.CharField(max_length=35, blank=True)
    # How a person began the answer: the model goes on from it.
    forced_prefix = models.TextField(blank=True)

    # What earlier generations of the same answer wrote (the answer goes on).
    prefix = models.TextField(blank=True)
    prefix_token_ids = models.JSONField(default=list)
    # What this one wrote: after each check-point, and at the end.
    output = models.TextField(blank=True)
    output_token_ids = models.JSONField(default=list)
    # More answers beside this one, where somebody asked: the best first.
    alternatives = models.JSONField(default=list)
    # How sure the model was, where somebody asked: see explanation.py.
    explanation = models.JSONField(default=dict)

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.QUEUED
    )
    finish_reason = models.CharField(
        _("finish reason"), max_length=10, choices=FinishReason.choices, blank=True
    )
    error_code = models.CharField(_("error"), max_length=30, blank=True)
    error_params = models.JSONField(_("details of the error"), default=dict)

    epoch = models.PositiveIntegerField(default=0)  # which claim is the living one
    # claims whose worker was lost
    attempts = models.PositiveIntegerField(_("lost workers"), default=0)
    worker = models.CharField(_("worker"), max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)  # when a worker was last told
    cancel_requested_at = models.DateTimeField(null=True)

    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    # of them, not read again
    cached_tokens = models.PositiveIntegerField(_("remembered tokens"), default=0)
    output_tokens = models.PositiveIntegerField(_("output tokens"), default=0)
    queued_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)  # first claim
    first_token_at = models.DateTimeField(_("first token at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        ordering = ["-queued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "idempotency_key"], name="one_generation_a_key"
            )
        ]
        indexes = [
            models.Index(
                fields=["status", "queue", "queued_at"], name="generation_line"
            ),
            models.Index(fields=["person", "-queued_at"], name="generation_of_person"),
            models.Index(fields=["team", "-queued_at"], name="generation_of_team"),
            models.Index(fields=["-queued_at"], name="generation_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"

    @property
    def is_finished(self) -> bool:
        return self.status in self.TERMINAL

    @property
    def is_last_attempt(self) -> bool:
        """It has lost workers before; if it loses one more, it is given up."""
        return 0 < self.attempts >= settings.MAX_ATTEMPTS - 1

    @property
    def answer(self) -> str:
        """The whole text a reader sees: what it goes on from, and its own."""
        return self.prefix + self.output


class UsageRecord(models.Model):
    """One line of the ledger. Written once, with the end of its generation, and kept
    when the conversation, the person or the team is gone: so it has no foreign keys."""

    generation_id = models.UUIDField(unique=True)
    person_id = models.UUIDField(null=True, db_index=True)
    team_id = models.UUIDField(null=True, db_index=True)
    purpose = models.CharField(max_length=20)
    model = models.CharField(max_length=200)
    model_version = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10)
    prompt_tokens = models.PositiveIntegerField()
    output_tokens = models.PositiveIntegerField()
    queue_seconds = models.FloatField()
    run_seconds = models.FloatField()
    first_token_seconds = models.FloatField(null=True)  # from being queued
    finished_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return f"usage of {self.generation_id}"
