"""Adds to training.json and training.safetensors, with PyTorch, the cases that are made here; those of the same names are
replaced. `pip install torch safetensors`, then `python3 tests/data/training.py`."""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
generator = torch.Generator().manual_seed(17)
cases, tensors = {}, {}


def add(op, name, values, **attributes):
    cases[f"{op}/{name}"] = dict(op=op, name=name, **attributes, tensors=sorted(values))
    tensors.update({f"{op}/{name}/{key}": value.clone() for key, value in values.items()})


def loss(op, name, function, inputs, **attributes):
    """A loss of 5 vectors of 4 values, computed in double precision."""
    x = 3.0 * torch.randn(5, 4, generator=generator)
    x64 = x.double().requires_grad_()
    y = function(x64)
    y.backward()
    values = dict(x=x, y=y.detach().float().reshape(1), dx=x64.grad.float(), dy=torch.ones(1), **inputs)
    add(op, name, values, **attributes)


weight = torch.rand(4, generator=generator) + 0.5
labels = torch.tensor([0, 255, 2, 1, 255])
settings = dict(ignore_index=255)
loss("cross_entropy", "ignored", lambda x: F.cross_entropy(x, labels, **settings), dict(labels=labels), **settings)
labels_of_class = torch.tensor([3, 0, 2, 1, 0])
settings = dict(ignore_index=0, label_smoothing=0.2)
loss(
    "cross_entropy",
    "ignored_weights_smoothing",
    lambda x: F.cross_entropy(x, labels_of_class, weight=weight.double(), **settings),
    dict(labels=labels_of_class, weight=weight),
    **settings,
)
settings = dict(margin=0.5)
loss(
    "multi_margin",
    "margin",
    lambda x: F.multi_margin_loss(x, labels_of_class, **settings),
    dict(labels=labels_of_class),
    **settings,
)


def rule(name, optimizer, **settings):
    """Ten steps from given gradients, computed in double precision."""
    start, gradients = torch.randn(9, generator=generator), torch.randn(10, 9, generator=generator)
    w = start.double().requires_grad_()
    optimizer = optimizer([w], **settings)
    after = []
    for gradient in gradients.double():
        w.grad = gradient
        optimizer.step()
        after.append(w.detach().clone().float())
    known = {key: value for key, value in optimizer.defaults.items() if key not in ("foreach", "fused")}
    add("optimizer", name, dict(start=start, gradients=gradients, after=torch.stack(after)), settings=known)


rule("sgd_dampening", torch.optim.SGD, lr=0.1, momentum=0.8, dampening=0.3)
rule("sgd_dampening_without_momentum", torch.optim.SGD, lr=0.1, dampening=0.3)
rule("adam_amsgrad_decay", torch.optim.Adam, lr=0.02, betas=(0.8, 0.9), weight_decay=0.1, amsgrad=True)
rule("rmsprop_decay", torch.optim.RMSprop, lr=0.02, alpha=0.9, momentum=0.5, eps=1e-3, weight_decay=0.1)
rule("adagrad_decay", torch.optim.Adagrad, lr=0.2, eps=1e-3, weight_decay=0.1)


def schedule(name, scheduler, **settings):
    """The rate of each of 40 epochs; the rule's own is 0.1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = scheduler(optimizer, **settings)
    rates = []
    for _ in range(40):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    add("schedule", name, dict(learning_rate=torch.tensor(rates)), settings=settings)


schedule("multi_step", torch.optim.lr_scheduler.MultiStepLR, milestones=[3, 17, 18, 30], gamma=0.3)

json_file, tensor_file = HERE / "training.json", HERE / "training.safetensors"
kept = json.loads(json_file.read_text())["cases"]
cases = {f"{case['op']}/{case['name']}": case for case in kept} | cases
lines = ",\n".join(json.dumps(case) for case in cases.values())
json_file.write_text(f'{{"torch": "{torch.__version__}", "cases": [\n{lines}\n]}}\n')
save_file(load_file(tensor_file) | tensors, tensor_file)
tensor_file.chmod(0o644)
