"""Exports the networks of networks.py by both of PyTorch's exporters, with inputs and onnxruntime's outputs.

    python3 -m venv VENV && VENV/bin/pip install torch onnx onnxscript onnxruntime
    VENV/bin/python tests/export.py OUT          # the ten, as tests/data has them
    VENV/bin/python tests/export.py OUT --more   # others too, over opsets, with open batches and weights beside the model

NAME.case holds, for each of two images, the image and the result as little-endian floats.
"""

import pathlib
import sys
import warnings

import numpy
import onnx
import onnxruntime
import torch
from torch import nn

import networks

warnings.filterwarnings("ignore")
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


def made(network, seed):
    torch.manual_seed(seed)
    net = network()
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
        if hasattr(module, "weight") and hasattr(module, "bias") and "Norm" in type(module).__name__:
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return net.eval()


def export(name, network, dynamo, opset, folded=True, open_batch=False, beside=False):
    net = made(network, 1)
    path, x = out / f"{name}.onnx", torch.randn(1, *net.shape)
    settings = {"opset_version": opset, "dynamo": dynamo, "input_names": ["image"], "output_names": ["result"]}
    if not dynamo:
        settings |= {"training": torch.onnx.TrainingMode.EVAL, "do_constant_folding": True}
        if not folded:
            settings["training"] = torch.onnx.TrainingMode.PRESERVE
        if open_batch:
            settings["dynamic_axes"] = {"image": {0: "batch"}, "result": {0: "batch"}}
    else:
        settings |= {"verbose": False, "optimize": folded, "external_data": beside}
        if open_batch:
            settings["dynamic_shapes"] = {"x": {0: torch.export.Dim("batch")}}
            x = torch.randn(2, *net.shape)
    if dynamo and isinstance(net, networks.Lambda) or dynamo and isinstance(net, nn.Sequential):
        settings.pop("dynamic_shapes", None)
        x = x[:1]
    try:
        torch.onnx.export(net, (x,), path, **settings)
    except Exception as error:  # an exporter's own limits are not ours
        print(f"{name}: not exported: {str(error).splitlines()[0][:100]}")
        return
    if not beside:
        model = onnx.load(path)
        for node in model.graph.node:
            kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
            node.doc_string = ""
        for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
            del value.metadata_props[:]
        del model.graph.metadata_props[:]
        onnx.save(model, path)
    session = onnxruntime.InferenceSession(path)
    numbers = []
    for seed in range(2):
        torch.manual_seed(100 + seed)
        x = torch.randn(1, *net.shape)
        y = session.run(None, {session.get_inputs()[0].name: x.numpy()})[0]
        numbers += [x.numpy().ravel(), y.ravel()]
    numpy.concatenate(numbers).astype("<f4").tofile(out / f"{name}.case")


for network in [*networks.TEN, networks.ChannelGate, networks.Pieces]:
    export(f"{network.__name__}Script", network, False, 17, folded=network is not networks.ResNet8)
    export(f"{network.__name__}Dynamo", network, True, 20, folded=network is not networks.ResNet8)
if "--more" in sys.argv:
    for name, network in networks.MORE.items():
        for opset in [11, 13, 17]:
            export(f"{name}Script{opset}", network, False, opset, folded=opset != 13, open_batch=opset == 11)
        for opset in [18, 20, 23]:
            export(f"{name}Dynamo{opset}", network, True, opset, folded=opset != 20, open_batch=opset == 23, beside=opset == 18)
    for network in networks.TEN:
        for opset in [11, 13]:
            export(f"{network.__name__}Script{opset}", network, False, opset, folded=opset != 13, open_batch=opset == 11)
        for opset in [18, 23]:
            export(f"{network.__name__}Dynamo{opset}", network, True, opset, open_batch=opset == 23, beside=opset == 18)
