"""Look-ups: what a person may see. What is another team's does not exist for them."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action as TeamAction
from webapp.accounts.selectors import team_list
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.models import (
    Comment,
    Document,
    Operation,
    Project,
    Segment,
    TranslationRun,
)
from webapp.workspace.permissions import Action, project_check


def teams_to_write_in(*, person: User) -> list[Team]:
    """Where the person may begin a project; where they work now comes first."""
    places = team_list(person=person)
    teams = [place.team for place in places if place.role in TeamAction.WRITE.value]
    return sorted(teams, key=lambda team: team.pk != person.active_team_id)


def project_list(*, person: User) -> QuerySet[Project]:
    """Those of all the person's teams."""
    return (
        Project.objects.filter(team__memberships__user=person, deleted_at=None)
        .select_related("team")
        .order_by("name", "pk")
    )


def project_get(
    *, person: User, project_id: uuid.UUID, action: Action = Action.READ
) -> Project:
    project = (
        Project.objects.filter(pk=project_id, deleted_at=None)
        .select_related("team")
        .first()
    )
    if project is None:
        raise NotFoundError(_("There is no such project."))
    project_check(person=person, project=project, action=action)
    return project


def project_get_put_away(*, person: User, project_id: uuid.UUID) -> Project:
    """One that the person may bring back."""
    project = Project.objects.filter(pk=project_id, deleted_at__isnull=False).first()
    if project is None:
        raise NotFoundError(_("There is no such project."))
    project_check(person=person, project=project, action=Action.MANAGE)
    return project


def document_list(*, project: Project) -> QuerySet[Document]:
    return project.documents.filter(deleted_at=None).order_by("name", "target_language")


def document_get(
    *, person: User, document_id: uuid.UUID, action: Action = Action.READ
) -> Document:
    document = (
        Document.objects.filter(
            pk=document_id, deleted_at=None, project__deleted_at=None
        )
        .select_related("project__team")
        .first()
    )
    if document is None:
        raise NotFoundError(_("There is no such document."))
    try:
        project_check(person=person, project=document.project, action=action)
    except NotFoundError as error:
        raise NotFoundError(_("There is no such document.")) from error
    return document


def document_get_ready(
    *, person: User, document_id: uuid.UUID, action: Action = Action.READ
) -> Document:
    """One that has been read from its file. Raises ApplicationError: not_ready."""
    document = document_get(person=person, document_id=document_id, action=action)
    if document.state == Document.State.IMPORTING:
        raise ApplicationError(
            _("The document is still being read. Try again in a moment."),
            code="not_ready",
        )
    if document.state == Document.State.FAILED:
        raise ApplicationError(_("The document could not be read."), code="not_ready")
    return document


def segment_get(*, document: Document, segment_id: int) -> Segment:
    """Looked up through its document, whose rights were checked."""
    segment = (
        document.segments.filter(pk=segment_id)
        .select_related("edited_by", "reviewed_by")
        .first()
    )
    if segment is None:
        raise NotFoundError(_("There is no such segment."))
    segment.document = document
    return segment


def comment_get(*, document: Document, comment_id: uuid.UUID) -> Comment:
    comment = Comment.objects.filter(
        pk=comment_id, segment__document=document
    ).select_related("segment")
    found = comment.first()
    if found is None:
        raise NotFoundError(_("There is no such comment."))
    return found


def operation_get(*, document: Document, operation_id: uuid.UUID) -> Operation:
    operation = document.operations.filter(pk=operation_id).first()
    if operation is None:
        raise NotFoundError(_("There is no such change."))
    return operation


def run_last(*, document: Document) -> TranslationRun | None:
    """The open one, or the one that ended last."""
    return document.runs.order_by("-created_at").first()
