"""The admin's front page, and what its menu shows to whom."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from webapp.usage.figures import Day, Figures, day_start, days_since, figures_since

DAYS = 30  # today and the twenty-nine before


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    month = day_start(DAYS - 1)
    days = days_since(month)
    context |= {
        "spans": [
            (_("Today"), cards(figures_since(day_start()))),
            (_("Last 30 days"), cards(figures_since(month))),
        ],
        "days": days,
        "chart": chart(days),
    }
    return context


def cards(figures: Figures) -> list[tuple[str, str]]:
    return [
        (_("Prompts"), number_format(figures.prompts)),
        (_("People"), number_format(figures.people)),
        (_("Tokens"), number_format(figures.tokens)),
        (_("Failures"), number_format(figures.failures)),
        (_("First token, median"), _wait(figures.first_token_median)),
        (_("First token, p95"), _wait(figures.first_token_p95)),
    ]


def _wait(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return _("%(seconds)s s") % {"seconds": number_format(seconds, 2)}


def chart(days: list[Day]) -> str:
    """The data of Chart.js, as unfold's bar component wants it."""
    answered = [day.prompts - day.failures for day in days]
    failed = [day.failures for day in days]
    return json.dumps(
        {
            "labels": [f"{day.day:%m-%d}" for day in days],
            "datasets": [
                _bars(_("Answered or stopped"), answered, "var(--color-primary-600)"),
                _bars(_("Failed"), failed, "var(--color-red-600)"),
            ],
        }
    )


def _bars(label: str, data: list[int], colour: str) -> dict[str, Any]:
    return {
        "label": label,
        "data": data,
        "backgroundColor": colour,
        "stack": "prompts",
        "maxBarThickness": 16,
        "minBarLength": 0,
        "displayYAxis": True,
        "maxTicksXLimit": 10,
    }


def may_view_generations(request: HttpRequest) -> bool:
    return request.user.has_perm("generation.view_generation")


def may_view_accesses(request: HttpRequest) -> bool:
    return request.user.has_perm("usage.view_accessrecord")


def may_view_people(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_user")


def may_view_teams(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_team")
