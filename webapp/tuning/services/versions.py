"""Which version serves. The workers look at the rows, and follow within seconds."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.tuning.models import ModelVersion

State = ModelVersion.State


@transaction.atomic
def version_promote(*, person: User | None, version: ModelVersion) -> ModelVersion:
    """From now on it answers; the one before retires."""
    rows = ModelVersion.objects.select_for_update().filter(model=version.model)
    version = rows.get(pk=version.pk)
    if version.state == State.PROMOTED:
        return version
    if version.state == State.DISCARDED:
        raise ApplicationError(_("This version was discarded."))
    _step_over(version)  # or going back would come by here again, and never end
    before = rows.filter(state=State.PROMOTED).first()
    if before is not None:
        _decide(before, State.RETIRED, person)
    version.replaced = before
    _decide(version, State.PROMOTED, person)
    return version


@transaction.atomic
def version_roll_back(*, person: User | None, model: str) -> ModelVersion | None:
    """One step back: to what served before, or to the model as shipped (None)."""
    rows = ModelVersion.objects.select_for_update().filter(model=model)
    now = rows.filter(state=State.PROMOTED).first()
    if now is None:
        raise ApplicationError(_("The model serves as shipped: there is no step back."))
    before = now.replaced
    _decide(now, State.RETIRED, person)
    if before is not None:
        # Its own step back stays what it was: twice back goes back twice.
        _decide(before, State.PROMOTED, person)
    return before


def version_discard(*, person: User | None, version: ModelVersion) -> None:
    """It will never serve, and its weights leave the disk. The row stays."""
    with transaction.atomic():
        version = ModelVersion.objects.select_for_update().get(pk=version.pk)
        if version.state == State.PROMOTED:
            raise ApplicationError(
                _("This version serves. Go a step back before you discard it.")
            )
        _step_over(version)
        _decide(version, State.DISCARDED, person)
    directory = Path(version.directory)
    # Only ever what a job made here, whatever a row may say.
    if directory.resolve().is_relative_to(Path(settings.TUNING_HOME).resolve()):
        shutil.rmtree(directory, ignore_errors=True)


def _step_over(version: ModelVersion) -> None:
    """Steps back that led to it lead to what it replaced."""
    followers = ModelVersion.objects.filter(replaced=version)
    followers.update(replaced=version.replaced)


def _decide(version: ModelVersion, state: str, person: User | None) -> None:
    version.state = state
    version.decided_by = person
    version.decided_at = timezone.now()
    version.save()
