"""Where a model runs."""

import torch

from inference.config import Device
from inference.errors import ModelUnavailableError


def device_choose(wanted: Device) -> torch.device:
    """Raises ModelUnavailableError if CUDA is wanted and absent."""
    has_cuda = torch.cuda.is_available()
    if wanted is Device.CUDA and not has_cuda:
        raise ModelUnavailableError("the device cuda is set, but there is no CUDA here")
    use_cuda = has_cuda and wanted is not Device.CPU
    return torch.device("cuda" if use_cuda else "cpu")
