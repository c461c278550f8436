"""A folded PyTorch network, layer by layer, for those who write it in another format."""

from typing import NamedTuple

import torch
from torch import nn


class Step(NamedTuple):
    layer: nn.Module | None  # or a sum
    inputs: list[str]
    name: str
    x: torch.Tensor  # of the first input
    y: torch.Tensor


def same_padding(layer, x):
    """Left, right, top and bottom: one more at the end where it is odd, which PyTorch's layer cannot say."""
    pads = []
    for axis in [1, 0]:
        size, kernel, stride = x.shape[2 + axis], layer.kernel_size[axis], layer.stride[axis]
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0) if layer.padding[axis] else 0
        pads += [total // 2, total - total // 2]
    return pads


def run(layer, inputs):
    if layer is None:
        return inputs[0] + inputs[1]
    if isinstance(layer, nn.Conv2d):
        padded = nn.functional.pad(inputs[0], same_padding(layer, inputs[0]))
        return nn.functional.conv2d(padded, layer.weight, layer.bias, layer.stride, groups=layer.groups)
    return layer(inputs[0].clone())  # a ReLU works in place


@torch.inference_mode()
def steps(folded, x):
    """What each layer of a graph gives for an input, padded as TensorFlow and the networks of MLPerf Tiny do it."""
    values, result = {}, []
    for node in folded.graph.nodes:
        if node.op == "placeholder":
            values[node.name] = x
        elif node.op in ("call_module", "call_function"):
            layer = folded.get_submodule(node.target) if node.op == "call_module" else None
            inputs = [argument.name for argument in node.args]
            values[node.name] = run(layer, [values[name] for name in inputs])
            result.append(Step(layer, inputs, node.name, values[inputs[0]], values[node.name]))
    return result
