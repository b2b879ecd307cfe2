"""From a model's spec to an engine that serves it."""

from collections.abc import Callable
from pathlib import Path

from inference.config import EngineConfig
from inference.contract import Engine, EventSink
from inference.engine.engine import TorchEngine
from inference.models.loader import causal_lm_load, device_choose
from inference.models.registry import resolve
from inference.text.chat_template import chat_template_read
from inference.text.prompt import PromptWriter
from inference.text.tokenizer import TextTokenizer


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
    tokenizer = TextTokenizer(manifest.directory)
    template = chat_template_read(manifest.directory, tokenizer.named_tokens)
    model = causal_lm_load(manifest, device, lambda part: progress(0.5 + part / 2.5))
    return TorchEngine(
        info=manifest.info(),
        model=model,
        tokenizer=tokenizer,
        writer=PromptWriter(template, tokenizer),
        config=config,
        sink=sink,
    )
