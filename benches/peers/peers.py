"""Times this crate beside PyTorch, onnxruntime and LiteRT, on one thread of one core. Started by run.sh."""

import argparse
import copy
import math
import os
import subprocess
import sys
import timeit
from collections import defaultdict
from importlib.metadata import version
from statistics import median

import onnxruntime
import torch
from ai_edge_litert.interpreter import Interpreter
from torch import nn
from torch.fx.experimental.optimization import fuse

from networks import NETWORKS
from steps import steps
from to_onnx import to_onnx
from to_tflite import channels_last, to_tflite

BATCH = 32
SECONDS = 0.02  # for which a piece of work is repeated


class Ours:
    """The program of ours.rs, which waits while others run."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        sizes = [self.process.stdout.readline().split() for _ in NETWORKS]
        self.parameters = {name: int(parameters) for name, parameters, _ in sizes}
        self.multiply_accumulates = {name: int(macs) for name, _, macs in sizes}

    def ask(self, what):
        print(what, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def microseconds(run):
    run()  # finds its data in the caches afterwards
    repeats = math.ceil(SECONDS / timeit.timeit(run, number=1))
    return 1e6 * timeit.timeit(run, number=repeats) / repeats


def draw(network):
    """A network whose values neither vanish nor explode, so that its output shows what it computes."""
    model = network()
    for parameter in model.parameters():
        if parameter.ndim > 1:
            nn.init.kaiming_normal_(parameter, nonlinearity="relu")
        else:
            nn.init.uniform_(parameter, 0.5, 1)
    return model


def layouts(shape):
    """Those that PyTorch is tried with, for the better one to stand in the table."""
    formats = [torch.contiguous_format, torch.channels_last]
    return {f"PyTorch {layout}": layout for layout in formats[: 2 if len(shape) == 3 else 1]}


def onnx_session(model, x):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_cpu_input(session.get_inputs()[0].name, x.numpy())
    binding.bind_output(session.get_outputs()[0].name)
    return lambda: session.run_with_iobinding(binding), lambda: binding.copy_outputs_to_cpu()[0]


def litert_interpreter(model, x):
    interpreter = Interpreter(model_content=model, num_threads=1)  # it takes XNNPACK where nothing else is said
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], channels_last(x).contiguous().numpy())
    return interpreter.invoke, lambda: interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def inference(network, shape, parameters):
    """What runs one image in each of the others."""
    x = torch.rand(1, *shape)
    folded = fuse(draw(network).eval())
    found = sum(parameter.numel() for parameter in folded.parameters())
    if found != parameters:
        sys.exit(f"the network has {parameters} parameters in this crate, {found} in PyTorch")
    layers = steps(folded, x)
    runs = {}
    for layout_name, layout in layouts(shape).items():
        model, image = copy.deepcopy(folded).to(memory_format=layout), x.to(memory_format=layout)
        graph = torch.jit.optimize_for_inference(torch.jit.trace(model, image))
        runs[layout_name] = lambda graph=graph, image=image: graph(image)
    expected = layers[-1].y.numpy()
    for name, (run, result) in {
        "onnxruntime": onnx_session(to_onnx(layers), x),
        "LiteRT": litert_interpreter(to_tflite(layers), x),
    }.items():
        run()
        error = abs(result() - expected).max() / abs(expected).max()
        if not error < 1e-5:
            sys.exit(f"{name} gives something else than PyTorch: {error:.1e} of the largest output off")
        runs[name] = run
    return runs


def training(network, shape):
    """What trains PyTorch on a batch."""
    classes = torch.arange(BATCH) % 2
    runs = {}
    for layout_name, layout in layouts(shape).items():
        model = draw(network).train().to(memory_format=layout)
        images = torch.rand(BATCH, *shape).to(memory_format=layout)
        optimizer = torch.optim.SGD(model.parameters(), 1e-6, momentum=0.9, fused=True)  # the work stays the same

        def step(model=model, images=images, optimizer=optimizer):
            optimizer.zero_grad()
            y = model(images)
            is_autoencoder = y.shape == images.shape
            loss = nn.functional.mse_loss(y, images) if is_autoencoder else nn.functional.cross_entropy(y, classes)
            loss.backward()
            optimizer.step()

        runs[layout_name] = step
    return runs


def measure(ours, rounds):
    """GFLOP/s of the peak, and µs an image of each network, kind of work and framework: medians over the rounds."""
    works = []
    for name, _, network, shape in NETWORKS:
        works.append((name, "inference", 1, inference(network, shape, ours.parameters[name])))
        works.append((name, "training", BATCH, training(network, shape)))
    peaks, times = [], defaultdict(list)
    for _ in range(rounds):
        peaks.append(ours.ask("peak"))
        for name, kind, images, runs in works:
            times[name, kind, "ours"].append(ours.ask(f"{name} {kind}"))
            with torch.inference_mode(kind == "inference"):
                for framework, run in runs.items():
                    times[name, kind, framework].append(microseconds(run) / images)
    return median(peaks), {key: median(values) for key, values in times.items()}


def table(ours, peak, times):
    def row(name, title):
        def of(kind, framework):
            return min(time for key, time in times.items() if key[:2] == (name, kind) and key[2].startswith(framework))

        def share(kind, passes):
            at_peak = passes * 2 * ours.multiply_accumulates[name] / (1e3 * peak)
            return f"{100 * at_peak / of(kind, 'ours'):.0f} %"

        one = [of("inference", framework) for framework in ["ours", "PyTorch", "onnxruntime", "LiteRT"]]
        many = [of("training", framework) for framework in ["ours", "PyTorch"]]
        cells = [title, *(f"{time:.1f}" for time in one), f"{one[0] / min(one[1:]):.2f}", share("inference", 1)]
        cells += [*(f"{time:.1f}" for time in many), f"{many[0] / many[1]:.2f}", share("training", 3)]
        return f"| {' | '.join(cells)} |"

    print("| network | one image, µs: ours | PyTorch | onnxruntime | LiteRT | ours : best | of the peak "
          "| training, µs an image: ours | PyTorch | ours : PyTorch | of the peak |")
    print(f"|{11 * '---|'}")
    for name, title, *_ in NETWORKS:
        print(row(name, title))


def main():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__)
    parser.add_argument("ours", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=51, help="in each of which all take turns; default 51")
    parser.add_argument("--core", type=int, default=0, help="the one that all run on; default 0")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {arguments.core})
    torch.set_num_threads(1)
    torch.manual_seed(0)
    ours = Ours(arguments.ours)
    peak, times = measure(ours, arguments.rounds)
    table(ours, peak, times)
    names = {"PyTorch": "torch", "onnxruntime": "onnxruntime", "LiteRT with XNNPACK": "ai-edge-litert"}
    versions = ", ".join(f"{name} {version(package).split('+')[0]}" for name, package in names.items())
    print(f"""
{versions}; medians of {arguments.rounds} rounds; the peak is {peak:.0f} GFLOP/s.
Training is a step of SGD with momentum on {BATCH} images, and counted as three times the multiply-accumulates of
inference; batch normalisation is over eight images in ours and over {BATCH} in PyTorch's.""")


main()
