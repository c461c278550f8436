#!/usr/bin/env bash
# Builds the firmware and runs it in QEMU. Status 0: all is right; 77: something is not installed; else it failed.
set -euo pipefail
. "$(dirname "$0")/toolchain.sh"
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"

build --bin firmware
emulate firmware
build --features dsp --bin learn_int8
emulate learn_int8
