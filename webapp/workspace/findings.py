"""What the checks say of a segment: found when its text changes, kept with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.workspace.check_words import check_message
from webapp.workspace.checks import Finding, Severity, checks_run
from webapp.workspace.memory.lookup import memory_elsewhere
from webapp.workspace.models import Segment
from webapp.workspace.neighbours import sources_around
from webapp.workspace.row_types import Finding as FindingRow
from webapp.workspace.terms.glossary import Glossary, glossary_get

_OTHERS = 5  # translations of the same source that are worth telling


def findings_columns(
    segment: Segment,
    target: str,
    *,
    elsewhere: Sequence[str] = (),
    glossary: Glossary | None = None,
    forms: Sequence[str] | None = None,
) -> dict[str, Any]:
    """What a segment keeps of them, for this target. glossary: the document's, and
    forms: the others of its plural, from who has them in hand."""
    found = _find(segment, target, elsewhere, glossary, forms)
    return {
        "checks": [finding.to_dict() for finding in found],
        "has_errors": any(finding.severity is Severity.ERROR for finding in found),
    }


def findings_set(
    segment: Segment,
    *,
    glossary: Glossary | None = None,
    forms: Sequence[str] | None = None,
) -> None:
    """Of one that is new, for the target that it has; not saved."""
    found = findings_columns(segment, segment.target, glossary=glossary, forms=forms)
    for name, value in found.items():
        setattr(segment, name, value)


def elsewhere_of(segment: Segment) -> list[str]:
    """How the same source was translated in other places of the project."""
    document = segment.document
    [(before, after)] = sources_around(document, [segment])
    remembered = memory_elsewhere(
        project=document.project,
        target_language=document.target_language,
        source=segment.source,
        before=before,
        after=after,
    )
    same = Segment.objects.filter(
        document=segment.document_id,
        source=segment.source,
        context=segment.context,
        state__in=Segment.DONE,
    ).exclude(pk=segment.pk)
    here = same.values_list("target", flat=True).distinct()[:_OTHERS]
    return list(dict.fromkeys([*here, *remembered]))[:_OTHERS]


def finding_rows(segment: Segment) -> list[FindingRow]:
    """In the active language."""
    return [_row(kept, segment.dismissed_checks) for kept in segment.checks]


def finding_id(kept: Mapping[str, Any]) -> str:
    """By which a person sets it aside."""
    severity = Severity(kept["severity"])
    return Finding(kept["check"], severity, kept["params"]).fingerprint


def _find(
    segment: Segment,
    target: str,
    elsewhere: Sequence[str],
    glossary: Glossary | None,
    forms: Sequence[str] | None,
) -> list[Finding]:
    if not target:
        return []
    document = segment.document
    if glossary is None:
        glossary = glossary_get(document.project, document.target_language)
    return checks_run(
        segment.source,
        target,
        source_language=document.source_language,
        target_language=document.target_language,
        placeholders=segment.placeholders,
        codes=segment.codes,
        max_length=segment.max_length,
        plural=segment.plural,
        plural_examples=segment.plural_examples,
        forms=_other_forms(segment) if forms is None else forms,
        elsewhere=elsewhere,
        terms=glossary.hits(segment.source),
    )


def _other_forms(segment: Segment) -> list[str]:
    """Of the same plural."""
    if not segment.plural_group:
        return []
    forms = Segment.objects.filter(
        document=segment.document_id,
        plural__gt="",  # which stands in an index
        plural_group=segment.plural_group,
    )
    return list(forms.exclude(pk=segment.pk).values_list("target", flat=True))


def _row(kept: Mapping[str, Any], dismissed: Sequence[str]) -> FindingRow:
    id = finding_id(kept)
    return {
        "id": id,
        "check": kept["check"],
        "severity": kept["severity"],
        "message": check_message(kept["check"], kept["params"]),
        "start": kept["start"],
        "end": kept["end"],
        "dismissed": id in dismissed,
    }
