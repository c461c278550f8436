#!/usr/bin/env bash
# How large programs with this crate are, and how long the compiler takes for them. Prints:
#
# - an empty program, and one that trains LeNet: seconds of compiling the program alone, with the crate built before
#   (median of 3), bytes of the stripped file and of its code, and what LeNet adds
# - a program that reads one digit with trained weights, with std and without
#
# Fails if LeNet adds more than 80 KB to the stripped file. Time is only printed: it is the machine's.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
limit=80000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR="$work/target" # one for all, so that the crate is built once for each set of features

# package NAME DEPENDENCY... : the manifest of a program whose source is written to its src/main.rs
package() {
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n' "$1" >"$work/$1/Cargo.toml"
    shift
    local name=$OLDPACKAGE
}
