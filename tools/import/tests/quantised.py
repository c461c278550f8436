"""Quantises networks of Keras, imports them, and compares each layer with TensorFlow Lite for Microcontrollers, bit for bit.

    python3 -m venv VENV && VENV/bin/pip install tensorflow-cpu tflite-micro safetensors
    VENV/bin/python tools/import/tests/quantised.py OUT [NAME ..]

Beside each OUT/NAME.tflite lie its cases, OUT/NAME.safetensors, as `--example int8_cases` takes them.
"""

import contextlib
import io
import os
import pathlib
import subprocess
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy
import tensorflow
from safetensors.numpy import save_file
from tensorflow import keras
from tflite_micro.python.tflite_micro import runtime

layers = keras.layers
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


def conv(x, channels, kernel, stride=1, padding="same", relu=True):
    x = layers.BatchNormalization()(layers.Conv2D(channels, kernel, stride, padding, use_bias=False)(x))
    return layers.ReLU()(x) if relu else x


def resnet():
    def block(x, channels, stride):
        y = conv(conv(x, channels, 3, stride), channels, 3, relu=False)
        return layers.ReLU()(layers.Add()([conv(x, channels, 1, stride, relu=False) if stride > 1 else x, y]))

    image = keras.Input((8, 8, 3))
    x = block(block(conv(image, 4, 3), 4, 1), 6, 2)
    x = layers.Flatten()(layers.AveragePooling2D(4)(x))
    return keras.Model(image, layers.Dense(5, activation="softmax")(x))


def mobile():
    image = keras.Input((96, 96, 3))
    x = conv(image, 8, 3, 2)
    for channels, stride in [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1)]:
        x = layers.BatchNormalization()(layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(x))
        x = conv(layers.ReLU(6.0)(x), channels, 1)
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(layers.AveragePooling2D(3)(x))))


def stream():
    x = image = keras.Input((30, 1, 40))
    for kernel, channels in [(3, 128), (5, 128), (10, 128), (15, 32)]:
        x = conv(layers.DepthwiseConv2D((kernel, 1), use_bias=False)(x), channels, 1)
    return keras.Model(image, layers.Dense(3, activation="softmax")(layers.Flatten()(x)))


def branches():
    image = keras.Input((12, 10, 3))
    a = conv(image, 4, 3)
    b, c = layers.Conv2D(5, 3, 2, padding="same")(a), layers.MaxPooling2D(2)(a)
    x = conv(layers.Concatenate()([b, c, layers.Conv2D(3, 1, 2)(a)]), 6, 3, padding="valid")
    x = layers.Add()([x, layers.Conv2D(6, 3, padding="same")(x)])
    return keras.Model(image, layers.Dense(4, activation="softmax")(layers.Flatten()(x)))


def sequence():
    steps = keras.Input((40, 4))
    x = layers.MaxPooling1D(2)(layers.Conv1D(6, 5, padding="same", activation="relu")(steps))
    x = layers.Conv1D(8, 3, strides=2, padding="causal", activation="relu")(x)
    return keras.Model(steps, layers.Dense(3)(layers.Flatten()(x)))


def padded():
    image = keras.Input((16, 16, 3))
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(conv(image, 4, 3, 2))
    x = layers.ReLU(6.0)(layers.DepthwiseConv2D(3, 2, depth_multiplier=2)(x))
    x = layers.AveragePooling2D(2, padding="same")(layers.Conv2D(6, 1, groups=2)(x))
    return keras.Model(image, layers.Dense(5)(layers.Flatten()(x)))


def mean():
    image = keras.Input((10, 10, 3))
    x = layers.GlobalAveragePooling2D()(conv(image, 8, 3, padding="valid"))
    return keras.Model(image, layers.Dense(3)(x))


def dense():
    return keras.Sequential([
        keras.Input((10,)), layers.Dense(48, activation="relu"), layers.Reshape((4, 4, 3)),
        layers.Conv2D(5, 3, padding="same", activation="relu"), layers.GlobalMaxPooling2D(), layers.Dense(4)])


def quantised(net, per_tensor):
    def images():
        for _ in range(20):
            yield [numpy.random.uniform(-1, 1.5, (1, *net.input_shape[1:])).astype("f4")]

    converter = tensorflow.lite.TFLiteConverter.from_keras_model(net)
    converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    converter.representative_dataset = images
    converter.target_spec.supported_ops = [tensorflow.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tensorflow.int8
    converter._experimental_disable_per_channel = per_tensor
    with contextlib.redirect_stdout(io.StringIO()):
        return converter.convert()


def first(values):
    return numpy.ascontiguousarray(numpy.moveaxis(values, -1, 1))


# what has a step of its own
COMPUTING = ["ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED",
             "MAX_POOL_2D", "MEAN", "SOFTMAX"]


def cases(model):
    config = runtime.InterpreterConfig.kPreserveAllTensors
    micro = runtime.Interpreter.from_bytes(model, intrepreter_config=config, arena_size=8 << 20)
    plain = tensorflow.lite.Interpreter(model_content=model)
    shape, found = micro.get_input_details(0)["shape"], {}
    for n in range(12):
        low, high = [(-128, 128), (-40, 60)][n % 2]
        image = numpy.random.randint(low, high, shape).astype("i1")
        micro.set_input(image, 0)
        micro.invoke()
        named = {"input": image, "output": micro.get_output(0)}
        for place, operator in enumerate(plain._get_ops_details()):
            if n < 4 and operator["op_name"] in COMPUTING:
                tensor = micro.GetTensor(int(operator["outputs"][0]), 0)["tensor_data"]
                named[f"layer.{place:02}.{operator['op_name']}"] = tensor
        for name, values in named.items():
            found.setdefault(name, []).append(numpy.array(values, "i1").reshape(numpy.shape(values)))
    return {name: first(numpy.concatenate(values)) for name, values in found.items()}


networks = [resnet, mobile, stream, branches, sequence, padded, mean, dense]
for network in [network for network in networks if network.__name__ in (sys.argv[2:] or [n.__name__ for n in networks])]:
    for per_tensor in [False, True]:
        keras.utils.set_random_seed(1)
        net, name = network(), network.__name__ + ("_tensor" if per_tensor else "")
        for layer in net.layers:
            if isinstance(layer, layers.BatchNormalization):
                low, high = [0.5, -0.5, -0.5, 0.5], [1.5, 0.5, 0.5, 2]
                shapes = [weight.shape for weight in layer.get_weights()]
                layer.set_weights([numpy.random.uniform(a, b, shape) for a, b, shape in zip(low, high, shapes)])
        model = quantised(net, per_tensor)
        (out / f"{name}.tflite").write_bytes(model)
        save_file(cases(model), out / f"{name}.safetensors")
        print(f"{name}: ", end="", flush=True)
        command = ["cargo", "run", "--release", "--quiet", "-p", "import", "--example", "int8_cases", "--"]
        subprocess.run([*command, out / f"{name}.tflite", out / f"{name}.safetensors"], check=False)
