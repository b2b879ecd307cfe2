"""Several files into several languages: each becomes a document, or a sentence."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webapp.accounts.models import User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.models import Document
from webapp.workspace.services.importing import document_import

MAX_AT_ONCE = 6  # more are read behind the page's back, however small they are


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """`read` is called when its turn comes: one file at a time is in memory."""

    name: str
    read: Callable[[], bytes]


@dataclass(slots=True)
class Imported:
    documents: list[Document] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)  # sentences that name the file

    @property
    def summary(self) -> str:
        count = len(self.documents)
        return ngettext(
            "%(count)s document was added.", "%(count)s documents were added.", count
        ) % {"count": count}


def documents_import(
    *,
    person: User,
    project_id: uuid.UUID,
    files: Sequence[IncomingFile],
    target_languages: Sequence[str],
) -> Imported:
    """What is wrong with one file does not keep out the others; of a file that is
    refused nothing comes in. Raises ApplicationError for a person who may not."""
    many = len(files) * len(target_languages) > MAX_AT_ONCE
    imported = Imported()
    for file, language in product(files, target_languages):
        try:
            document = document_import(
                person=person,
                project_id=project_id,
                name=file.name,
                content=file.read(),
                target_language=language,
                at_once_bytes=0 if many else None,
            )
        except (NotFoundError, ForbiddenError):
            raise
        except ApplicationError as error:
            _refuse(imported, file.name, str(error.message))
        else:
            imported.documents.append(document)
    return imported


def _refuse(imported: Imported, name: str, reason: str) -> None:
    """Once, however many languages it was meant for."""
    sentence = _("%(file)s: %(reason)s") % {"file": name, "reason": reason}
    if sentence not in imported.refusals:
        imported.refusals.append(sentence)
