#!/usr/bin/env bash
# How large programs with this crate become, and what the compiler needs for them. In a temporary folder it builds
#
# - an empty program, and one that trains LeNet: the seconds for the program alone, the crate being built (median of 3),
#   the bytes of the file, stripped, and of its code, and how much more of each LeNet needs. It prints nothing: what
#   prints floats is std's, and another 30 KB
# - a program that reads one digit with trained weights: with std, and without, in a program that has libc's start only
#
# Fails if LeNet adds more than 80 KB to the file, or if a digit is not read as what it is. Seconds are only printed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
limit=80000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target # one for all: the crate is built once with each set of features

# package NAME DEPENDENCIES: what follows on the input is its main.rs
package() {
    mkdir -p "$work/$1/src"
    cat >"$work/$1/src/main.rs"
    cat >"$work/$1/Cargo.toml" <<EOF
[package]
name = "$1"
version = "0.0.0"
edition = "2024"

[dependencies]
$2

[profile.release]
codegen-units = 1
strip = true
EOF
}
build() { cargo build --quiet --release --manifest-path "$work/$1/Cargo.toml" "${@:2}"; }
bytes() { stat -c %s "$CARGO_TARGET_DIR/release/$1"; }
code() { size "$CARGO_TARGET_DIR/release/$1" | awk 'NR == 2 { print $1 }'; }

# milliseconds NAME: to compile and link it again, cargo's own time included
milliseconds() {
    for _ in 1 2 3; do
        touch "$work/$1/src/main.rs"
        local start=${EPOCHREALTIME/[.,]/}
        build "$1"
        printf '%d\n' $(((${EPOCHREALTIME/[.,]/} - start) / 1000))
    done | sort -n | sed -n 2p
}

package empty '' <<<'fn main() {}'
{
    printf 'use const_cnn::{Init, Sgd, Trainer, Zero, network};\nuse rand::{SeedableRng, rngs::Xoshiro256PlusPlus};\n'
    sed -n '/^network! {/,/^}/p' "$root/benches/networks/mod.rs" # LeNet
    cat <<'EOF'
fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(u8::from(train().is_err()))
}

fn train() -> Result<(), const_cnn::Error> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let (mut net, mut trainer) = (Box::new(LeNet::ZERO), Box::new(Trainer::<LeNet>::ZERO));
    Init::FanIn.draw(&mut *net, rng)?;
    let mut images = vec![[[[0.0]; 28]; 28]; 64];
    for (n, image) in images.iter_mut().enumerate() {
        image.as_flattened_mut().fill([n as f32 / 64.0]);
    }
    let labels: Vec<usize> = (0..64).map(|n| n / 7).collect();
    let data = LeNet::dataset(&images, &labels)?;
    std::hint::black_box(trainer.fit(&mut net, &Sgd::new(0.01, 0.9)?, &data, 2, 32).run()?);
    Ok(())
}
EOF
} | package lenet "const-cnn = { path = \"$root\" }
rand = { version = \"0.10\", default-features = false }"

for name in empty lenet; do
    build $name
    "$CARGO_TARGET_DIR/release/$name"
done
empty_ms=$(milliseconds empty) lenet_ms=$(milliseconds lenet)
row() { printf '%-38s %10s %10s %10s\n' "$@"; }
row '' 'seconds' 'bytes' 'code'
seconds() { printf '%d.%02d' $(($1 / 1000)) $(($1 % 1000 / 10)); }
row 'empty program' "$(seconds "$empty_ms")" "$(bytes empty)" "$(code empty)"
row 'LeNet, trained' "$(seconds "$lenet_ms")" "$(bytes lenet)" "$(code lenet)"
added=$(($(bytes lenet) - $(bytes empty)))
row '  adds' "$(seconds $((lenet_ms - empty_ms)))" $added $(($(code lenet) - $(code empty)))

# both programs read one digit as the firmware's `infer` does
reader() {
    cat <<EOF
#[path = "$root/examples/digits/networks.rs"]
mod networks;
#[allow(dead_code)] // one record is enough
#[path = "$root/examples/firmware/src/records.rs"]
mod records;

use const_cnn::{Layer, Zero, argmax};
use networks::Small;
use records::{Record, image, label};

static SMALL: Small = Small::from_le_bytes(include_bytes!("$root/examples/firmware/assets/small.bin"));
static DIGIT: Record = *include_bytes!("$root/examples/firmware/assets/test.bin").first_chunk().unwrap();

fn read() -> bool {
    let (digit, mut scratch, mut logits) = (core::hint::black_box(&DIGIT), Zero::ZERO, [0.0; 10]);
    SMALL.infer(&image(digit), &mut scratch, &mut logits);
    argmax(&logits) == label(digit)
}
EOF
}
{
    reader
    echo 'fn main() { assert!(read(), "the digit is read as another"); }'
} | package reads "const-cnn = { path = \"$root\" }"
{
    printf '#![no_std]\n#![no_main]\n'
    reader
    cat <<'EOF'
#[link(name = "c")]
unsafe extern "C" {}

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    i32::from(!read())
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
EOF
} | package reads_no_std "const-cnn = { path = \"$root\", default-features = false }

[features]
simd = [\"const-cnn/simd\"]"
printf 'panic = "abort"\nlto = true\n' >>"$work/reads_no_std/Cargo.toml"

# measured NAME TITLE [OPTION]...
measured() {
    build "$1" "${@:3}"
    "$CARGO_TARGET_DIR/release/$1"
    row "$2" '' "$(bytes "$1")" "$(code "$1")"
}
printf '\n'
row 'reads a digit, 7592 of weights included' '' 'bytes' 'code'
measured reads 'with std'
measured reads_no_std 'without std, without simd'
measured reads_no_std 'without std, with simd' --features simd

if [ $added -gt $limit ]; then
    printf '\nLeNet adds more than %d bytes\n' $limit >&2
    exit 1
fi
