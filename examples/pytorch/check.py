"""Trains in PyTorch and Keras and runs in Rust, and the other way round: outputs are equal to 1e-5.

run.sh calls it with the example that it has built.
"""

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch
from keras_state import state
from models import Blocks, keras_model, sequential
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import load_file, save_file
from torch.nn import functional

TOLERANCE = 1e-5  # of the largest output, or of 1 where that is larger
program = sys.argv[1]
with gzip.open(Path(__file__).parent.parent / "digits" / "digits.csv.gz", "rt") as file:
    data = np.loadtxt(file, delimiter=",", dtype=np.float32)
images, labels = data[:, :-1].reshape(-1, 1, 8, 8) / 16, data[:, -1].astype(np.uint8)
failed = False


def rust(verb, network, folder):
    """What the network gives in Rust."""
    images.tofile(folder / "images.f32")
    labels.tofile(folder / "labels.u8")
    subprocess.run([program, verb, network, folder], check=True)
    return np.fromfile(folder / "outputs.f32", dtype="<f4").reshape(-1, 10)


def compare(what, there, here):
    global failed
    difference = np.abs(there - here).max() / max(1, np.abs(there).max())
    accuracy = (here.argmax(1) == labels).mean()
    print(f"{what}: {accuracy:6.1%} of the digits, largest difference {difference:.1e}")
    failed |= not (difference <= TOLERANCE and accuracy > 0.9)


def train(model):
    optimizer = torch.optim.Adam(model.parameters(), 0.003)
    x, y = torch.from_numpy(images), torch.from_numpy(labels).long()
    for _ in range(5):
        for batch in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimizer.step()


def outputs(model):
    with torch.no_grad():
        return model.eval()(torch.from_numpy(images)).numpy()


with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    for seed, (name, new) in enumerate({"sequential": sequential, "blocks": Blocks}.items()):
        torch.manual_seed(seed)
        model = new()
        train(model)
        save_file(model.state_dict(), folder / "state.safetensors")
        compare(f"{name:10} trained in PyTorch, run in Rust", outputs(model), rust("run", name, folder))

        here = rust("train", name, folder)
        model = new()
        model.load_state_dict(load_file(folder / "state.safetensors"))
        compare(f"{name:10} trained in Rust, run in PyTorch", outputs(model), here)

    keras.utils.set_random_seed(1)
    model = keras_model()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), loss)
    last = images.transpose(0, 2, 3, 1)
    model.fit(last, labels, batch_size=32, epochs=5, verbose=0)
    save_arrays(state(model), folder / "state.safetensors")
    compare(f"{'keras':10} trained in Keras,   run in Rust", model.predict(last, verbose=0), rust("run", "keras", folder))

sys.exit(failed)
