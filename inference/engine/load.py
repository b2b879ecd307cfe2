"""From a model's spec to an engine that serves it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from inference.config import EngineConfig
from inference.contract import Engine, EventSink, ModelInfo, ModelTask
from inference.engine.engine import BatchEngine
from inference.engine.reading import AnswerText, PromptReader
from inference.errors import ModelUnavailableError
from inference.models.blueprint import Blueprint
from inference.models.device import device_choose
from inference.models.directory_checks import json_read
from inference.models.families.read import blueprint_read
from inference.models.manifest import ModelManifest
from inference.models.programs import blueprint_run, directory_run
from inference.models.registry import resolve
from inference.text.chat_template import chat_template_read
from inference.text.framing import framing_read
from inference.text.prompt import PromptWriter
from inference.text.reading import ChatReader
from inference.text.sentencepiece_pair import source_tokenizer_read
from inference.text.source_reader import SourceReader
from inference.text.tokenizer import TextTokenizer
from inference.text.tokenizer_settings import repetition_penalty_read

_NATIVE_HOME = ".native"  # in the models home: the native program, once compiled


@dataclass(frozen=True, slots=True)
class TextSide:
    """How a model's requests are read and its answers written."""

    reader: PromptReader
    text: AnswerText
    info: ModelInfo


def engine_load(
    spec: str,
    models_home: Path,
    config: EngineConfig,
    sink: EventSink,
    progress: Callable[[float], None],
) -> Engine:
    """Check, load and try out a model. Raises ModelUnavailableError in words.

    Progress: half for reading every file against its hash, half for the weights.
    """
    device = device_choose(config.device)
    manifest = resolve(spec, models_home, lambda part: progress(part / 2))
    blueprint = blueprint_read(manifest.directory)
    if blueprint is None:
        _check_is_decoder_only(manifest)
    side = _text_side(manifest, blueprint)
    progress(0.6)
    torch.set_num_threads(config.threads)
    if blueprint is None:
        model = directory_run(manifest.directory, device, config)
    else:
        library = models_home.absolute() / _NATIVE_HOME
        model = blueprint_run(
            blueprint, manifest.directory, device, config, library=library
        )
    return BatchEngine(
        info=replace(side.info, precision=model.precision),
        model=model,
        reader=side.reader,
        text=side.text,
        config=config,
        sink=sink,
    )


def _check_is_decoder_only(manifest: ModelManifest) -> None:
    path = manifest.directory / "config.json"
    config = json_read(path)
    if config.get("is_encoder_decoder"):
        raise ModelUnavailableError(
            f"{path}: {config['model_type']} reads one text and writes another; of"
            " such models T5, Marian and M2M100 (with NLLB) can be run"
        )


def _text_side(manifest: ModelManifest, blueprint: Blueprint | None) -> TextSide:
    if blueprint is not None and blueprint.encoder is not None:
        return _source_side(manifest, blueprint)
    tokenizer = TextTokenizer(manifest.directory)
    template = chat_template_read(manifest.directory, tokenizer.named_tokens)
    info = manifest.info()
    writer = PromptWriter(template, tokenizer)
    reader = ChatReader(writer, tokenizer, context_length=info.context_length)
    return TextSide(reader, tokenizer, info)


def _source_side(manifest: ModelManifest, blueprint: Blueprint) -> TextSide:
    tokenizer = source_tokenizer_read(manifest.directory)
    if blueprint.decoder_start_id is None:
        raise ModelUnavailableError(
            f"{manifest.directory / 'config.json'}: does not say how an answer begins"
            " (decoder_start_token_id)"
        )
    reader = SourceReader(
        tokenizer,
        framing_read(manifest.directory, tokenizer.tokens()),
        decoder_start_id=blueprint.decoder_start_id,
        source_length=blueprint.source_length,
        context_length=blueprint.context_length,
    )
    info = replace(
        manifest.info(),
        task=ModelTask.TEXT,
        context_length=blueprint.context_length,
        languages=manifest.languages or reader.languages,
        repetition_penalty=repetition_penalty_read(manifest.directory),
    )
    return TextSide(reader, tokenizer, info)
