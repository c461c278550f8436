#!/usr/bin/env bash
# `run.sh PHOTO`: what the network in target/photos, which the example `photos` has trained, makes of a PNG or JPEG file on a
# Cortex-M4 in QEMU. Status 77: something is not installed.
set -euo pipefail
[ $# = 1 ] || { echo "run.sh: say which photo" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PHOTOS=$PWD/target/photos PHOTO=$PWD/target/photos/photo.bytes
[ -f "$PHOTOS/net.bin" ] || { echo "run.sh: there is no target/photos/net.bin, which \`train\` writes" >&2; exit 1; }
cargo run --quiet --release --manifest-path "$here/../Cargo.toml" --example photos -- bytes "$1" "$PHOTO"

. "$here/../../../examples/firmware/toolchain.sh" # build, emulate
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"
export CARGO_TARGET_DIR=$target_dir
build --manifest-path "$here/Cargo.toml"
class=$(emulate photos-firmware)
echo "$1: $(sed -n "$((class + 1))p" "$PHOTOS/classes.txt")"
