"""What the ledger says about a span of time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from webapp.generation.models import Generation, UsageRecord

FAILED = Q(status=Generation.Status.FAILED)


@dataclass(frozen=True)
class Figures:
    """Sums of one span. Waits in seconds from being queued, None without any."""

    prompts: int
    people: int
    tokens_in: int
    tokens_out: int
    failures: int
    first_token_median: float | None
    first_token_p95: float | None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True)
class Day:
    day: date
    prompts: int
    failures: int


def day_start(days_ago: int = 0) -> datetime:
    """Midnight, in the house's time zone."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days_ago)


def figures_since(start: datetime) -> Figures:
    """Three queries, whatever the number of rows."""
    rows = UsageRecord.objects.filter(finished_at__gte=start)
    sums = rows.aggregate(
        prompts=Count("pk"),
        people=Count("person_id", distinct=True),
        tokens_in=Sum("prompt_tokens", default=0),
        tokens_out=Sum("output_tokens", default=0),
        failures=Count("pk", filter=FAILED),
        answered=Count("first_token_seconds"),
    )
    answered = sums.pop("answered")
    return Figures(
        **sums,
        first_token_median=_percentile(rows, answered, 0.5),
        first_token_p95=_percentile(rows, answered, 0.95),
    )


def _percentile(
    rows: QuerySet[UsageRecord], answered: int, share: float
) -> float | None:
    """The nearest rank: the smallest wait that at least this share did not exceed."""
    if not answered:
        return None
    rank = max(0, -int(-answered * share // 1) - 1)
    waits = rows.exclude(first_token_seconds=None).order_by("first_token_seconds")
    # The row may be gone since it was counted: then the last one is the nearest.
    found = waits.values_list("first_token_seconds", flat=True)[rank : rank + 1]
    return next(iter(found), None)


def days_since(start: datetime) -> list[Day]:
    """Every day from `start` to today, quiet ones included. One query."""
    counted = {
        row["day"]: Day(row["day"], row["prompts"], row["failures"])
        for row in UsageRecord.objects.filter(finished_at__gte=start)
        .order_by()
        .annotate(day=TruncDate("finished_at"))
        .values("day")
        .annotate(prompts=Count("pk"), failures=Count("pk", filter=FAILED))
    }
    first, today = timezone.localtime(start).date(), timezone.localdate()
    days = (
        first + timedelta(days=number) for number in range((today - first).days + 1)
    )
    return [counted.get(day, Day(day, 0, 0)) for day in days]
