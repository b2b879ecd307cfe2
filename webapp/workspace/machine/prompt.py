"""What a model is asked for one segment.

The source goes as the last message and the rest as instructions before it: a model that
can be talked to reads both, a translation model the source alone, with the languages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inference.contract import ChatMessage, Role
from inference.sampling_params import MAX_PHRASES, SamplingParams
from webapp.common.ids import new_id
from webapp.generation.services import Prompt
from webapp.workspace.languages import language_name
from webapp.workspace.machine.models_known import Crew, crew_now
from webapp.workspace.memory import memory_exact_many
from webapp.workspace.models import Document, Project, Segment, TranslationRun
from webapp.workspace.neighbours import sources_around
from webapp.workspace.placeholders import Masked, bare, mask, parts_split
from webapp.workspace.terms import TermHit
from webapp.workspace.terms.glossary import Glossary
from webapp.workspace.terms.selectors import terms_in

Phrases = tuple[tuple[str, str], ...]  # as SamplingParams has them

NUM_ALTERNATIVES = 3  # of each token, to be shown
_FORMALITY = {
    Project.Formality.FORMAL: "Address the reader formally.",
    Project.Formality.INFORMAL: "Address the reader informally.",
}


def messages_of(
    *, document: Document, text: str, terms: Sequence[TermHit]
) -> tuple[ChatMessage, ...]:
    """text: the source, or a part of it, with masks in place of its placeholders."""
    return (
        ChatMessage(Role.SYSTEM, _instructions(document, text, terms)),
        ChatMessage(Role.USER, text),
    )


def asked_alone(
    document: Document, masked: Masked
) -> tuple[tuple[ChatMessage, ...], SamplingParams]:
    """For one text, with the terms that occur in it."""
    project, text = document.project, masked.text
    terms = terms_in(
        project=project, target_language=document.target_language, source=text
    )
    messages = messages_of(document=document, text=text, terms=terms)
    phrases = phrases_of(text, copies=masked.copies, terms=terms)
    crew = crew_now(project.model)
    return messages, sampling_of(project=project, text=text, crew=crew, phrases=phrases)


def _instructions(document: Document, text: str, terms: Sequence[TermHit]) -> str:
    project = document.project
    source = language_name(project.source_language)
    target = language_name(document.target_language)
    sentences = [
        f"Translate the user's text from {source} into {target}.",
        "Answer with the translation alone.",
    ]
    if "[X0X]" in text:
        sentences.append("Keep signs such as [X0X] exactly as they are, each once.")
    if project.formality:
        sentences.append(_FORMALITY[Project.Formality(project.formality)])
    sentences += filter(None, map(_term, terms))
    sentences += [project.instructions] if project.instructions else []
    return " ".join(sentences)


def _term(hit: TermHit) -> str:
    if hit.is_untranslatable:
        return f"Leave “{hit.text}” as it is."
    return f"Translate “{hit.text}” as “{hit.targets[0]}”." if hit.targets else ""


def sampling_of(
    *, project: Project, text: str, crew: Crew, phrases: Phrases
) -> SamplingParams:
    """Greedy and as the model wishes, unless the project says otherwise: the same text
    the same way. A translation model reads no instructions, and is led to phrases."""
    values: dict[str, Any] = {
        "temperature": 0.0,
        "max_tokens": min(1024, 48 + 2 * len(text)),
        "logprobs": NUM_ALTERNATIVES,
        "alignment": crew.is_translator,
        "repetition_penalty": crew.repetition_penalty,
        "phrases": phrases if crew.is_translator else (),
        **project.sampling,
    }
    return SamplingParams.from_dict(values)


def phrases_of(
    text: str, *, copies: Sequence[str], terms: Sequence[TermHit]
) -> Phrases:
    """What has to come through as it is; what the text says, and how the team does."""
    pairs = dict.fromkeys((each, each) for each in copies)
    for hit in terms:
        said = text[hit.start : hit.end]
        wanted = (said,) if hit.is_untranslatable else hit.targets
        pairs.update({(said, target): None for target in wanted[:1]})
    return tuple(pairs)[:MAX_PHRASES]


def scope_of(project: Project) -> str:
    """Who may notice that these instructions were used before: the project's team."""
    return f"team:{project.team_id}"


@dataclass(frozen=True, slots=True)
class Asking:
    """One generation for a segment, and all that is needed to make its text again."""

    prompt: Prompt
    recipe: dict[str, Any]


def ask(
    segment: Segment, run: TranslationRun, crew: Crew, glossary: Glossary
) -> Asking:
    """For the whole segment, or for its next part where it is translated in parts."""
    document = segment.document
    parts = segment.recipe.get("parts")
    is_bare = crew.is_translator and segment.recipe.get("is_bare", True)
    masked = masked_of(segment.source, segment.codes, is_bare=is_bare)
    text, copies = masked.text, masked.copies
    if parts is not None:
        text, copies = _part(segment, len(parts)), ()
    terms = glossary.hits(text)
    sampling = sampling_of(
        project=document.project,
        text=text,
        crew=crew,
        phrases=phrases_of(text, copies=copies, terms=terms),
    )
    prompt = Prompt(
        messages=messages_of(document=document, text=text, terms=terms),
        sampling=sampling,
        idempotency_key=new_id().hex,
        source_language=document.source_language,
        target_language=document.target_language,
        preset_scope=scope_of(document.project),
    )
    recipe = {
        **segment.recipe,
        "is_bare": bool(masked.shown),
        "model": run.model,
        "sampling": sampling.to_dict(),
        "glossary_hash": glossary.hash,
    }
    return Asking(prompt, recipe)


def masked_of(source: str, codes: Sequence[str], *, is_bare: bool) -> Masked:
    """As it is asked. A model that learned from texts with placeholders does better
    with them than with signs in their place, until it loses one."""
    return (bare(source, codes) if is_bare else None) or mask(source, codes)


def _part(segment: Segment, number: int) -> str:
    return parts_split(segment.source, segment.codes).texts[number]


def memory_matches(document: Document, segments: Sequence[Segment]) -> dict[int, str]:
    """What the memory has of exactly these sources, by the segments' ids."""
    around = sources_around(document, segments)
    matches = memory_exact_many(
        project=document.project,
        target_language=document.target_language,
        sources=[
            (segment.source, before, after)
            for segment, (before, after) in zip(segments, around, strict=True)
        ],
    )
    pairs = zip(segments, matches, strict=True)
    return {segment.pk: match.target for segment, match in pairs if match}
