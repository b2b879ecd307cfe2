"""How translation models are told which language to read, and which to write."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from inference.contract import ErrorCode, GenerationError, GenerationRequest
from inference.text.languages import Languages, language_match, language_tags
from inference.text.prompt import PromptError
from inference.text.tokenizer_settings import json_object, settings_read

_TASK = re.compile(r"translation_(\w+)_to_(\w+)")


class Framing(Protocol):
    """How a model is told the languages. Raises PromptError for one it lacks."""

    @property
    def languages(self) -> tuple[str, ...]:
        """BCP 47; empty if the model does not say."""

    def text_start(self, request: GenerationRequest) -> str:
        """What comes before the text, as a part of it."""

    def source_start(self, request: GenerationRequest) -> list[int]:
        """Tokens before the source's own."""

    def target_start(self, request: GenerationRequest) -> list[int]:
        """Tokens that the answer begins with."""


class BothLanguages:
    """M2M100 and NLLB: the source's language before it, the answer's before that."""

    def __init__(self, languages: Languages, settings: dict[str, Any]) -> None:
        self._languages = languages
        self._source = str(settings.get("src_lang") or "")
        self._target = str(settings.get("tgt_lang") or "")

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages.tags

    def text_start(self, request: GenerationRequest) -> str:
        return ""

    def source_start(self, request: GenerationRequest) -> list[int]:
        name = request.source_language or self._source
        return [_token(self._languages, "source_language", name)]

    def target_start(self, request: GenerationRequest) -> list[int]:
        name = request.target_language or self._target
        return [_token(self._languages, "target_language", name)]


class TargetLanguage:
    """OPUS-MT into several languages, MADLAD-400: the answer's before the source."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages.tags

    def text_start(self, request: GenerationRequest) -> str:
        return ""

    def source_start(self, request: GenerationRequest) -> list[int]:
        return [_token(self._languages, "target_language", request.target_language)]

    def target_start(self, request: GenerationRequest) -> list[int]:
        return []


class OneDirection:
    """One pair of languages, or none at all: tasks that the text itself names."""

    def __init__(self, source: str, target: str) -> None:
        self._source = source
        self._target = target

    @property
    def languages(self) -> tuple[str, ...]:
        return language_tags([self._source, self._target])

    def text_start(self, request: GenerationRequest) -> str:
        _match("source_language", request.source_language, [self._source])
        _match("target_language", request.target_language, [self._target])
        return ""

    def source_start(self, request: GenerationRequest) -> list[int]:
        return []

    def target_start(self, request: GenerationRequest) -> list[int]:
        return []


class NamedTasks:
    """The first T5: "translate English to German: " before the text."""

    def __init__(self, starts: Mapping[tuple[str, str], str]) -> None:
        self._starts = starts

    @property
    def languages(self) -> tuple[str, ...]:
        return language_tags({code for pair in self._starts for code in pair})

    def text_start(self, request: GenerationRequest) -> str:
        if not (request.source_language or request.target_language):
            return ""  # the person may have written it
        sources = {source for source, _target in self._starts}
        source = _match("source_language", request.source_language, sources)
        targets = {other for one, other in self._starts if source in ("", one)}
        target = _match("target_language", request.target_language, targets)
        for pair, start in self._starts.items():
            if source in ("", pair[0]) and target == pair[1]:
                return start
        raise _unsupported("target_language", request.target_language)

    def source_start(self, request: GenerationRequest) -> list[int]:
        return []

    def target_start(self, request: GenerationRequest) -> list[int]:
        return []


def framing_read(directory: Path, vocabulary: Mapping[str, int]) -> Framing:
    """As the vocabulary and the settings of a model directory say."""
    settings = settings_read(directory)
    config = json_object(directory / "config.json")
    family = str(config.get("model_type"))
    if languages := Languages(family, vocabulary):
        if family == "m2m_100":
            return BothLanguages(languages, settings)
        return TargetLanguage(languages)
    if starts := _task_starts(config):
        return NamedTasks(starts)
    source, target = (
        str(settings.get(f"{n}_lang") or "") for n in ("source", "target")
    )
    return OneDirection(source, target)


def _task_starts(config: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    tasks = config.get("task_specific_params")
    return {
        (match[1], match[2]): str(values["prefix"])
        for name, values in (tasks if isinstance(tasks, dict) else {}).items()
        if (match := _TASK.fullmatch(name))
        and isinstance(values, dict)
        and "prefix" in values
    }


def _match(setting: str, wanted: str, own: Iterable[str]) -> str:
    """The model's own code; "" if nothing is wanted.

    A model of one pair has no other, nor one that its author did not name.
    """
    found = language_match(wanted, own) if wanted else ""
    if found is None:
        raise _unsupported(setting, wanted)
    return found


def _token(languages: Languages, setting: str, name: str) -> int:
    number = languages.find(name) if name else None
    if number is None:
        raise _unsupported(setting, name)
    return number


def _unsupported(setting: str, value: str) -> PromptError:
    params = {"setting": setting, "value": value}
    return PromptError(GenerationError(ErrorCode.UNSUPPORTED, params))
