"""A network as an ONNX model."""

from onnx import TensorProto, helper, numpy_helper
from torch import nn

from steps import same_padding


def to_onnx(steps):
    nodes, weights = [], []

    def add(op, step, parameters=(), **attributes):
        names = [f"{step.name}.{name}" for name, _ in parameters]
        values = [value.detach().numpy() for _, value in parameters]
        weights.extend(map(numpy_helper.from_array, values, names))
        nodes.append(helper.make_node(op, [*step.inputs, *names], [step.name], **attributes))

    for step in steps:
        layer = step.layer
        match layer:
            case None:
                add("Add", step)
            case nn.Conv2d():
                left, right, top, bottom = same_padding(layer, step.x)
                pads = [top, left, bottom, right]
                add("Conv", step, list(layer.named_parameters()), strides=layer.stride, pads=pads, group=layer.groups)
            case nn.Linear():
                add("Gemm", step, list(layer.named_parameters()), transB=1)
            case nn.ReLU():
                add("Relu", step)
            case nn.MaxPool2d():
                add("MaxPool", step, kernel_shape=2 * [layer.kernel_size], strides=2 * [layer.stride])
            case nn.AdaptiveAvgPool2d():
                add("GlobalAveragePool", step)
            case nn.Flatten():
                add("Flatten", step)
            case nn.Identity():
                add("Identity", step)
            case _:
                raise TypeError(f"no ONNX operator for {layer}")

    def value(name, tensor):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, tensor.shape)

    first, last = steps[0], steps[-1]
    graph = helper.make_graph(nodes, "network", [value(*first.inputs, first.x)], [value(last.name, last.y)], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return model.SerializeToString()
