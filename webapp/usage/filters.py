"""Filters of the admin's lists."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from unfold.contrib.filters.admin import RangeDateFilter


class DayFilter(RangeDateFilter):  # type: ignore[misc]  # unfold is untyped
    """From one day to another, both included, in the house's time zone.

    unfold compares a moment with a bare date, which leaves the last day out.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first = self._midnight("from")
        last = self._midnight("to")
        if first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": first})
        if last is not None:
            end = last + timedelta(days=1)
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": end})
        return queryset

    def _midnight(self, side: str) -> datetime | None:
        given = self.used_parameters.get(f"{self.parameter_name}_{side}") or ""
        try:
            day = parse_date(given)
        except ValueError:  # the 31st of February
            return None
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day, time.min))
