"""Tells the attention between target and source where to lie.

Which word of the source is translated next is what a small run learns last, and without
it nothing else helps. Counting knows it roughly, so for some of the loss the attention
is compared with that (Chen et al. 2016, "Guided Alignment Training for Topic-Aware
Neural Machine Translation").
"""

import torch
from torch import Tensor

from inference.training.batches import Batch
from inference.training.lexicon import Lexicon
from inference.training.vocabulary import PAD_ID

_LEAST_SHARE = 0.01  # of a word's translations; the rest is noise
_LEAST = 1e-6  # attention is never nothing, and neither is its logarithm


class AlignmentGuide:
    """Of one vocabulary, for both directions of each pair of languages."""

    def __init__(self, lexicon: Lexicon, vocabulary_size: int) -> None:
        is_likely = lexicon.shares > _LEAST_SHARE
        words = torch.from_numpy(lexicon.words[is_likely])
        english = torch.from_numpy(lexicon.english[is_likely])
        keys = [english * vocabulary_size + words, words * vocabulary_size + english]
        self._size = vocabulary_size
        self._keys, order = torch.cat(keys).sort()
        self._shares = torch.from_numpy(lexicon.shares[is_likely]).float()
        self._shares = self._shares.repeat(2)[order]

    def to(self, device: torch.device) -> "AlignmentGuide":
        self._keys, self._shares = self._keys.to(device), self._shares.to(device)
        return self

    def alignment(self, batch: Batch) -> Tensor:
        """[rows, targets, sources]: shares of each target token's translation, which
        sum to 1, or to 0 where nothing is known."""
        pairs = batch.sources[:, None, :] * self._size + batch.targets[:, :, None]
        places = torch.searchsorted(self._keys, pairs).clamp(max=len(self._keys) - 1)
        shares = self._shares[places] * (self._keys[places] == pairs)
        return shares / shares.sum(dim=2, keepdim=True).clamp(min=_LEAST)

    def loss(self, attention: Tensor, batch: Batch) -> Tensor:
        """Mean cross entropy of a target token, in nats; `attention` is
        [rows, heads, targets, sources]."""
        found = attention.mean(dim=1).float().clamp(min=_LEAST).log()
        num_targets = (batch.targets != PAD_ID).sum()
        return -(self.alignment(batch) * found).sum() / num_targets
