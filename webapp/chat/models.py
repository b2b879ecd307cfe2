"""Conversations, their messages (a tree), and presets."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from webapp.common.ids import new_id


class Preset(models.Model):
    """Instructions, worked examples and sampling under a name.

    Shipped ones have neither owner nor team; a team's is shared with its members.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Of shipped ones only; many others have none, and none is unlike any other.
    slug = models.SlugField(null=True, unique=True)  # noqa: DJ001  # "" would clash
    name = models.CharField(_("name"), max_length=80)
    instructions = models.TextField(_("instructions"), blank=True)
    # [{"question": str, "answer": str}]: turns shown to the model before the first one
    examples = models.JSONField(default=list, blank=True)
    sampling = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="presets",
    )
    team = models.ForeignKey(
        "accounts.Team",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="presets",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return gettext(self.name) if self.is_shipped else self.name

    @property
    def is_shipped(self) -> bool:
        """Came with the product: for everybody, and nobody's to change."""
        return self.slug is not None


class Conversation(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations"
    )
    team = models.ForeignKey(
        "accounts.Team",
        null=True,
        on_delete=models.SET_NULL,
        related_name="conversations",
    )
    title = models.CharField(max_length=120, blank=True)
    title_is_automatic = models.BooleanField(default=True)
    model = models.CharField(max_length=200)
    sampling = models.JSONField(default=dict)
    preset = models.ForeignKey(Preset, null=True, on_delete=models.SET_NULL)
    # The last message of the branch on view; its ancestors are what is shown.
    leaf = models.ForeignKey(
        "chat.Message", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)  # of its newest message
    deleted_at = models.DateTimeField(null=True)  # out of sight; may be undone

    class Meta:
        ordering = ["-updated_at"]
        indexes = [
            models.Index(fields=["owner", "-updated_at"], name="conversation_list")
        ]

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    class Role(models.TextChoices):
        USER = "user", _("You")
        ASSISTANT = "assistant", _("Assistant")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="children"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    text = models.TextField(
        blank=True
    )  # a person's; an assistant's is its generation's
    # The newest one: an answer that was continued has a later generation, whose prefix
    # is all that came before.
    generation = models.OneToOneField(
        "generation.Generation",
        null=True,
        on_delete=models.PROTECT,
        related_name="message",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.role} in {self.conversation_id}"

    @property
    def body(self) -> str:
        return self.generation.answer if self.generation else self.text
