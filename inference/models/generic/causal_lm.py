"""A causal model of transformers, in two calls."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import Cache, DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer


@dataclass(frozen=True, slots=True)
class LayerShape:
    """What one layer keeps of one token: heads and the widths of key and value."""

    heads: int
    key_width: int
    value_width: int


class CausalLM:
    """Reads a part of one sequence, or one token of each of many."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        self.device: torch.device = model.device
        self.dtype: torch.dtype = model.dtype

    @property
    def vocabulary_size(self) -> int:
        head = self._model.get_output_embeddings()  # type: ignore[no-untyped-call]  # not annotated there
        size: int = head.weight.shape[0]
        return size

    def new_cache(self) -> DynamicCache:
        return DynamicCache(config=self._model.config)

    def read(self, token_ids: Sequence[int], cache: DynamicCache) -> torch.Tensor:
        """Append tokens to one sequence; logits [tokens, vocabulary], fp32."""
        ids = torch.tensor([list(token_ids)], device=self.device)
        output = self._model(input_ids=ids, past_key_values=cache, use_cache=True)
        logits: torch.Tensor = output.logits[0].float()
        return logits

    def read_last(self, token_ids: Sequence[int], cache: DynamicCache) -> torch.Tensor:
        """The same, logits [1, vocabulary] after the last token only."""
        ids = torch.tensor([list(token_ids)], device=self.device)
        output = self._model(
            input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        logits: torch.Tensor = output.logits[0, -1:].float()
        return logits

    def read_rows(
        self,
        token_ids: torch.Tensor,
        positions: torch.Tensor,
        mask: torch.Tensor,
        cache: Cache,
    ) -> torch.Tensor:
        """One token for each row; logits [rows, vocabulary], fp32.

        token_ids, positions: [rows]. mask: [rows, cached tokens], True where a row may
        look.
        """
        output = self._model(
            input_ids=token_ids[:, None],
            position_ids=positions[:, None],
            attention_mask=mask[:, None, None, :],
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        logits: torch.Tensor = output.logits[:, -1].float()
        return logits


def layer_shapes(cache: DynamicCache) -> list[LayerShape] | None:
    """Shapes in a cache that has read a token; None if some layer is not plain.

    A plain layer keeps every token. Others (a sliding window, a recurrent state) cannot
    be laid side by side in one tensor.
    """
    shapes = []
    for layer in cache.layers:
        if type(layer) is not DynamicLayer:
            return None
        keys, values = layer.keys, layer.values
        assert keys is not None and values is not None  # it has read a token
        shapes.append(LayerShape(keys.shape[1], keys.shape[3], values.shape[3]))
    return shapes


def cache_bytes(cache: DynamicCache) -> int:
    """Memory that a cache takes now."""
    held = 0
    for layer in cache.layers:
        tensors = [v for v in vars(layer).values() if isinstance(v, torch.Tensor)]
        held += sum(tensor.numel() * tensor.itemsize for tensor in tensors)
    return held
