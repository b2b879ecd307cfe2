"""Tell open pages of a document that it changed. They go and read what did."""

import uuid

from django.db.models import F

from webapp.accounts.hints import person_group
from webapp.common.hints import hint_on_commit
from webapp.workspace.models import Document


def document_group(document_id: uuid.UUID) -> str:
    return f"document.{document_id}"


def document_change(document_id: uuid.UUID) -> int:
    """The number of a change that begins. Call it first in the transaction: whoever
    changes the same document waits here, so numbers are read in their order."""
    document = Document.objects.filter(pk=document_id)
    document.update(change=F("change") + 1)
    hint_on_commit(document_group(document_id), "changed")
    return document.values_list("change", flat=True).get()


def mention_tell(person_id: uuid.UUID) -> None:
    """After the commit, to the pages that this person has open."""
    hint_on_commit(person_group(person_id), "mention")


def presence_changed(document_id: uuid.UUID) -> None:
    """Who is where, or who holds what, is otherwise."""
    hint_on_commit(document_group(document_id), "presence")
