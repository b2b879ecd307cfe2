"""Jobs and versions for tests, in whatever state they are asked for."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from tests.factories import UserFactory
from webapp.common.ids import new_id
from webapp.tuning.models import ModelVersion, TuningJob

MODEL = "smollm2"
SCORES = {
    "items": 12,
    "loss": [3.25, 1.5],
    "win_rate": 0.75,
    "translation": {"en-fr": {"chrf": [40.0, 55.5], "bleu": [20, 30], "ter": [60, 70]}},
    "signatures": ["nrefs:1"],
    "samples": [
        {
            "asked": "Save <b>",
            "wanted": "Enregistrer",
            "old": "Sauver",
            "new": "Enregistrer",
            "direction": "en-fr",
        }
    ],
}


class ModelVersionFactory(DjangoModelFactory[ModelVersion]):
    class Meta:
        model = ModelVersion

    model = MODEL
    number = Sequence(lambda number: number + 1)
    directory = "/nowhere"
    manifest_hash = LazyFunction(lambda: new_id().hex * 2)
    data_hash = LazyFunction(lambda: new_id().hex * 2)
    scores = LazyFunction(lambda: SCORES)


class TuningJobFactory(DjangoModelFactory[TuningJob]):
    class Meta:
        model = TuningJob

    model = MODEL
    person: Any = SubFactory(UserFactory)
    data_name = "edits.en-fr.tsv"
    data_path = "/nowhere/edits.en-fr.tsv"
    data_hash = LazyFunction(lambda: new_id().hex * 2)


def running_job(**fields: Any) -> TuningJob:
    """Claimed by a worker that lives."""
    return TuningJobFactory.create(
        **{
            "status": TuningJob.Status.RUNNING,
            "epoch": 1,
            "worker": "box:1",
            "started_at": timezone.now(),
            "lease_expires_at": timezone.now() + timedelta(hours=1),
            **fields,
        }
    )
