"""Cross entropy over a vocabulary, without ever holding all logits.

The vocabulary's matrix is a third of the arithmetic of a small model, and the logits of
a batch are hundreds of megabytes. So the rows are taken a few at a time: logits, loss
and both gradients while they are in the cache.
"""

from typing import Any

import torch
from torch import Tensor


def head_loss(
    hidden: Tensor,
    head: Tensor,
    targets: Tensor,
    *,
    smoothing: float,
    rows_at_once: int,
    dtype: torch.dtype,
) -> Tensor:
    """Mean over `hidden` [rows, width] of the smoothed loss against `targets` [rows].

    `head` is [vocabulary, width]. Products are computed in `dtype`, sums in fp32.
    """
    loss: Tensor = _HeadLoss.apply(
        hidden, head, targets, smoothing, rows_at_once, dtype
    )  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return loss


class _HeadLoss(torch.autograd.Function):
    """Computes the gradients on the way forward: the loss is all that asks for them."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        head: Tensor,
        targets: Tensor,
        smoothing: float,
        rows_at_once: int,
        dtype: torch.dtype,
    ) -> Tensor:
        rows = hidden.shape[0]
        matrix = head.to(dtype)
        hidden_gradient = torch.empty_like(hidden)
        head_gradient = torch.zeros_like(head, dtype=torch.float32)
        loss = torch.zeros((), dtype=torch.float32, device=hidden.device)
        for begin in range(0, rows, rows_at_once):
            part = slice(begin, begin + rows_at_once)
            inputs = hidden[part].to(dtype)
            part_loss, gradient = _rows_loss(
                inputs @ matrix.T, targets[part], smoothing
            )
            loss += part_loss
            hidden_gradient[part] = gradient @ matrix
            head_gradient += gradient.T @ inputs
        # Smoothing asks a little of every word alike: that is one row for all of them.
        mean = head.mean(dim=0)
        loss -= smoothing * (hidden @ mean).sum()
        hidden_gradient -= smoothing * mean
        head_gradient -= smoothing / len(head) * hidden.sum(dim=0)
        ctx.save_for_backward(hidden_gradient.div_(rows), head_gradient.div_(rows))
        return loss / rows

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        hidden_gradient, head_gradient = ctx.saved_tensors
        outer = gradients[0]
        return hidden_gradient * outer, head_gradient * outer, None, None, None, None


def _rows_loss(
    logits: Tensor, targets: Tensor, smoothing: float
) -> tuple[Tensor, Tensor]:
    """Sum of the losses, and the gradient of each logit, but for smoothing's part."""
    targets = targets[:, None]
    shares = torch.softmax(logits, dim=1)  # one pass, with sums in fp32 inside
    right = logits.gather(1, targets).float()
    total = right - shares.gather(1, targets).float().log()  # log of the sum
    loss = (total - (1 - smoothing) * right).sum()
    wanted = torch.full_like(targets, smoothing - 1, dtype=shares.dtype)
    return loss, shares.scatter_add_(1, targets, wanted)
