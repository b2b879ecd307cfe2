"""May this person start one more?"""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.generation.models import Generation, UsageRecord

Status = Generation.Status


class QuotaError(ApplicationError):
    """Too much at the moment; the same request may pass later (HTTP: 429)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="quota")


def quota_check(*, person: User, queue: str = Generation.Queue.INTERACTIVE) -> None:
    """Call it inside the transaction that adds the row. Raises QuotaError in words.

    The batch is bounded by whoever feeds it, and keeps nobody from a conversation.
    """
    # Two sends at the same moment are counted one after the other.
    User.objects.select_for_update().get(pk=person.pk)
    if queue == Generation.Queue.INTERACTIVE:
        _check_running(person)
    _check_queue()
    _check_tokens(person)


def _check_running(person: User) -> None:
    most = settings.QUOTA_RUNNING_PER_PERSON
    if not most:
        return
    unfinished = Generation.objects.filter(
        person=person,
        queue=Generation.Queue.INTERACTIVE,
        status__in=[Status.QUEUED, Status.RUNNING],
    )
    if unfinished.count() >= most:
        raise QuotaError(
            ngettext(
                "An answer is being written for you already. Wait for it, or stop it.",
                "%(count)s answers are being written for you already."
                " Wait for one, or stop one.",
                most,
            )
            % {"count": most}
        )


def queue_room() -> int:
    """How many more may wait."""
    waiting = Generation.objects.filter(status=Status.QUEUED).count()
    return max(0, int(settings.QUEUE_LIMIT) - waiting)


def _check_queue() -> None:
    if queue_room() <= 0:
        raise QuotaError(_("Too many people are waiting. Try again in a minute."))


def _check_tokens(person: User) -> None:
    most = settings.QUOTA_TOKENS_PER_DAY
    if not most:
        return
    used = UsageRecord.objects.filter(
        person_id=person.pk, finished_at__gt=timezone.now() - timedelta(days=1)
    ).aggregate(tokens=Sum(F("prompt_tokens") + F("output_tokens")))["tokens"]
    if (used or 0) >= most:
        raise QuotaError(
            _("You have used your %(count)s tokens of the last 24 hours.")
            % {"count": f"{most:,}"}
        )
