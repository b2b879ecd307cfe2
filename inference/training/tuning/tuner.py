"""The loop: read a batch, step, and now and then save; from where it was left."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from inference.training.checkpoints import (
    Checkpoints,
    RunState,
    run_restore,
    run_tensors,
)
from inference.training.curve import curve_svg
from inference.training.errors import TrainingError
from inference.training.metrics import Metrics
from inference.training.schedule import learning_rate
from inference.training.settings import TrainingSettings
from inference.training.tuning.adapter import Trained
from inference.training.tuning.batches import TuningBatch, collate, epoch_cut
from inference.training.tuning.loss import answers_loss, batch_loss, mean_loss
from inference.training.tuning.model import Example
from inference.training.tuning.progress import (
    Phase,
    ShouldStop,
    Tell,
    TuningProgress,
    TuningStopped,
)
from inference.training.tuning.settings import TuningSettings

_WARMUP_SHARE = 0.1
_CLIP_NORM = 1.0
_LOG_STEPS = 5
CURVE_NAME = "curve.svg"


class Tuner:
    """One run over `training`; what it keeps lies in `home`."""

    def __init__(
        self,
        network: Any,
        settings: TuningSettings,
        *,
        training: list[Example],
        held_out: list[Example],
        home: Path,
    ) -> None:
        """Raises TrainingError if what was saved cannot be read."""
        self._network = network
        self._trained = Trained(network)
        self._settings = settings
        self._training = training
        self._held_out = held_out
        self._home = home
        self._optimizer = torch.optim.AdamW(
            self._trained.parameters(), lr=settings.rate, weight_decay=0.01
        )
        self._epochs = [self._cut(epoch) for epoch in range(settings.epochs)]
        steps = sum(map(len, self._epochs))
        self._schedule = TrainingSettings(
            steps=steps,
            learning_rate=settings.rate,
            warmup_steps=max(1, round(steps * _WARMUP_SHARE)),
            schedule="cosine",
        )
        self._checkpoints = Checkpoints(home / "checkpoints")
        self.state = self._restore()
        self._metrics = Metrics(home / "metrics.jsonl", step=self.state.step)

    @property
    def steps(self) -> int:
        return self._schedule.steps

    def run(self, *, tell: Tell, should_stop: ShouldStop) -> None:
        """To the last step; a checkpoint is there at the end.

        Raises TuningStopped, with a checkpoint as well; TrainingError if the loss is
        no number or the disk is full.
        """
        if self.state.step == 0 and not self._metrics.read():
            self._validate()
        self._network.train()
        for batch in self._coming_batches():
            if should_stop():
                self._save()
                raise TuningStopped
            self._step(batch)
            self._after_step(tell)
        self._save()

    def _cut(self, epoch: int) -> list[list[int]]:
        settings = self._settings
        return epoch_cut(
            self._training,
            tokens=settings.tokens_per_batch,
            seed=settings.seed,
            epoch=epoch,
        )

    def _coming_batches(self) -> Iterator[TuningBatch]:
        state = self.state
        while state.epoch < len(self._epochs):
            for numbers in self._epochs[state.epoch][state.batch :]:
                yield collate(self._training, numbers).to(self._network.device)
            state.epoch, state.batch = state.epoch + 1, 0

    def _step(self, batch: TuningBatch) -> None:
        begun = time.monotonic()
        state = self.state
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate(state.step, self._schedule)
        loss = batch_loss(self._network, batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        norm = torch.nn.utils.clip_grad_norm_(self._trained.parameters(), _CLIP_NORM)
        value = float(loss.detach())
        # A loss may still be a number when its slope is none: the next would not be.
        if not (math.isfinite(value) and math.isfinite(float(norm))):
            raise TrainingError(self._not_a_number(value, batch))
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        state.step += 1
        state.batch += 1
        state.pairs += len(batch.numbers)
        state.tokens += batch.num_tokens
        state.loss_sum += value
        state.loss_steps += 1
        state.seconds += time.monotonic() - begun

    def _not_a_number(self, loss: float, batch: TuningBatch) -> str:
        numbers = ", ".join(str(number + 1) for number in batch.numbers[:5])
        return (
            f"The loss became {loss} at step {self.state.step + 1} of {self.steps},"
            f" epoch {self.state.epoch + 1} (training examples {numbers}, ...)."
            " The last checkpoint is as it was; a lower learning rate usually helps."
        )

    def _after_step(self, tell: Tell) -> None:
        state = self.state
        if state.step % _LOG_STEPS == 0 or state.step == self.steps:
            self._log(tell)
        is_epoch_done = state.batch == len(self._epochs[state.epoch])
        if is_epoch_done:
            self._validate()
        if is_epoch_done or state.step % self._settings.checkpoint_steps == 0:
            self._save()

    def _log(self, tell: Tell) -> None:
        state = self.state
        loss = state.loss_sum / state.loss_steps
        self._metrics.write(kind="train", step=state.step, loss=loss)
        state.loss_sum, state.loss_steps = 0.0, 0
        tell(
            TuningProgress(
                Phase.TRAINING,
                done=state.step,
                total=self.steps,
                loss=round(loss, 4),
                tokens_per_second=round(state.tokens / max(state.seconds, 1e-9), 1),
                seconds_left=round(
                    (self.steps - state.step) * state.seconds / state.step, 1
                ),
            )
        )
        self._draw()

    def _validate(self) -> None:
        """Leaves the network training; nothing random happens here."""
        tokens = self._settings.tokens_per_batch
        loss = mean_loss(answers_loss(self._network, self._held_out, tokens=tokens))
        self._network.train()
        self._metrics.write(kind="valid", step=self.state.step, loss=loss)
        self._draw()

    def _draw(self) -> None:
        part = self._home / "curve.part"
        part.write_text(curve_svg(self._metrics.read()), encoding="utf-8")
        part.replace(self._home / CURVE_NAME)

    def _save(self) -> None:
        self._checkpoints.save(
            run_tensors(self._trained, [self._optimizer]), self.state
        )

    def _restore(self) -> RunState:
        found = self._checkpoints.load()
        if found is None:
            return RunState()
        run_restore(found[0], self._trained, [self._optimizer])
        return found[1]
