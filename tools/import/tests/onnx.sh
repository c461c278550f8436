#!/usr/bin/env bash
# Exports small networks, which together have every layer, and compares them in onnx.checker and onnxruntime:
# `onnx.sh [PYTHON]`, which has onnx, onnxruntime and numpy; without it one is made in target/onnx-venv.
set -euo pipefail
cd "$(dirname "$0")/../../.."

python=${1:-target/onnx-venv/bin/python}
if [ $# = 0 ] && ! [ -x "$python" ]; then
    python3 -m venv target/onnx-venv
    target/onnx-venv/bin/pip install --quiet onnx onnxruntime numpy
fi
folder=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/tmp/export
rm -rf "$folder"
cargo test --quiet -p import --test export networks_are_written
"$python" tools/import/tests/check_onnx.py "$folder"
