"""Finding generations: by words, by filters, and without a query for each row."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.webapp.usage.factories import GenerationFactory
from webapp.accounts.models import Team, User
from webapp.generation.models import Generation

pytestmark = pytest.mark.django_db
LIST = "admin:generation_generation_changelist"


def found(client: Client, **query: Any) -> set[Generation]:
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200
    return set(response.context["cl"].queryset)


@pytest.mark.parametrize(
    "words",
    [
        "capital",
        "CAPITAL say",
        "paris",
        "France paris",
        "首都",
        "巴黎",
        'say "hi"',
        "100%",
    ],
)
def test_it_searches_prompts_and_outputs(root_client: Client, words: str) -> None:
    wanted = GenerationFactory.create(
        messages=[
            {"role": "user", "content": 'The capital? 法国的首都 Say "hi" 100%'},
        ],
        output="Paris, France. 巴黎",
    )
    GenerationFactory.create(
        messages=[{"role": "user", "content": "Something else"}], output="Nothing"
    )

    assert found(root_client, q=words) == {wanted}


def test_it_searches_what_an_answer_went_on_from(root_client: Client) -> None:
    wanted = GenerationFactory.create(prefix="Once upon a time", output=" there was")
    GenerationFactory.create()

    assert found(root_client, q="upon") == {wanted}


def test_it_finds_an_id_or_its_beginning(root_client: Client) -> None:
    wanted, _other = GenerationFactory.create_batch(2)

    assert found(root_client, q=str(wanted.pk)) == {wanted}
    assert found(root_client, q=str(wanted.pk)[:8]) == {wanted}


def test_it_filters_by_person_team_model_status_and_reason(
    root_client: Client, team: Team, alice: User
) -> None:
    wanted = GenerationFactory.create(
        person=alice, team=team, model="big", status="failed", finish_reason="error"
    )
    GenerationFactory.create()

    assert found(root_client, person__id__exact=alice.pk) == {wanted}
    assert found(root_client, team__id__exact=team.pk) == {wanted}
    assert found(root_client, model="big") == {wanted}
    assert found(root_client, status__exact="failed") == {wanted}
    assert found(root_client, finish_reason__exact="error") == {wanted}


def test_it_filters_by_day_with_both_ends_in(root_client: Client) -> None:
    now = timezone.now()
    today, yesterday, old = GenerationFactory.create_batch(3)
    for generation, days in ((yesterday, 1), (old, 9)):
        Generation.objects.filter(pk=generation.pk).update(
            queued_at=now - timedelta(days=days)
        )
    day = {n: (now - timedelta(days=n)).date().isoformat() for n in (0, 1)}

    assert found(root_client, queued_at_from=day[1]) == {today, yesterday}
    assert found(root_client, queued_at_from=day[1], queued_at_to=day[1]) == {yesterday}
    assert found(root_client, queued_at_to=day[0]) == {today, yesterday, old}
    assert len(found(root_client, queued_at_from="2026-02-31")) == 3


def test_more_rows_take_no_more_queries(
    root_client: Client,
    team: Team,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    GenerationFactory.create_batch(40, team=team)

    with django_assert_max_num_queries(12):
        response = root_client.get(reverse(LIST))
    assert response.content.decode().count("smollm2") >= 40


def test_opening_one_takes_few_queries(
    root_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    generation = GenerationFactory.create()
    address = reverse("admin:generation_generation_change", args=[generation.pk])

    with django_assert_max_num_queries(12):
        root_client.get(address)
