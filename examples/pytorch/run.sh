#!/usr/bin/env bash
# Trains in PyTorch and Keras and runs in Rust, and the other way round, and compares the outputs. Installs both into
# target/pytorch/venv: 6 GB, since PyTorch comes with what graphics cards need. With PYTHON=... it takes a Python that has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
python=${PYTHON:-$target/pytorch/venv/bin/python}
if [ -z "${PYTHON:-}" ]; then
    [ -x "$target/pytorch/venv/bin/pip" ] || python3 -m venv "$target/pytorch/venv"
    "$target/pytorch/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
fi
cargo build --quiet --release --manifest-path "$here/../../Cargo.toml" --example pytorch
exec "$python" -B "$here/check.py" "$target/release/examples/pytorch"
