"""Which version serves: promoted, one step back, discarded."""

from pathlib import Path

import pytest

from tests.webapp.tuning.factories import MODEL, ModelVersionFactory
from webapp.common.errors import ApplicationError
from webapp.tuning.models import ModelVersion
from webapp.tuning.selectors import version_numbers, versions_promoted
from webapp.tuning.services import (
    version_discard,
    version_promote,
    version_roll_back,
)

pytestmark = pytest.mark.django_db
State = ModelVersion.State


def states(*versions: ModelVersion) -> list[str]:
    return [ModelVersion.objects.get(pk=version.pk).state for version in versions]


def test_one_version_of_a_model_serves() -> None:
    first, second = ModelVersionFactory.create_batch(2)
    other = ModelVersionFactory.create(model="other")
    for version in (other, first, second):
        version_promote(person=None, version=version)
    assert states(first, second) == [State.RETIRED, State.PROMOTED]
    assert {v.pk for v in versions_promoted()} == {second.pk, other.pk}


def test_one_step_back_leads_to_what_served_before() -> None:
    first, second = ModelVersionFactory.create_batch(2)
    version_promote(person=None, version=first)
    version_promote(person=None, version=second)
    assert version_roll_back(person=None, model=MODEL) == first
    assert states(first, second) == [State.PROMOTED, State.RETIRED]
    assert version_roll_back(person=None, model=MODEL) is None
    assert versions_promoted() == []
    with pytest.raises(ApplicationError, match="as shipped"):
        version_roll_back(person=None, model=MODEL)


def test_a_retired_version_can_serve_again() -> None:
    first, second = ModelVersionFactory.create_batch(2)
    for version in (first, second, first):
        version_promote(person=None, version=version)
    assert states(first, second) == [State.PROMOTED, State.RETIRED]
    assert version_roll_back(person=None, model=MODEL) == second
    assert version_roll_back(person=None, model=MODEL) is None


def test_going_back_skips_what_was_discarded() -> None:
    first, second, third = ModelVersionFactory.create_batch(3)
    for version in (first, second, third):
        version_promote(person=None, version=version)
    version_discard(person=None, version=second)
    assert version_roll_back(person=None, model=MODEL) == first
    assert version_roll_back(person=None, model=MODEL) is None


def test_discarding_frees_the_disk_and_keeps_the_row(tuning_home: Path) -> None:
    directory = tuning_home / "jobs" / "1" / "model"
    directory.mkdir(parents=True)
    version = ModelVersionFactory.create(directory=str(directory))
    version_discard(person=None, version=version)
    assert states(version) == [State.DISCARDED]
    assert not directory.exists()
    with pytest.raises(ApplicationError, match="was discarded"):
        version_promote(person=None, version=version)


def test_nothing_outside_the_home_is_ever_removed(tmp_path: Path) -> None:
    outside = tmp_path / "precious"
    outside.mkdir()
    version = ModelVersionFactory.create(directory=str(outside))
    version_discard(person=None, version=version)
    assert outside.exists()


def test_what_serves_is_not_discarded() -> None:
    version = ModelVersionFactory.create()
    version_promote(person=None, version=version)
    with pytest.raises(ApplicationError, match="serves"):
        version_discard(person=None, version=version)


def test_a_generation_s_hash_is_told_as_a_number() -> None:
    version = ModelVersionFactory.create(number=7)
    assert version_numbers(hashes={version.manifest_hash, "x"}) == {
        version.manifest_hash: 7
    }
