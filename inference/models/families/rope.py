"""Rotary position frequencies (Su et al. 2021), and how checkpoints stretch them."""

import math
from dataclasses import dataclass

import numpy as np

from inference.models.blueprint import Floats
from inference.models.families.config_file import ConfigFile

_THETA = 10_000.0  # where config.json says nothing, as transformers has it


@dataclass(frozen=True, slots=True)
class Rope:
    frequencies: Floats  # [head_width / 2]
    scale: float = 1.0  # of cosine and sine


def rope_read(config: ConfigFile, head_width: int) -> Rope | None:
    """None for a kind that is not known here."""
    section = config.section("rope_parameters", "rope_scaling")
    kind = section.text("rope_type", section.text("type", "default"))
    theta = section.number("rope_theta", config.number("rope_theta", _THETA))
    if _partial_factor(config, section) != 1:
        return None
    plain = (1.0 / theta ** (np.arange(0, head_width, 2) / head_width)).astype(
        np.float32
    )
    match kind:
        case "default":
            return Rope(plain)
        case "linear":
            return Rope(plain / np.float32(section.number("factor")))
        case "llama3":
            return Rope(_llama3(plain, section, _original_length(config, section)))
        case "yarn":
            return _yarn(plain, theta, section, _original_length(config, section))
    return None


def _partial_factor(config: ConfigFile, section: ConfigFile) -> float:
    whole = config.number("partial_rotary_factor", 1.0)
    return section.number("partial_rotary_factor", whole)


def _original_length(config: ConfigFile, section: ConfigFile) -> int:
    name = "original_max_position_embeddings"
    if section.has(name):
        return section.whole(name)
    return config.whole(name, config.whole("max_position_embeddings"))


def _llama3(plain: Floats, section: ConfigFile, length: int) -> Floats:
    """Long waves are stretched by the factor, short ones not, those between partly."""
    factor = section.number("factor")
    low = section.number("low_freq_factor")
    high = section.number("high_freq_factor")
    turns = length * plain / (2 * math.pi)  # in the original context
    if high == low:
        part = (turns >= low).astype(np.float32)
    else:
        part = np.clip((turns - low) / (high - low), 0, 1)
    return ((1 - part) * plain / factor + part * plain).astype(np.float32)


def _yarn(plain: Floats, theta: float, section: ConfigFile, length: int) -> Rope:
    """Peng et al. 2023."""
    factor = section.number("factor")
    last = 2 * len(plain) - 1

    def dimension(turns: float) -> float:
        return len(plain) * math.log(length / (turns * 2 * math.pi)) / math.log(theta)

    low = dimension(section.number("beta_fast", 32))
    high = dimension(section.number("beta_slow", 1))
    if section.flag("truncate", default=True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, last)
    ramp = (np.arange(len(plain)) - low) / ((high - low) or 0.001)
    stretched = np.clip(ramp, 0, 1)
    frequencies = plain / factor * stretched + plain * (1 - stretched)
    return Rope(frequencies.astype(np.float32), _yarn_scale(section, factor))


def _yarn_scale(section: ConfigFile, factor: float) -> float:
    if section.has("attention_factor"):
        return section.number("attention_factor")
    numerator = section.number("mscale", 0)
    denominator = section.number("mscale_all_dim", 0)
    if not (numerator and denominator):
        numerator, denominator = 1, 0
    logarithm = math.log(factor) if factor > 1 else 0
    return (0.1 * numerator * logarithm + 1) / (0.1 * denominator * logarithm + 1)
