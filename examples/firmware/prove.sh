#!/usr/bin/env bash
# Looks at what is linked: that the networks' work brings no panic, no allocator and no f64, that of an int8 network no float
# at all, and how large inference is.
set -euo pipefail
. "$(dirname "$0")/toolchain.sh"
nm=$(command -v llvm-nm-22 || command -v llvm-nm) || missing "llvm-nm is not installed: apt-get install llvm"

build --bin firmware --bin bare --bin infer
build --features dsp --bin bare_int8 --bin infer_int8
symbols() { "$nm" --demangle "$target_dir/$target/release/$1"; }
panic='panic|unwind|core::fmt|_fail(ed)?$'
allocator='__rust_.*alloc|alloc::|malloc'
f64='__aeabi_(c?d|f2d|u?i2d|u?l2d)|df[23]$|df[sdt]i|[sdt]idf'
float="$f64"'|__aeabi_(c?f|u?i2f|u?l2f)|sf[23]$|sf[sdt]i|[sdt]isf'

# absent WHAT PATTERN IMAGE: fails if a symbol matches
absent() {
    if symbols "$3" | grep -E "$2"; then
        printf '%s: there is %s\n' "$3" "$1" >&2
        exit 1
    fi
    printf '%s: no %s\n' "$3" "$1"
}
symbols firmware | grep -E "$panic" >/dev/null # what prints can panic, so this is seen where it is
for image in bare infer {bare,infer}_int8; do
    absent "panic" "$panic" $image
done
for image in firmware bare infer {bare,infer}_int8; do
    absent "allocator" "$allocator" $image
    absent "f64" "$f64" $image
done

address() { printf '%d' "0x$(symbols infer | sed -n "s/^\([0-9a-f]*\) . $1$/\1/p")"; }
printf 'infer: %d bytes of flash, %d bytes of RAM beside the stack\n' \
    $(($(address __sidata) + $(address __edata) - $(address __sdata) - $(address __vector_table))) \
    $(($(address __ebss) - $(address __sdata)))

printf '\nCortex-M0\n' # a processor without an FPU shows where there is a float
processor=cortex-m0
. ./toolchain.sh
build_small --bin infer --bin infer_int8
symbols infer | grep -E "$float" >/dev/null
absent "panic" "$panic" infer_int8
absent "allocator" "$allocator" infer_int8
absent "float" "$float" infer_int8
