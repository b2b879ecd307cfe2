"""Documents put away and brought back."""

import uuid

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.workspace.machine.runs import run_end_cancelled
from webapp.workspace.models import Document, TranslationRun
from webapp.workspace.permissions import Action
from webapp.workspace.selectors import document_get


@transaction.atomic
def document_delete(*, person: User, document_id: uuid.UUID) -> Document:
    """Out of sight, and no model goes on with it. May be undone."""
    document = document_get(
        person=person, document_id=document_id, action=Action.MANAGE
    )
    open_runs = document.runs.filter(state__in=TranslationRun.OPEN)
    for run in open_runs.select_for_update(of=("self",)):
        run_end_cancelled(run)
    document.deleted_at = timezone.now()
    document.save(update_fields=["deleted_at"])
    return document


@transaction.atomic
def document_restore(*, person: User, document_id: uuid.UUID) -> Document:
    Document.objects.filter(
        pk=document_id, project__team__memberships__user=person
    ).update(deleted_at=None)
    return document_get(person=person, document_id=document_id, action=Action.MANAGE)
