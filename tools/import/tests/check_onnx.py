"""Exported networks in onnx.checker and onnxruntime: `check_onnx.py FOLDER`, in which `onnx.sh` has put them.

Each NAME.onnx is checked, its shapes too, and run on all images of NAME.x at once and one by one; what it gives is compared
with NAME.y, to 1e-5 of the larger of 1 and the value.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5

worst_of_all, count = 0.0, 0
for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    sizes = [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim[1:]]
    x = np.fromfile(path.with_suffix(".x"), "<f4").reshape(-1, *sizes)
    y = np.fromfile(path.with_suffix(".y"), "<f4")
    sizes = [dim.dim_value for dim in model.graph.output[0].type.tensor_type.shape.dim[1:]]
    y = y.reshape(len(x), *sizes)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for given in (session.run(None, {"input": x}), [np.concatenate([session.run(None, {"input": x[n : n + 1]})[0] for n in range(len(x))])]):
        assert given[0].shape == y.shape, f"{path.stem}: {given[0].shape}, not {y.shape}"
        worst = float(np.max(np.abs(given[0] - y) / np.maximum(1, np.abs(y))))
        assert worst <= TOLERANCE, f"{path.stem}: {worst}"
        worst_of_all = max(worst_of_all, worst)
    operators = " ".join(node.op_type for node in model.graph.node)
    print(f"{path.stem:18} {worst:8.1e}  {operators}")
    count += 1
assert count >= 30, f"only {count} networks"
print(f"{count} networks, opset {model.opset_import[0].version}, onnxruntime {onnxruntime.__version__}: worst difference {worst_of_all:.1e}")
