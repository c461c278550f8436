"""A network as a TensorFlow Lite model: channels last, each ReLU a part of the layer before it."""

import flatbuffers
import numpy
from ai_edge_litert import schema_py_generated as schema
from torch import nn


def channels_last(x):
    return x.permute(0, 2, 3, 1) if x.ndim == 4 else x


class Writer:
    def __init__(self, name, x):
        self.graph = schema.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.buffers, self.codes = [schema.BufferT()], []  # the first buffer stands for no data
        self.results = {name: self.tensor(channels_last(x).shape)}  # the tensor of each step
        self.graph.inputs = [self.results[name]]

    def tensor(self, shape, data=None):
        """Adds a tensor, of data where it is constant. Returns its index."""
        tensor = schema.TensorT()
        tensor.name, tensor.shape = f"tensor{len(self.graph.tensors)}", list(shape)
        tensor.type, tensor.buffer = schema.TensorType.FLOAT32, 0
        if data is not None:
            tensor.buffer = len(self.buffers)
            self.buffers.append(schema.BufferT())
            self.buffers[-1].data = numpy.frombuffer(data.tobytes(), numpy.uint8)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def constants(self, *parameters):
        return [self.tensor(data.shape, data.detach().numpy()) for data in parameters]

    def add(self, step, kind, options, constants=(), **settings):
        """Adds an operator, of a kind and with options as the schema calls them."""
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, kind)
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, options)
        operator.builtinOptions = getattr(schema, f"{options}T")()
        for name, value in settings.items():
            setattr(operator.builtinOptions, name, value)
        operator.inputs = [*(self.results[name] for name in step.inputs), *constants]
        self.results[step.name] = self.tensor(channels_last(step.y).shape)
        operator.outputs = [self.results[step.name]]
        self.graph.operators.append(operator)

    def convolution(self, step):
        layer = step.layer
        steps = dict(strideH=layer.stride[0], strideW=layer.stride[1])
        padding = schema.Padding.SAME if any(layer.padding) else schema.Padding.VALID
        if layer.groups == 1:
            constants = self.constants(layer.weight.permute(0, 2, 3, 1), layer.bias)
            self.add(step, "CONV_2D", "Conv2DOptions", constants, padding=padding, **steps)
        else:
            constants = self.constants(layer.weight.permute(1, 2, 3, 0), layer.bias)
            settings = dict(padding=padding, depthMultiplier=1, **steps)
            self.add(step, "DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions", constants, **settings)

    def linear(self, step, flattened):
        """`flattened` is the shape of what was made flat before, channels first."""
        weight = step.layer.weight
        if flattened is not None:
            weight = channels_last(weight.reshape(-1, *flattened)).flatten(1)
        self.add(step, "FULLY_CONNECTED", "FullyConnectedOptions", self.constants(weight, step.layer.bias))

    def pool(self, step, kind, size):
        height, width = size
        settings = dict(filterHeight=height, filterWidth=width, strideH=height, strideW=width)
        self.add(step, kind, "Pool2DOptions", padding=schema.Padding.VALID, **settings)

    def relu(self, step):
        self.graph.operators[-1].builtinOptions.fusedActivationFunction = schema.ActivationFunctionType.RELU
        self.results[step.name] = self.results[step.inputs[0]]

    def bytes(self, name):
        self.graph.outputs = [self.results[name]]
        model = schema.ModelT()
        model.version, model.subgraphs, model.operatorCodes, model.buffers = 3, [self.graph], self.codes, self.buffers
        builder = flatbuffers.Builder()
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def to_tflite(steps):
    writer = Writer(*steps[0].inputs, steps[0].x)
    flattened = None
    for step in steps:
        match step.layer:
            case None:
                writer.add(step, "ADD", "AddOptions")
            case nn.Conv2d():
                writer.convolution(step)
            case nn.Linear():
                writer.linear(step, flattened)
                flattened = None
            case nn.ReLU():
                writer.relu(step)
            case nn.MaxPool2d(kernel_size=size):
                writer.pool(step, "MAX_POOL_2D", (size, size))
            case nn.AdaptiveAvgPool2d():
                writer.pool(step, "AVERAGE_POOL_2D", step.x.shape[2:])
            case nn.Flatten():
                writer.add(step, "RESHAPE", "ReshapeOptions", newShape=list(step.y.shape))
                flattened = step.x.shape[1:]
            case nn.Identity():
                writer.results[step.name] = writer.results[step.inputs[0]]
            case _:
                raise TypeError(f"no TensorFlow Lite operator for {step.layer}")
    return writer.bytes(steps[-1].name)
