"""Who read whose words: the access ledger."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessRecord(models.Model):
    """Somebody opened somebody else's text. Append-only."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="reads",
    )
    reader_email = models.EmailField(_("reader's address"))  # outlives the account
    generation_id = models.UUIDField(_("generation"), db_index=True)
    person = models.ForeignKey(  # whose text it was
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="was_read",
    )
    read_at = models.DateTimeField(_("read at"), auto_now_add=True)

    class Meta:
        verbose_name = _("opening of a text")
        verbose_name_plural = _("openings of texts")
        ordering = ["-read_at"]

    def __str__(self) -> str:
        return f"{self.reader_email} read {self.generation_id}"
