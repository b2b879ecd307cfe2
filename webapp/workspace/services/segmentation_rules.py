"""Rules for sentences that a project brings, and the way back to the product's own."""

import uuid

from django.db import transaction

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.formats.guarded import guarded_rules
from webapp.workspace.formats.problem import FormatError
from webapp.workspace.models import Project, SegmentationRules
from webapp.workspace.permissions import Action
from webapp.workspace.segmentation import (
    Segmenter,
    own_rules,
    own_segmenter,
    srx_parse,
)
from webapp.workspace.selectors import project_get
from webapp.workspace.srx_words import srx_message
from webapp.workspace.texts import checked_name

BAD_RULES = "bad_rules"
_SECONDS = 2.0  # that rules may take for one text


def rules_set(
    *, person: User, project_id: uuid.UUID, name: str, content: bytes
) -> SegmentationRules:
    """For documents that are imported from now on.

    Raises ApplicationError: forbidden, and what is wrong with the rules.
    """
    project = project_get(person=person, project_id=project_id, action=Action.MANAGE)
    try:
        guarded_rules(content)
    except FormatError as error:
        raise ApplicationError(srx_message(error), code=BAD_RULES) from error
    with transaction.atomic():
        rules, _ = SegmentationRules.objects.update_or_create(
            project=project,
            defaults={"name": checked_name(name, limit=255), "content": content},
        )
    return rules


@transaction.atomic
def rules_reset(*, person: User, project_id: uuid.UUID) -> None:
    """Back to the product's own."""
    project = project_get(person=person, project_id=project_id, action=Action.MANAGE)
    SegmentationRules.objects.filter(project=project).delete()


def rules_file(*, person: User, project_id: uuid.UUID) -> tuple[str, bytes]:
    """The file in use: to look at, or to begin one's own with."""
    project = project_get(person=person, project_id=project_id)
    rules = SegmentationRules.objects.filter(project=project).first()
    if rules is None:
        return "rules.srx", own_rules()
    return rules.name, bytes(rules.content)


def segmenter_of(project: Project) -> Segmenter:
    rules = SegmentationRules.objects.filter(project=project).first()
    if rules is None:
        return own_segmenter()
    return Segmenter(srx_parse(bytes(rules.content)), seconds=_SECONDS)
