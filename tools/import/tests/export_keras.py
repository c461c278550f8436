"""Exports networks of Keras as TFLite, and by tf2onnx as ONNX, with inputs and Keras' outputs.

    python3 -m venv VENV && VENV/bin/pip install tensorflow-cpu tf2onnx tflite-micro
    VENV/bin/python tests/export_keras.py OUT

NAME.case is as export.py's, channels first. Of these tests/data has five and one: the others are tried by hand.
"""

import pathlib
import subprocess
import sys

import numpy
import tensorflow
from tensorflow import keras
from tflite_micro.python.tflite_micro import runtime

layers = keras.layers
out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)


def resnet():
    def block(x, channels, stride):
        y = layers.Conv2D(channels, 3, stride, padding="same", use_bias=False)(x)
        y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.BatchNormalization()(layers.Conv2D(channels, 3, padding="same", use_bias=False)(y))
        if stride > 1:
            x = layers.Conv2D(channels, 1, stride, padding="same")(x)
        return layers.ReLU()(layers.Add()([x, y]))

    image = keras.Input((8, 8, 3))
    x = block(block(layers.Conv2D(4, 3, padding="same")(image), 4, 1), 6, 2)
    return keras.Model(image, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


def flat():
    return keras.Sequential([
        keras.Input((6, 5, 2)), layers.Rescaling(1 / 127.5, -1), layers.Conv2D(3, 3, activation="relu"),
        layers.MaxPooling2D(2), layers.Flatten(), layers.Dropout(0.3), layers.Dense(4, activation="relu"), layers.Dense(2)])


def mobile():
    return keras.Sequential([
        keras.Input((16, 16, 3)), layers.Conv2D(4, 3, 2, padding="same"), layers.BatchNormalization(), layers.ReLU(6.0),
        layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2), layers.BatchNormalization(),
        layers.Activation("hard_swish"), layers.ZeroPadding2D(((0, 1), (0, 1))), layers.DepthwiseConv2D(3, 2),
        layers.Conv2D(6, 1), layers.ReLU(6.0), layers.AveragePooling2D(4), layers.Conv2D(3, 1), layers.Flatten(),
        layers.Softmax()])


def auto():
    return keras.Sequential([
        keras.Input((8, 8, 1)), layers.Conv2D(4, 3, 2, padding="same", activation="relu"), layers.Flatten(),
        layers.Dense(6, activation="tanh"), layers.Dense(48, activation="relu"), layers.Reshape((4, 4, 3)),
        layers.Conv2DTranspose(2, 3, 2, padding="same", activation="relu"),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid")])


def unet():
    image = keras.Input((8, 8, 2))
    one = layers.Conv2D(3, 3, padding="same", activation="relu")(image)
    two = layers.Conv2D(4, 3, padding="same", activation="elu")(layers.MaxPooling2D(2)(one))
    merged = layers.Concatenate()([one, layers.UpSampling2D(2, interpolation="bilinear")(two)])
    inner = layers.UpSampling2D(2)(layers.Conv2D(4, 2, 2)(merged))
    return keras.Model(image, layers.Conv2D(2, 1)(layers.Concatenate()([inner, merged])))


def tcn():
    steps = keras.Input((20, 3))
    x = layers.Conv1D(4, 3, padding="causal", activation="relu")(steps)
    x = layers.LeakyReLU()(layers.Conv1D(4, 3, padding="same", dilation_rate=2)(x))
    return keras.Model(steps, layers.Dense(2)(layers.GlobalMaxPooling1D()(layers.MaxPooling1D(2)(x))))


def excite():
    image = keras.Input((6, 6, 3))
    x = layers.Conv2D(4, 3, activation="swish")(image)
    s = layers.Conv2D(2, 1, activation="relu")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    x = layers.Multiply()([x, layers.Conv2D(4, 1, activation="sigmoid")(s)])
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(x)))


def mlp():
    return keras.Sequential([
        keras.Input((10,)), layers.Dense(8), layers.BatchNormalization(), layers.PReLU(), layers.Dense(6, activation="gelu"),
        layers.LayerNormalization(), layers.Dense(3)])


def separable():
    return keras.Sequential([
        keras.Input((6, 6, 4)), layers.Conv2D(4, 3, groups=2), layers.SeparableConv2D(5, 3, padding="same", activation="relu"),
        layers.Cropping2D(1), layers.GlobalAveragePooling2D(), layers.Dense(2)])


def first(values):
    return numpy.moveaxis(values, -1, 1).ravel()


for network in [resnet, flat, mobile, auto, unet, tcn, excite, mlp, separable]:
    keras.utils.set_random_seed(1)
    net, name = network(), network.__name__.capitalize()
    for layer in net.layers:
        if isinstance(layer, layers.BatchNormalization):
            low, high = [0.5, -0.5, -0.5, 0.5], [1.5, 0.5, 0.5, 2]
            shapes = [weight.shape for weight in layer.get_weights()]
            layer.set_weights([numpy.random.uniform(a, b, shape) for a, b, shape in zip(low, high, shapes)])
    images = [numpy.random.randn(1, *net.input_shape[1:]).astype("f4") for _ in range(2)]
    case = numpy.concatenate([part for x in images for part in (first(x), first(net(x, training=False).numpy()))])
    (out / f"Keras{name}.tflite").write_bytes(tensorflow.lite.TFLiteConverter.from_keras_model(net).convert())
    net.export(out / f"{name}.saved", verbose=False)
    convert = [sys.executable, "-m", "tf2onnx.convert", "--opset", "15", "--saved-model", out / f"{name}.saved"]
    subprocess.run([*convert, "--output", out / f"Tf2onnx{name}.onnx"], check=False)
    for kind in ["Keras", "Tf2onnx"]:
        case.astype("<f4").tofile(out / f"{kind}{name}.case")

# a network of integers
keras.utils.set_random_seed(2)
net = keras.Sequential([
    keras.Input((4, 4, 2)), layers.Conv2D(3, 3, activation="relu"), layers.Flatten(), layers.Dense(2)])
converter = tensorflow.lite.TFLiteConverter.from_keras_model(net)
converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
converter.representative_dataset = lambda: ([numpy.random.randn(1, 4, 4, 2).astype("f4")] for _ in range(10))
converter.target_spec.supported_ops = [tensorflow.lite.OpsSet.TFLITE_BUILTINS_INT8]
converter.inference_input_type = converter.inference_output_type = tensorflow.int8
model = converter.convert()
(out / "KerasInt8.tflite").write_bytes(model)
# images of int8, channels last, and what TensorFlow Lite for Microcontrollers gives
micro, case = runtime.Interpreter.from_bytes(model), b""
for _ in range(12):
    image = numpy.random.randint(-128, 128, (1, 4, 4, 2)).astype("i1")
    micro.set_input(image, 0)
    micro.invoke()
    case += image.tobytes() + micro.get_output(0).tobytes()
(out / "KerasInt8.case").write_bytes(case)
print("the first weights of its convolution:", numpy.moveaxis(net.layers[0].get_weights()[0], -1, 0).ravel()[:4])
