"""Generations and ledger lines for tests of the look back."""

import uuid
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from tests.factories import UserFactory
from webapp.generation.models import Generation, UsageRecord


class GenerationFactory(DjangoModelFactory[Generation]):
    """A question that was answered."""

    class Meta:
        model = Generation

    person: Any = SubFactory(UserFactory)
    purpose = Generation.Purpose.CHAT
    queue = Generation.Queue.INTERACTIVE
    idempotency_key = Sequence("key {}".format)
    model = "smollm2"
    sampling = LazyFunction(dict)
    messages = LazyFunction(
        lambda: [{"role": "user", "content": "What is the capital of France?"}]
    )
    output = "The capital of France is Paris."
    status = Generation.Status.DONE
    finish_reason = Generation.FinishReason.STOP
    prompt_tokens = 12
    output_tokens = 7


class UsageRecordFactory(DjangoModelFactory[UsageRecord]):
    class Meta:
        model = UsageRecord

    generation_id = LazyFunction(uuid.uuid4)
    person_id = LazyFunction(uuid.uuid4)
    purpose = "chat"
    model = "smollm2"
    status = Generation.Status.DONE
    prompt_tokens = 10
    output_tokens = 20
    queue_seconds = 0.1
    run_seconds = 1.0
    first_token_seconds = 0.5
    finished_at = LazyFunction(timezone.now)
