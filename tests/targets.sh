#!/usr/bin/env bash
# Runs the training run of tests/checksum on every target that this machine can build for and run: all print the same
# checksum. `tests/targets.sh unit` runs the library's unit tests on the foreign processors instead, `tests/targets.sh
# simd` those and the tests of the kernels on aarch64 with the feature `simd`; on lesser x86-64 the tests of the kernels and
# what is detected. `tests/targets.sh layers FILE...` compares each layer of int8 networks with stored values, which `mlperf_tiny
# -- --net NET --int8 FILE --cases FILE --pack FILE` has put into one file.
#
# A target is built with the active toolchain where its sysroot has the target (`rustup target add` puts it there), and
# otherwise with Debian's compiler and the library's source. What is missing is named and skipped.
set -euo pipefail
mode=${1:-checksums}
files=()
for file in "${@:2}"; do files+=("$(realpath "$file")"); done
cd "$(dirname "$0")/checksum"
[ "$mode" != layers ] || cd ../layers

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../../target}/targets"
rows=()
failed=0

have() { command -v "$1" >/dev/null; }

# row NAME COMMAND...: runs the command, whose checksums, one for each element and one for int8, must be the expected ones
row() {
    local name=$1 output sums
    shift
    printf '== %s\n' "$name"
    if ! output=$("$@"); then
        rows+=("$(printf '%-34s failed' "$name")")
        failed=1
        return
    fi
    sums=$(sed -n 's/^checksum //p' <<<"$output" | tr '\n' ' ')
    rows+=("$(printf '%-34s %s' "$name" "$sums")")
    [ "$sums" = "$expected $expected $expected_int8 " ] || failed=1
}

# layers NAME COMMAND...: runs the command, which ends with another status than 0 where a value differs
layers() {
    local name=$1 output
    shift
    printf '== %s\n' "$name"
    if ! output=$("$@"); then
        rows+=("$(printf '%-34s failed' "$name")")
        failed=1
    fi
    rows+=("$(sed -n "s|^.*: \\([0-9]* values, [0-9]* differ\\)$|$(printf '%-34s' "$name") \\1|p" <<<"$output")")
    printf '%s\n' "$output"
}

skip() { rows+=("$(printf '%-34s skipped: %s' "$1" "$2")"); }

# build_for TARGET STD LINKER [FLAGS]: sets what cargo needs to build for a target, in `build` and the environment;
# LINKER is for the compiler without the target
build_for() {
    local target=$1 std=$2 linker=$3 flags=${4:-} variable
    variable=CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$target")
    build=(env)
    options=(--target "$target")
    if [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
        # the bare targets bring their own linker
        case $target in *-linux-*) build+=("${variable}_LINKER=$linker") ;; esac
    elif [ -x /usr/bin/rustc ] && [ -e "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.lock" ]; then
        build+=(RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 "${variable}_LINKER=$linker")
        build+=("CARGO_TARGET_DIR=$CARGO_TARGET_DIR/debian")
        options+=("-Zbuild-std=$std")
        if ! have "$linker"; then
            missing="$linker"
            return 1
        fi
    else
        missing="the target (rustup target add $target; or, on Debian, apt-get install rustc-web rust-web-src)"
        return 1
    fi
    if [ -n "$flags" ]; then build+=("${variable}_RUSTFLAGS=$flags"); fi
}

# foreign NAME TARGET GCC QEMU SYSROOT PACKAGES: a Linux of another processor, under QEMU
foreign() {
    local name=$1 target=$2 gcc=$3 qemu=$4 sysroot=$5 packages=$6
    if ! have "$gcc" || ! have "$qemu"; then
        skip "$name" "apt-get install $packages"
    elif ! build_for "$target" std,panic_unwind,test "$gcc"; then
        skip "$name" "needs $missing"
    else
        build+=("CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$target")_RUNNER=$qemu -L $sysroot")
        case $mode in
            unit) tests "$name: unit tests" --lib --features rand ;;
            simd) tests "$name: kernels with simd" --release --lib --test={kernels,bits,reference} --features rand,simd ;;
            layers) layers "$name" "${build[@]}" cargo run --quiet --release "${options[@]}" -- "${files[@]}" ;;
            *) row "$name" "${build[@]}" cargo run --quiet --release "${options[@]}" ;;
        esac
    fi
}

# tests NAME OPTIONS...: the crate's own tests, built as `build` says
tests() {
    printf '== %s\n' "$1"
    shift
    (cd ../.. && "${build[@]}" cargo test "${options[@]}" --no-default-features "$@")
}

big_endian() {
    foreign "s390x, big-endian" s390x-unknown-linux-gnu s390x-linux-gnu-gcc qemu-s390x /usr/s390x-linux-gnu \
        "gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user"
}

