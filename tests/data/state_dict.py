"""Writes state_dict.safetensors beside itself: the state of an `nn.Sequential`, inputs, and what it gives for them.

    pip install torch numpy safetensors
    python state_dict.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(18)
model = nn.Sequential(
    nn.Conv2d(4, 6, 3, padding=1, groups=2),
    nn.BatchNorm2d(6, eps=1e-3),
    nn.PReLU(6),
    nn.ConvTranspose2d(6, 4, 2, stride=2, bias=False),
    nn.GroupNorm(2, 4),
    nn.Conv2d(4, 8, 3, groups=4),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.InstanceNorm2d(8, affine=True),
    nn.Flatten(),
    nn.Linear(128, 12),
    nn.LayerNorm(12),
    nn.Linear(12, 3, bias=False),
).eval()
with torch.no_grad():
    for name, tensor in model.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2.0)
        elif tensor.is_floating_point():
            tensor.add_(0.2 * torch.randn(tensor.shape))
        else:
            tensor.fill_(7)
    x = torch.randn(2, 4, 5, 5)
    state = dict(model.state_dict())
    y = model.double()(x.double()).float()
state = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in state.items()}
save_file({**state, "case.x": x, "case.y": y}, Path(__file__).with_suffix(".safetensors"))
