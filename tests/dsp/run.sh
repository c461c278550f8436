#!/usr/bin/env bash
# Compares the int8 kernels for the Cortex-M4 with the plain ones in QEMU, over a grid of sizes. Ends with status 1 where a bit differs,
# and 77 where something is not installed.
set -euo pipefail
. "$(dirname "$0")/../../examples/firmware/toolchain.sh"
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"
cd ../../tests/dsp
target_dir=${CARGO_TARGET_DIR:-$PWD/target}
build
emulate dsp
