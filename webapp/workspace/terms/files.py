"""A team's terms from TBX files and tables, and to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.workspace.file_words import FileError
from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TermEntry
from webapp.workspace.formats.exchange.entries import TermTarget as FileTarget
from webapp.workspace.formats.exchange.tbx_writer import tbx_write
from webapp.workspace.formats.exchange.term_csv_writer import terms_csv_write
from webapp.workspace.formats.guarded import guarded_terms
from webapp.workspace.formats.problem import FormatError
from webapp.workspace.models import Term
from webapp.workspace.terms.selectors import term_list
from webapp.workspace.terms.services import TargetDraft, TermDraft, terms_import


@dataclass(frozen=True, slots=True)
class TermsImported:
    """`broken` tells which entries could not be taken."""

    count: int
    broken: BrokenEntries


def terms_import_file(
    *,
    person: User,
    team: Team,
    content: bytes,
    source_language: str,
    target_language: str,
) -> TermsImported:
    """All good entries of a TBX file or a table, or none. Raises FileError in words."""
    permission_check(person=person, team=team, action=Action.REVIEW)
    try:
        file = guarded_terms(
            content, source_language=source_language, target_language=target_language
        )
    except FormatError as error:
        raise FileError.of(error) from error
    drafts = [_draft(entry, source_language) for entry in file.entries]
    count = terms_import(person=person, team=team, drafts=drafts)
    return TermsImported(count, file.broken)


def _draft(entry: TermEntry, source_language: str) -> TermDraft:
    return TermDraft(
        text=entry.source,
        language=source_language,
        targets=[
            TargetDraft(
                target.text,
                target.language,
                is_forbidden=target.is_forbidden,
                is_preferred=target.is_preferred,
            )
            for target in entry.targets
        ],
        is_untranslatable=entry.is_untranslatable,
        is_case_sensitive=entry.is_case_sensitive,
        explanation=entry.note,
    )


def terms_export(*, person: User, team: Team, language: str) -> Iterator[bytes]:
    """A TBX file of the terms in this language, in pieces."""
    terms = term_list(person=person, team=team).filter(language=language)
    return tbx_write(map(_entry, terms), source_language=language)


def terms_export_table(*, person: User, team: Team) -> Iterator[bytes]:
    """A table of all terms, in pieces."""
    return terms_csv_write(map(_entry, term_list(person=person, team=team)))


def _entry(term: Term) -> TermEntry:
    return TermEntry(
        source=term.text,
        source_language=term.language,
        targets=tuple(
            FileTarget(
                target.text,
                target.language,
                is_forbidden=target.is_forbidden,
                is_preferred=target.is_preferred,
            )
            for target in term.targets.all()
        ),
        is_untranslatable=term.is_untranslatable,
        is_case_sensitive=term.is_case_sensitive,
        note=term.explanation,
    )
