"""What turns gradients into steps."""

from typing import Any

from torch.nn import Parameter
from torch.optim import AdamW, Muon, Optimizer

from inference.training.settings import TrainingSettings


def optimizers_make(network: Any, training: TrainingSettings) -> list[Optimizer]:
    """Each of their groups has a `scale`, which multiplies the rate.

    With `muon`, the matrices between embedding and head follow Muon (Jordan and
    others, 2024), whose step is the orthogonal matrix nearest to the momentum; its
    length is matched to AdamW's (Liu and others, 2025, arXiv:2502.16982), so that one
    rate serves both. Embedding, norms and position biases always follow AdamW.
    """
    embedding = network.shared.weight
    matrices: list[Parameter] = []
    others: list[Parameter] = []
    for name, value in network.named_parameters():
        if value is embedding:
            continue
        is_matrix = value.ndim == 2 and "relative_attention_bias" not in name
        follows_muon = training.optimizer == "muon" and is_matrix
        (matrices if follows_muon else others).append(value)
    adamw = AdamW(
        [
            {"params": [embedding], "scale": training.embedding_rate},
            {"params": others, "scale": 1.0},
        ],
        lr=training.learning_rate,
        betas=(0.9, 0.98),
        weight_decay=training.weight_decay,
        fused=True,
    )
    if not matrices:
        return [adamw]
    muon = Muon(
        [{"params": matrices, "scale": 1.0}],
        lr=training.learning_rate,
        weight_decay=training.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    return [adamw, muon]
