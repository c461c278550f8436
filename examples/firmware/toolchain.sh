# How the firmware is built on this machine. Read by the other scripts; on its own it does nothing.
#
# With a target that the active toolchain has (rustup target add thumbv7em-none-eabihf), or with Debian's compiler,
# which builds the target's `core` from its source. Whoever reads it may have chosen another processor.

cd "$(dirname "${BASH_SOURCE[0]}")"
processor=${processor:-cortex-m4}
case $processor in
    cortex-m0) target=thumbv6m-none-eabi machine=microbit CLOCK_MHZ=16 ;;
    cortex-m3) target=thumbv7m-none-eabi machine=mps2-an385 CLOCK_MHZ=25 ;;
    cortex-m4) target=thumbv7em-none-eabihf machine=mps2-an386 CLOCK_MHZ=25 ;;
esac
export CLOCK_MHZ
# QEMU's -icount: an instruction takes 2^6 ns, of which the clock of 24 bits counts ten million
shift_bits=${shift_bits:-6}
export ICOUNT_SHIFT=$shift_bits
target_dir=${CARGO_TARGET_DIR:-$PWD/target}
build_std=()

# Exit status 77: it was not tried.
missing() {
    printf 'skipped: %s\n' "$*" >&2
    exit 77
}

if ls "$("${RUSTC:-rustc}" --print target-libdir --target "$target")"/libcore-*.rlib >/dev/null 2>&1; then
    :
elif [ -d /usr/lib/rustlib/src/rust/library/core ] && [ -x /usr/bin/rustc ] && command -v ld.lld >/dev/null; then
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 "CARGO_TARGET_$(tr a-z- A-Z_ <<<"$target")_LINKER=ld.lld"
    build_std=(-Zbuild-std=core)
else
    missing "the compiler has no target $target. Install it: rustup target add $target" \
        "(or, on Debian, apt-get install rustc-web rust-web-src lld)"
fi

# build ARGUMENTS...: cargo build, for the target
build() {
    cargo build --quiet --release --target "$target" "${build_std[@]}" "$@"
}

# build_small ARGUMENTS...: the same, for size
build_small() {
    CARGO_PROFILE_RELEASE_OPT_LEVEL=s CARGO_PROFILE_RELEASE_LTO=fat build "$@"
}

# emulate IMAGE: runs it, and ends with its status
emulate() {
    timeout 300 qemu-system-arm -machine $machine -cpu $processor -nographic -monitor none -serial none \
        -semihosting-config enable=on,target=native -icount shift=$shift_bits,sleep=off \
        -kernel "$target_dir/$target/release/$1"
}
