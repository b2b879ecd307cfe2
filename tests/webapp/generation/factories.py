"""Generations for tests, in whatever state they are asked for."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from inference.sampling_params import SamplingParams
from tests.factories import TeamFactory, UserFactory
from webapp.common.ids import new_id
from webapp.generation.models import Generation


class GenerationFactory(DjangoModelFactory[Generation]):
    """Queued, for the scripted engine: it says its prompt again."""

    class Meta:
        model = Generation

    person: Any = SubFactory(UserFactory)
    team: Any = SubFactory(TeamFactory)
    purpose = Generation.Purpose.CHAT
    queue = Generation.Queue.INTERACTIVE
    idempotency_key = LazyFunction(lambda: str(new_id()))
    model = "scripted"
    sampling = LazyFunction(lambda: SamplingParams(seed=7).to_dict())
    messages = LazyFunction(lambda: [{"role": "user", "content": "to be or not"}])


def running_make(**fields: Any) -> Generation:
    """Claimed by a worker that lives."""
    return GenerationFactory.create(
        **{
            "status": Generation.Status.RUNNING,
            "epoch": 1,
            "worker": "box:1",
            "started_at": timezone.now(),
            "lease_expires_at": timezone.now() + timedelta(hours=1),
            **fields,
        }
    )


def lost_make(**fields: Any) -> Generation:
    """Claimed by a worker that was not heard of for an hour."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    return running_make(**{"lease_expires_at": an_hour_ago, **fields})
