"""Positions as sines and cosines (Vaswani et al. 2017), the halves side by side."""

import numpy as np

from inference.models.blueprint import Floats


def sinusoids(positions: int, width: int, *, last_exponent: float) -> Floats:
    """[positions, width]. The frequencies fall from 1 to 10000 ** -last_exponent."""
    exponents = np.linspace(0, last_exponent, width // 2)
    angles = np.arange(positions)[:, None] * 10_000.0**-exponents
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