aarch64() {
    foreign "aarch64" aarch64-unknown-linux-gnu aarch64-linux-gnu-gcc qemu-aarch64 /usr/aarch64-linux-gnu \
        "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
}

# processors that lack one of what the kernels look for: the test compares with what std finds
lesser_x86() {
    local cpu
    if [ "$(uname -m)" != x86_64 ] || ! have qemu-x86_64; then
        skip "x86-64 without AVX2" "on x86-64, apt-get install qemu-user"
        return
    fi
    for cpu in max max,-avx2 max,-fma max,-avx max,-xsave; do
        build=(env "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER=qemu-x86_64 -cpu $cpu")
        options=(--target x86_64-unknown-linux-gnu)
        tests "x86-64, $cpu: detection" --lib --features rand,simd detected
    done
    tests "x86-64, $cpu: the kernels without AVX2" --test={bits,kernels,reference} --features rand,simd
}

# cortex_m NAME [OPTIONS...]
cortex_m() {
    local name=$1 target=thumbv7em-none-eabihf emulator file
    shift
    if ! have qemu-system-arm; then
        skip "$name" "apt-get install qemu-system-arm lld"
    elif ! build_for "$target" core ld.lld "-C link-arg=-Tlink.x"; then
        skip "$name" "needs $missing"
    else
        options+=("$@")
        emulator="timeout 300 qemu-system-arm -M mps2-an386 -cpu cortex-m4
            -nographic -monitor none -serial none -semihosting-config enable=on,target=native"
        if [ "$mode" = layers ]; then
            layers "$name" on_cortex_m
        else
            build+=("CARGO_TARGET_THUMBV7EM_NONE_EABIHF_RUNNER=$emulator -kernel")
            row "$name" "${build[@]}" cargo run --quiet --release "${options[@]}"
        fi
    fi
}

# Each file, behind its size, is put into RAM.
on_cortex_m() {
    local file size ram=0x21000000 failed=0
    for file in "${files[@]}"; do
        size=$(stat -c %s "$file")
        printf '%s: ' "$file"
        "${build[@]}" "CARGO_TARGET_THUMBV7EM_NONE_EABIHF_RUNNER=$emulator -device loader,addr=$ram,data=$size,data-len=4
            -device loader,addr=$((ram + 4)),file=$file,force-raw=on -kernel" \
            cargo run --quiet --release "${options[@]}" || failed=1
    done
    return $failed
}

# wasm NAME FLAGS
wasm() {
    local name=$1 target=wasm32-unknown-unknown
    if ! have node; then
        skip "$name" "apt-get install nodejs lld"
    elif ! build_for "$target" core wasm-ld "$exports $2"; then
        skip "$name" "needs $missing"
    else
        build+=(CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node module.mjs")
        case $mode in
            layers) layers "$name" "${build[@]}" cargo run --quiet --release "${options[@]}" -- "${files[@]}" ;;
            *) row "$name" "${build[@]}" cargo run --quiet --release "${options[@]}" ;;
        esac
    fi
}

if [ "$mode" = layers ]; then
    [ ${#files[@]} -gt 0 ] || { printf 'targets.sh layers FILE...\n' >&2; exit 2; }
    exports="-C link-arg=--export=compare_at -C link-arg=-zstack-size=4194304"
    build=() options=()
    layers "$(rustc -vV | sed -n 's/host: //p')" cargo run --quiet --release -- "${files[@]}"
    big_endian
    aarch64
    cortex_m "Cortex-M4"
    cortex_m "Cortex-M4, DSP" --features simd
    wasm "wasm32" ""
    wasm "wasm32, simd128" "-C target-feature=+simd128"
    printf '%s\n' "" "${rows[@]}"
    exit $failed
fi
if [ "$mode" = unit ] || [ "$mode" = simd ]; then
    if [ "$mode" = unit ]; then big_endian; else lesser_x86; fi
    aarch64
    printf '%s\n' "${rows[@]+"${rows[@]}"}"
    exit
fi

constant() { sed -n "s/^pub const $1: u64 = \(0x[0-9a-f_]*\);/\1/p" src/run.rs | tr -d _; }
exports="-C link-arg=--export=checksum_of -C link-arg=--export=checksum_of_int8 -C link-arg=--export=expected"
expected=$(constant EXPECTED)
expected_int8=$(constant EXPECTED_INT8)
row "$(rustc -vV | sed -n 's/host: //p'), debug" cargo run --quiet
row "$(rustc -vV | sed -n 's/host: //p')" cargo run --quiet --release
big_endian
aarch64
cortex_m "Cortex-M4F"
wasm "wasm32" ""
wasm "wasm32, simd128" "-C target-feature=+simd128"

printf '\n%-34s %s\n' "expected" "$expected $expected $expected_int8"
printf '%s\n' "${rows[@]}"
exit $failed
