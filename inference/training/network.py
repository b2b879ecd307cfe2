"""The model: a stock T5, which every library of models knows."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

from inference.training.batches import Batch
from inference.training.guide import AlignmentGuide
from inference.training.loss import head_loss
from inference.training.settings import RunSettings
from inference.training.vocabulary import END_ID, PAD_ID


def network_make(settings: RunSettings) -> Any:
    """With random weights, which depend on the seed alone."""
    torch.manual_seed(settings.training.seed)
    network: Any = T5ForConditionalGeneration(_config(settings))
    network.generation_config = _generation_config(settings)
    return network


@dataclass(frozen=True, slots=True)
class Losses:
    """Means of a target token, in nats."""

    words: Tensor
    alignment: Tensor | None  # where attention is guided

    def total(self, weight: float) -> Tensor:
        if self.alignment is None:
            return self.words
        return self.words + weight * self.alignment


def network_loss(
    network: Any, batch: Batch, settings: RunSettings, *, smoothing: float
) -> Tensor:
    """Mean loss of a target token, in nats."""
    return network_losses(network, batch, settings, smoothing=smoothing).words


def network_losses(
    network: Any,
    batch: Batch,
    settings: RunSettings,
    *,
    smoothing: float,
    guide: AlignmentGuide | None = None,
) -> Losses:
    """Of the words, and of the last layer's attention where there is a guide."""
    training = settings.training
    targets = batch.targets
    starts = targets.new_full((len(targets), 1), PAD_ID)
    dtype = torch.bfloat16 if training.precision == "bf16" else torch.float32
    mask = batch.sources != PAD_ID
    with torch.autocast(targets.device.type, dtype, enabled=dtype != torch.float32):
        encoded = network.encoder(input_ids=batch.sources, attention_mask=mask)
        decoded = network.decoder(
            input_ids=torch.cat([starts, targets[:, :-1]], dim=1),
            encoder_hidden_states=encoded.last_hidden_state,
            encoder_attention_mask=mask,
            output_attentions=guide is not None,
        )
    is_real = targets != PAD_ID
    words = head_loss(
        # With its head tied to the embedding, T5 scales what the head reads.
        decoded.last_hidden_state[is_real].float() * settings.model.width**-0.5,
        network.shared.weight,
        targets[is_real],
        smoothing=smoothing,
        rows_at_once=training.loss_rows,
        dtype=dtype,
    )
    if guide is None:
        return Losses(words, None)
    return Losses(words, guide.loss(decoded.cross_attentions[-1], batch))


def _config(settings: RunSettings) -> T5Config:
    model = settings.model
    kind: Any = T5Config  # its signature names the half of what it takes
    config: T5Config = kind(
        vocab_size=settings.vocabulary.size,
        d_model=model.width,
        d_kv=model.width // model.heads,
        d_ff=model.ffn_width,
        num_layers=model.encoder_layers,
        num_decoder_layers=model.decoder_layers,
        num_heads=model.heads,
        feed_forward_proj=model.feed_forward,
        dropout_rate=model.dropout,
        pad_token_id=PAD_ID,
        eos_token_id=END_ID,
        decoder_start_token_id=PAD_ID,
        tie_word_embeddings=True,
        # Short sentences: plain products beat the fused kernel on a CPU.
        attn_implementation="eager",
    )
    config.n_positions = model.context_length
    config.task_specific_params = {
        direction.task: {"prefix": direction.prefix}
        for direction in settings.data.parsed_directions()
    }
    return config


def _generation_config(settings: RunSettings) -> GenerationConfig:
    kind: Any = GenerationConfig  # the library leaves it untyped
    config: GenerationConfig = kind(
        decoder_start_token_id=PAD_ID,
        eos_token_id=END_ID,
        pad_token_id=PAD_ID,
        max_new_tokens=settings.model.context_length - 1,
    )
    return config
