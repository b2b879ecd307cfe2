"""Projects: begun, set up, put away; and the parts that people play in them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from langcodes import standardize_tag, tag_is_valid

from webapp.accounts.hints import person_recheck
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import Action as TeamAction
from webapp.accounts.permissions import ForbiddenError, membership_get
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.models import Project, ProjectMember
from webapp.workspace.permissions import Action
from webapp.workspace.selectors import project_get
from webapp.workspace.texts import checked_name, checked_text

MAX_TARGETS = 50
MAX_INSTRUCTIONS = 4_000


@dataclass(frozen=True, slots=True)
class ProjectValues:
    """What a form asks for."""

    name: str
    source_language: str
    target_languages: Sequence[str]
    model: str = ""  # the first one that there is
    instructions: str = ""
    formality: str = ""
    uses_memory: bool = True
    may_approve_own: bool = False


@transaction.atomic
def project_create(*, person: User, team: Team, values: ProjectValues) -> Project:
    """By those who may write in the team. They manage it."""
    membership = membership_get(person=person, team=team)
    if membership.role not in TeamAction.WRITE.value:
        raise ForbiddenError
    project = Project(team=team, created_by=person, **_checked(values))
    project.save(force_insert=True)
    if membership.role != Membership.Role.OWNER:
        ProjectMember.objects.create(
            project=project, person=person, role=ProjectMember.Role.MANAGER
        )
    return project


@transaction.atomic
def project_update(
    *, person: User, project_id: uuid.UUID, values: ProjectValues
) -> Project:
    """Documents keep their languages, also one that is no target any more."""
    project = project_get(person=person, project_id=project_id, action=Action.MANAGE)
    checked = _checked(values)
    for name, value in checked.items():
        setattr(project, name, value)
    project.save(update_fields=list(checked))
    return project


@transaction.atomic
def project_delete(*, person: User, project_id: uuid.UUID) -> Project:
    """Out of sight. May be undone."""
    project = project_get(person=person, project_id=project_id, action=Action.MANAGE)
    project.deleted_at = timezone.now()
    project.save(update_fields=["deleted_at"])
    return project


@transaction.atomic
def project_restore(*, person: User, project_id: uuid.UUID) -> Project:
    Project.objects.filter(
        pk=project_id, team__memberships__user=person, deleted_at__isnull=False
    ).update(deleted_at=None)
    return project_get(person=person, project_id=project_id, action=Action.MANAGE)


@transaction.atomic
def member_role_set(
    *, person: User, project_id: uuid.UUID, member_id: uuid.UUID, role: str
) -> None:
    """Another part than the team's role gives; "" goes back to that one."""
    project = project_get(person=person, project_id=project_id, action=Action.MANAGE)
    place = Membership.objects.filter(team=project.team, user=member_id).first()
    if place is None:
        raise NotFoundError(_("This person is not on the team."))
    if place.role == Membership.Role.OWNER:
        raise ApplicationError(_("An owner of the team manages all its projects."))
    if role and role not in ProjectMember.Role.values:
        raise ApplicationError(_("There is no such role."))
    if role:
        ProjectMember.objects.update_or_create(
            project=project, person_id=member_id, defaults={"role": role}
        )
    else:
        project.members.filter(person=member_id).delete()
    person_recheck(member_id)


def language_checked(tag: str) -> str:
    """A BCP 47 tag in its usual form.

    >>> language_checked("zh_hans")
    'zh-Hans'
    """
    tag = tag.strip().replace("_", "-")
    if not tag or len(tag) > 35 or not tag_is_valid(tag):
        raise ApplicationError(
            _("“%(tag)s” names no language.") % {"tag": tag[:40]}, code="language"
        )
    return standardize_tag(tag)


def _checked(values: ProjectValues) -> dict[str, Any]:
    source = language_checked(values.source_language)
    targets = list(dict.fromkeys(map(language_checked, values.target_languages)))
    if not targets or len(targets) > MAX_TARGETS:
        raise ApplicationError(_("Name the languages to translate into."))
    if source in targets:
        raise ApplicationError(_("The source language cannot be a target too."))
    if values.formality not in Project.Formality.values:
        raise ApplicationError(_("There is no such formality."))
    return {
        "name": checked_name(values.name),
        "source_language": source,
        "target_languages": targets,
        "model": model_checked(values.model),
        "instructions": checked_text(values.instructions, limit=MAX_INSTRUCTIONS),
        "formality": values.formality,
        "uses_memory": values.uses_memory,
        "may_approve_own": values.may_approve_own,
    }


def model_checked(name: str) -> str:
    name = name or settings.MODEL_NAMES[0]
    if name not in settings.MODEL_NAMES:
        raise ApplicationError(
            _("There is no model “%(model)s” here.") % {"model": name[:100]},
            code="model_unknown",
        )
    return name
