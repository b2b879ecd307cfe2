"""Look-ups: jobs, versions, and which version of a model serves."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import NotFoundError
from webapp.generation.selectors import model_statuses
from webapp.tuning.models import ModelVersion, TuningJob

State, Status = ModelVersion.State, TuningJob.Status
_SHOWN_JOBS = 20


@dataclass(frozen=True, slots=True)
class TunedModel:
    """A model with its versions, as the page shows it."""

    name: str
    versions: list[ModelVersion]  # the newest first, without the discarded
    promoted: ModelVersion | None
    serving_version: str  # what the workers say: SHA-256; "" while none has it
    refused: str  # why they do not serve what was promoted

    @property
    def is_settled(self) -> bool:
        """Do the workers serve what was promoted? Of the shipped one nobody asks."""
        return (
            self.promoted is None or self.promoted.manifest_hash == self.serving_version
        )


def may_tune(person: User) -> bool:
    """May they train models, and say which version serves?"""
    return person.is_staff and person.has_perm("tuning.change_modelversion")


def administrator_check(person: User) -> None:
    """To everybody else none of this exists."""
    if not may_tune(person):
        raise NotFoundError(_("There is no such page."))


def tuned_models() -> list[TunedModel]:
    """All that can be tuned, in the order of the settings."""
    statuses = model_statuses()
    kept = ModelVersion.objects.exclude(state=State.DISCARDED)
    by_model: dict[str, list[ModelVersion]] = {}
    for version in kept.select_related("parent", "created_by", "job"):
        by_model.setdefault(version.model, []).append(version)
    models = []
    for name in tunable_names():
        status = statuses.get(name)
        versions = by_model.get(name, [])
        promoted = [v for v in versions if v.state == State.PROMOTED]
        models.append(
            TunedModel(
                name=name,
                versions=versions,
                promoted=promoted[0] if promoted else None,
                serving_version=status.info.version if status and status.info else "",
                refused=status.refused if status else "",
            )
        )
    return models


def tunable_names() -> list[str]:
    """The scripted model has no weights."""
    return [name for name in settings.MODEL_NAMES if name != "scripted"]


def model_spec(name: str) -> str:
    """What the settings call a model that people pick by this name."""
    return dict(zip(settings.MODEL_NAMES, settings.TANDEM_MODELS, strict=False))[name]


def jobs_recent() -> list[TuningJob]:
    jobs = TuningJob.objects.select_related("person", "version", "base")
    return list(jobs[:_SHOWN_JOBS])


def job_get(*, job_id: UUID) -> TuningJob:
    jobs = TuningJob.objects.select_related("person", "version", "base")
    job = jobs.filter(pk=job_id).first()
    if job is None:
        raise NotFoundError(_("There is no such job."))
    return job


def version_get(*, version_id: UUID) -> ModelVersion:
    version = ModelVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFoundError(_("There is no such version."))
    return version


def versions_promoted() -> list[ModelVersion]:
    """What should serve; at most one of each model."""
    return list(ModelVersion.objects.filter(state=State.PROMOTED))


def version_numbers(*, hashes: set[str]) -> dict[str, int]:
    """By the hash that a generation names: which version that is, in people's words."""
    rows = ModelVersion.objects.filter(manifest_hash__in=hashes)
    return dict(rows.values_list("manifest_hash", "number"))


def work_waits() -> bool:
    """Is there anything for a train worker?"""
    return TuningJob.objects.filter(status__in=TuningJob.UNFINISHED).exists()
