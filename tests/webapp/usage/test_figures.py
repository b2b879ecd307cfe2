"""What the front page of the admin counts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.webapp.usage.factories import UsageRecordFactory
from webapp.generation.models import UsageRecord
from webapp.usage.figures import Day, Figures, day_start, days_since, figures_since

pytestmark = pytest.mark.django_db


def test_a_quiet_house_has_zeros_and_no_waits() -> None:
    assert figures_since(day_start()) == Figures(0, 0, 0, 0, 0, None, None)


def test_it_counts_prompts_people_tokens_and_failures() -> None:
    first = UsageRecordFactory.create(prompt_tokens=3, output_tokens=5)
    UsageRecordFactory.create(
        person_id=first.person_id, prompt_tokens=2, output_tokens=0, status="failed"
    )
    UsageRecordFactory.create(prompt_tokens=1, output_tokens=1)

    figures = figures_since(day_start())

    assert (figures.prompts, figures.people, figures.failures) == (3, 2, 1)
    assert (figures.tokens_in, figures.tokens_out, figures.tokens) == (6, 6, 12)


def test_today_begins_at_midnight_and_a_month_has_thirty_days() -> None:
    midnight = day_start()
    UsageRecordFactory.create(finished_at=midnight)
    UsageRecordFactory.create(finished_at=midnight - timedelta(microseconds=1))
    UsageRecordFactory.create(finished_at=day_start(29))
    UsageRecordFactory.create(finished_at=day_start(29) - timedelta(microseconds=1))

    assert figures_since(midnight).prompts == 1
    assert figures_since(day_start(29)).prompts == 3


def test_answers_that_never_began_have_no_part_in_the_waits() -> None:
    UsageRecordFactory.create(first_token_seconds=None)
    UsageRecordFactory.create(first_token_seconds=2.0)

    figures = figures_since(day_start())

    assert (figures.first_token_median, figures.first_token_p95) == (2.0, 2.0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(waits=st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_a_percentile_is_the_least_wait_that_so_many_did_not_exceed(
    waits: list[int],
) -> None:
    UsageRecord.objects.all().delete()
    UsageRecord.objects.bulk_create(
        UsageRecordFactory.build(first_token_seconds=wait) for wait in waits
    )
    figures = figures_since(day_start())

    for value, percent in (
        (figures.first_token_median, 50),
        (figures.first_token_p95, 95),
    ):
        assert value in waits
        reached = sum(wait <= value for wait in waits)
        below = sum(wait < value for wait in waits)
        assert reached * 100 >= percent * len(waits)
        assert below * 100 < percent * len(waits)


def test_each_day_is_there_even_the_quiet_ones() -> None:
    UsageRecordFactory.create(finished_at=day_start())
    UsageRecordFactory.create(finished_at=day_start(), status="failed")
    UsageRecordFactory.create(finished_at=day_start(2))

    days = days_since(day_start(2))

    today = timezone.localdate()
    assert days == [
        Day(today - timedelta(days=2), 1, 0),
        Day(today - timedelta(days=1), 0, 0),
        Day(today, 2, 1),
    ]


def test_the_front_page_shows_them_in_few_queries(
    root_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    UsageRecordFactory.create_batch(30, output_tokens=4000)

    with django_assert_max_num_queries(12):
        page = root_client.get(reverse("admin:index")).content.decode()

    assert "120,300" in page
    assert "0.50 s" in page
    assert "How many prompts each day?" in page
