"""Writes instance_norm.json and instance_norm.safetensors beside itself: PyTorch's values in double precision, rounded.

    pip install torch numpy safetensors
    python instance_norm.py
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

CASES = {"image": ((2, 5, 4, 3), 1e-5), "sequence": ((3, 4, 9), 1e-5), "eps": ((2, 3, 2, 2), 1e-2)}

torch.manual_seed(17)
tensors, cases = {}, []
for name, (shape, eps) in CASES.items():
    channels = shape[1]
    given = {
        "x": torch.randn(shape) * 2 + torch.arange(channels).view(channels, *[1] * (len(shape) - 2)),
        "gamma": torch.randn(channels),
        "beta": torch.randn(channels),
        "dy": torch.randn(shape),
    }
    x, gamma, beta = (given[key].double().requires_grad_() for key in ("x", "gamma", "beta"))
    y = torch.nn.functional.instance_norm(x, weight=gamma, bias=beta, eps=eps)
    dx, dgamma, dbeta = torch.autograd.grad(y, (x, gamma, beta), given["dy"].double())
    single = torch.nn.functional.instance_norm(given["x"], weight=given["gamma"], bias=given["beta"], eps=eps)
    results = {"y": y, "dx": dx, "dgamma": dgamma, "dbeta": dbeta}
    for key, tensor in {**given, **results}.items():
        tensors[f"instance_norm/{name}/{key}"] = tensor.detach().float().contiguous()
    cases.append({
        "op": "instance_norm",
        "name": name,
        "eps": eps,
        "tensors": sorted([*given, *results]),
        "torch_f32_max_abs_error": float(f"{(single - y).abs().max().item():.1e}"),
    })

here = Path(__file__).parent
save_file(tensors, here / "instance_norm.safetensors")
lines = ",\n".join("  " + json.dumps(case) for case in cases)
version = json.dumps(torch.__version__)
(here / "instance_norm.json").write_text(f'{{"torch": {version}, "cases": [\n{lines}\n]}}\n')
