#!/usr/bin/env bash
# Builds the page into dist/: of each network two wasm modules, each with and without 128-bit vectors, a third without
# them that has it in int8, and the files beside them.
set -euo pipefail
cd "$(dirname "$0")"
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS

target=wasm32-unknown-unknown
build=(cargo build --quiet --release --lib --target "$target")
std=()
sysroot=$(rustc --print sysroot 2>/dev/null || true)
if [ -d "$sysroot/lib/rustlib/$target/lib" ]; then
    : # the active toolchain has the target
elif [ -d /usr/lib/rustlib/src/rust/library/core ] && [ -x /usr/bin/rustc ] && command -v wasm-ld >/dev/null; then
    # Debian's compiler builds the target's core from source
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
    build+=(-Zbuild-std=core)
    std=(-Zbuild-std=std,panic_abort) # what quantises allocates
else
    echo "build.sh: the compiler has no $target. Install it with 'rustup target add $target'," >&2
    echo "or with 'apt-get install rustc-web rust-web-src lld'." >&2
    exit 77
fi

flags="-C link-arg=-zstack-size=65536 -C link-arg=--stack-first"
mkdir -p dist
rm -f dist/*.wasm
for simd in "" -simd; do
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$flags${simd:+ -C target-feature=+simd128}"
    for net in small residual; do
        for module in inference training int8; do
            [ "$module$simd" != int8-simd ] || continue
            features=$module
            [ "$net" = small ] || features+=",$net"
            options=()
            [ "$module" != int8 ] || options=("${std[@]}")
            "${build[@]}" --features "$features" "${options[@]}"
            cp "${CARGO_TARGET_DIR:-target}/$target/release/digits_web.wasm" "dist/$net-$module$simd.wasm"
        done
    done
done
cp page/* assets/* dist/

for file in dist/*.wasm; do
    printf '%6d bytes  %s\n' "$(wc -c < "$file")" "$file"
done
for file in dist/*-inference*.wasm; do
    most=20000
    [[ $file != dist/residual-* ]] || most=24000
    if [ "$(wc -c < "$file")" -gt "$most" ]; then
        echo "build.sh: $file is larger than $most bytes" >&2
        exit 1
    fi
done
