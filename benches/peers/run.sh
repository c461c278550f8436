#!/usr/bin/env bash
# This crate beside PyTorch, onnxruntime and LiteRT, one thread each: a table of one image's inference and of training.
# Installs them into target/peers/venv: 6 GB, since PyTorch comes with what graphics cards need. `--help` lists options.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../../target}
venv=$target/peers/venv
[ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
cargo build --quiet --release --manifest-path "$here/../Cargo.toml" --example ours
exec "$venv/bin/python" -B -W ignore::FutureWarning "$here/peers.py" "$target/release/examples/ours" "$@"
