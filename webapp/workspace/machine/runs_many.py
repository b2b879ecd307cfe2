"""All documents of a project at once."""

import uuid

from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.machine.runs import run_start
from webapp.workspace.models import Document, Segment, TranslationRun
from webapp.workspace.permissions import Action
from webapp.workspace.selectors import document_list, project_get


def runs_start(*, person: User, project_id: uuid.UUID) -> list[TranslationRun]:
    """Of each document in which something is empty and no model is at work. One that
    the model cannot do is left; raises its ApplicationError where nothing was begun."""
    project = project_get(person=person, project_id=project_id, action=Action.TRANSLATE)
    empty = Segment.objects.filter(state=Segment.State.EMPTY).values("document")
    documents = document_list(project=project).filter(
        pk__in=empty, state=Document.State.READY
    )
    refusal = ApplicationError(_("There is nothing to translate."), code="nothing")
    runs = []
    for document in documents.exclude(runs__state__in=TranslationRun.OPEN):
        try:
            runs.append(run_start(person=person, document_id=document.pk))
        except ApplicationError as error:
            refusal = error
    if not runs:
        raise refusal
    return runs
