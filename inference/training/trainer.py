"""The loop: read a batch, step, and now and then log, validate and save."""

import math
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import torch

from inference.training.batches import Batch, Batches
from inference.training.checkpoints import (
    Checkpoints,
    RunState,
    run_restore,
    run_tensors,
    weights_average,
    weights_start,
)
from inference.training.curve import curve_svg
from inference.training.errors import TrainingError
from inference.training.export import model_export
from inference.training.guide import AlignmentGuide
from inference.training.lexicon import Lexicon, lexicon_learn, words_align
from inference.training.metrics import Metrics
from inference.training.network import network_losses, network_make
from inference.training.optimizers import optimizers_make
from inference.training.preparation import Prepared
from inference.training.progress import TrainingProgress
from inference.training.schedule import learning_rate
from inference.training.settings import RunSettings
from inference.training.validation import Validator


class Ending(StrEnum):
    FINISHED = "finished"  # all steps are done
    PAUSED = "paused"  # time was up, or it was told to stop


class Trainer:
    """One run, from where it was left. Everything it keeps lies in `home`."""

    def __init__(self, settings: RunSettings, prepared: Prepared, home: Path) -> None:
        """Raises TrainingError if what was saved cannot be read."""
        self._settings = settings
        self._home = home
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network_make(settings).to(self._device).train()
        self._optimizers = optimizers_make(self._network, settings.training)
        self._batches = Batches(
            prepared.examples,
            prepared.tokenizer,
            directions=settings.data.parsed_directions(),
            weights=settings.data.weights,
            tokens_per_batch=settings.training.tokens_per_batch,
            seed=settings.training.seed,
            unended=settings.data.unended,
        )
        self._validator = Validator(settings, prepared)
        self._checkpoints = Checkpoints(home / "checkpoints")
        self._validated = Checkpoints(home / "validated", kept=settings.rhythm.averaged)
        self._guide: AlignmentGuide | None = None
        self.state = self._restore(prepared)
        self._metrics = Metrics(home / "metrics.jsonl", step=self.state.step)

    @property
    def model_directory(self) -> Path:
        return self._home / "model"

    def run(self, *, should_stop: Callable[[], bool]) -> Ending:
        """Until the last step or until `should_stop`; a checkpoint is there either way.

        Raises TrainingError if the loss is no number, or the disk is full.
        """
        last = self._settings.training.steps
        with TrainingProgress(first=self.state.step, last=last) as progress:
            for batch in self._coming_batches():
                if self.state.step >= last or should_stop():
                    break
                self._step(batch)
                progress.step()
                self._after_step(progress)
        self._save()
        self._result_write()
        return Ending.FINISHED if self.state.step >= last else Ending.PAUSED

    def _coming_batches(self) -> Iterator[Batch]:
        while True:
            epoch = self.state.epoch
            for batch in self._batches.epoch(epoch, skip=self.state.batch):
                yield batch.to(self._device)
            self.state.epoch, self.state.batch = epoch + 1, 0

    def _step(self, batch: Batch) -> None:
        begun = time.monotonic()
        training, state = self._settings.training, self.state
        rate = learning_rate(state.step, training)
        for group in (g for each in self._optimizers for g in each.param_groups):
            group["lr"] = rate * group["scale"]
        losses = network_losses(
            self._network,
            batch,
            self._settings,
            smoothing=training.label_smoothing,
            guide=self._guide,
        )
        loss = losses.total(training.guided_attention)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        parameters = self._network.parameters()
        norm = torch.nn.utils.clip_grad_norm_(parameters, training.clip_norm)
        value = float(losses.words.detach())
        # A loss may still be a number when its slope is none: the next would not be.
        if not math.isfinite(float(loss.detach()) + float(norm)):
            raise TrainingError(self._not_a_number(value, float(norm), batch))
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        state.step += 1
        state.batch += 1
        state.pairs += len(batch.examples)
        state.tokens += batch.num_tokens
        state.loss_sum += value
        state.loss_steps += 1
        state.seconds += time.monotonic() - begun

    def _not_a_number(self, value: float, norm: float, batch: Batch) -> str:
        pairs = ", ".join(str(number // 2) for number in batch.examples[:5].tolist())
        return (
            f"The loss became {value}, its slope {norm} at step {self.state.step + 1},"
            f" epoch {self.state.epoch}, batch {self.state.batch} (pairs {pairs}, ...)."
            " Weights are left as they were at the last checkpoint; a lower"
            " training.learning_rate usually helps."
        )

    def _after_step(self, progress: TrainingProgress) -> None:
        rhythm, step = self._settings.rhythm, self.state.step
        if step % rhythm.log_steps == 0:
            self._log(progress)
        if step % rhythm.validate_steps == 0:
            self._validate(progress)
        if step % rhythm.checkpoint_steps == 0:
            self._save()

    def _log(self, progress: TrainingProgress) -> None:
        state = self.state
        loss = state.loss_sum / state.loss_steps
        pace = state.tokens / state.seconds
        self._metrics.write(
            kind="train",
            step=state.step,
            loss=loss,
            rate=learning_rate(state.step - 1, self._settings.training),
            pairs=state.pairs,
            tokens=state.tokens,
            seconds=round(state.seconds, 2),
        )
        state.loss_sum, state.loss_steps = 0.0, 0
        left = self._settings.training.steps - state.step
        progress.tell(
            step=state.step,
            loss=loss,
            pace=pace,
            seconds=left * state.seconds / state.step,
        )

    def _validate(self, progress: TrainingProgress) -> None:
        found = self._validator.validate(self._network)
        self._metrics.write(
            kind="valid",
            step=self.state.step,
            loss=found.loss,
            chrf=found.chrf,
            bleu=found.bleu,
            samples=found.samples,
        )
        scores = ", ".join(f"{name} {value:.1f}" for name, value in found.chrf.items())
        progress.say(f"validation: loss {found.loss:.3f}; chrF++ {scores}")
        for sample in found.samples:
            progress.say(f"  {sample}")
        self._validated.save(self._weights(), self.state)

    def _weights(self) -> dict[str, torch.Tensor]:
        named = self._network.named_parameters()
        return {name: value.detach().cpu() for name, value in named}

    def _save(self) -> None:
        self._checkpoints.save(run_tensors(self._network, self._optimizers), self.state)

    def _restore(self, prepared: Prepared) -> RunState:
        training, size = self._settings.training, self._settings.vocabulary.size
        found = self._checkpoints.load()
        begins = found is None and not training.start
        lexicon: Lexicon | None = None
        if training.guided_attention or (begins and training.aligned_words):
            lexicon = lexicon_learn(prepared.examples, size)
        if lexicon and training.guided_attention:
            self._guide = AlignmentGuide(lexicon, size).to(self._device)
        if found is not None:
            run_restore(found[0], self._network, self._optimizers)
            return found[1]
        if training.start:
            weights_start(self._network, Path(training.start))
        elif lexicon and training.aligned_words:
            words_align(self._network.shared.weight.data, lexicon)
        return RunState()

    def _result_write(self) -> None:
        """The curve, and as a directory the mean of the model as it is and of the ones
        that were validated last."""
        curve = curve_svg(self._metrics.read())
        (self._home / "curve.svg").write_text(curve, encoding="utf-8")
        step = f"step-{self.state.step:08}"
        before = [path for path in self._validated.files() if path.stem != step]
        kept = len(before) - (self._settings.rhythm.averaged - 1)
        model_export(
            weights_average(self._weights(), before[max(0, kept) :]),
            self._settings,
            tokenizer=self._home / "tokenizer",
            directory=self.model_directory,
        )
