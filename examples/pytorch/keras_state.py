"""The weights of a Keras model, with PyTorch's names, dimensions and order: what `Names::PYTORCH` reads.

The lines of `network!` are called as the layers: `keras.layers.Conv2D(8, 3, name="conv")` is the line `conv`.
"""

import keras
import numpy as np

NAMES = {"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
         "moving_variance": "running_var"}  # fmt: skip

# where the axes of PyTorch's weights stand in Keras'
AXES = {
    "Conv1D": (2, 1, 0),
    "Conv2D": (3, 2, 0, 1),
    "Conv1DTranspose": (2, 1, 0),
    "Conv2DTranspose": (3, 2, 0, 1),
    "Dense": (1, 0),
}


def state(model):
    """The tensors by their names, as `safetensors.numpy.save_file` takes them."""
    tensors, flattened = {}, None
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "Flatten":
            flattened = layer.input.shape[1:]
        for variable in layer.weights:
            array, name = keras.ops.convert_to_numpy(variable), variable.name
            if name != "bias" and name not in NAMES:
                raise ValueError(f"expected kernel, bias or what a normalisation has, found {name} of `{layer.name}`")
            if flattened and not (kind == "Dense" and name == "bias"):
                # by row, column and channel there, by channel, row and column here
                array = np.moveaxis(array.reshape(*flattened, -1), -2, 0).reshape(array.shape)
            if name == "kernel":
                if kind.startswith("Depthwise"):  # K.., C, M
                    array = np.moveaxis(array.reshape(*array.shape[:-2], -1, 1), (-2, -1), (0, 1))
                elif kind in AXES:
                    array = array.transpose(AXES[kind])
                else:
                    raise ValueError(f"expected a dense layer or a convolution, found {kind} `{layer.name}`")
            tensors[f"{layer.name}.{NAMES.get(name, name)}"] = np.ascontiguousarray(array)
        if kind == "Dense":
            flattened = None
    return tensors
