"""How large a step is, at each step.

Three shapes: `inverse_sqrt` (Vaswani et al. 2017) has no end; `cosine` has one; `wsd`
(warm-up, stable, decay; Hu et al. 2024, "MiniCPM") is held, then falls evenly, so that
its end may still be chosen while it is held.
"""

import math

from inference.training.settings import TrainingSettings

_LAST_SHARE = 0.05  # of the highest rate, at the end
_FALLING_SHARE = 0.4  # of all steps, when the rate is held first


def learning_rate(step: int, settings: TrainingSettings) -> float:
    """Of the step after `step` steps: rises evenly, then falls."""
    warmup = settings.warmup_steps
    if step < warmup:
        return settings.learning_rate * (step + 1) / warmup
    if settings.schedule == "inverse_sqrt":
        return settings.learning_rate * math.sqrt(warmup / (step + 1))
    if settings.schedule == "wsd":
        left = max(0.0, settings.steps - step) / (_FALLING_SHARE * settings.steps)
        height = min(1.0, left)
    else:
        done = min(1.0, (step - warmup) / max(1, settings.steps - warmup))
        height = 0.5 * (1 + math.cos(math.pi * done))
    return settings.learning_rate * (_LAST_SHARE + (1 - _LAST_SHARE) * height)
