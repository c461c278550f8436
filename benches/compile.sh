#!/usr/bin/env bash
# What networks cost the compiler in release, the crate being built: the seconds of processor time that a program takes
# beyond an empty one, medians of three. In a temporary folder it builds
#
# - 50 convolutions and 50 ReLUs, and twice as many, which are only checked: all of the seconds
# - MobileNetV1 ¼ of examples/mlperf_tiny, inferring (folded) and trained, which infers too
# - for each kind of layer a network of four of different sizes, since each size is compiled by itself: the seconds of one
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR=$work/target
mkdir "$work/src"
cat >"$work/Cargo.toml" <<EOF
[package]
name = "compile"
version = "0.0.0"
edition = "2024"

[dependencies]
const-cnn = { path = "$root" }
EOF

build() { cargo build --quiet --release --manifest-path "$work/Cargo.toml"; }
check() { cargo check --quiet --manifest-path "$work/Cargo.toml" && rm -rf "$CARGO_TARGET_DIR/debug/incremental"; }

# seconds LAYERS [check]: what building the program on the input takes beyond an empty one, for each of its layers
seconds() {
    local TIMEFORMAT='%U %S'
    cat >"$work/src/main.rs"
    for _ in 1 2 3; do
        touch "$work/src/main.rs"
        { time "${2:-build}" 2>&4; } 2>&1
    done 4>&2 | awk '{ print $1 + $2 }' | sort -n | awk -v empty="${empty:-0}" -v layers="$1" \
        'NR == 2 { printf "%.2f", ($1 - empty) / layers }'
}

# both LAYERS NETWORK: the seconds of a network called Net, inferring, and trained
both() {
    local inferring training
    inferring=$(seconds "$1" <<EOF
$2
fn main() {
    use const_cnn::{Folded, Layer, Zero};
    use std::hint::black_box;
    let (net, x) = (black_box(Folded::<Net>::boxed()), black_box(const_cnn::Input::<Net, f32>::boxed()));
    let (mut scratch, mut y) = (<Folded<Net> as Layer>::Scratch::<f32>::boxed(), Zero::boxed());
    net.infer(&x, &mut scratch, &mut y);
    black_box(y);
}
EOF
)
    training=$(seconds "$1" <<EOF
$2
fn main() {
    use const_cnn::{F32x8, MeanSquaredError, Sgd, Trainer, Zero};
    use std::hint::black_box;
    let (mut net, mut trainer) = (Net::boxed(), Trainer::<Net, F32x8, Sgd, MeanSquaredError>::boxed());
    let (x, y) = black_box((const_cnn::Input::<Net, f32>::boxed(), const_cnn::Output::<Net, f32>::boxed()));
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    black_box(trainer.step(&mut net, &sgd, [(&*x, &*y); 8]).is_ok());
    black_box(net);
}
EOF
)
    printf '%-36s %10s %10s\n' "$3" "$inferring" "$training"
}

# kind NAME INPUT OUTPUT LINE...: a network of one kind of layer
kind() {
    local name=$1 input=$2 output=$3 lines='' n=0
    shift 3
    for line in "$@"; do
        lines+="        layer$n: $line,"$'\n'
        n=$((n + 1))
    done
    both $n "const_cnn::network! {
    struct Net: $input => $output {
$lines    }
}" "$name"
}

# checked LINES: the seconds of checking a network of so many lines, half of them convolutions
checked() {
    local lines='' n
    for ((n = 0; n < $1 / 2; n++)); do
        lines+="        conv$n: conv2d(16, kernel 3, padding 1),"$'\n'"        relu$n: relu,"$'\n'
    done
    printf '%-36s %10s\n' "$1 lines, checked" "$(empty=0 seconds 1 check <<EOF
#![recursion_limit = "512"]
const_cnn::network! {
    pub struct Net: [1, 8, 8] => [16, 8, 8] {
$lines    }
}
fn main() {}
EOF
)"
}

seconds 1 <<<'fn main() {}' >/dev/null # the crate
seconds 1 check <<<'fn main() {}' >/dev/null
empty=$(seconds 1 <<<'fn main() {}')
printf '%-36s %10s %10s\n' 'seconds' inferring trained
printf '%-36s %10s\n' 'an empty program' "$empty"
checked 100
checked 200
both 1 "$(sed -e '/^\/\/!/d' -e 's/Vww/Net/' "$root/examples/mlperf_tiny/src/networks/vww.rs")" 'MobileNetV1 ¼'

printf '\n%-36s\n' 'one layer of a kind'
kind 'conv2d, kernel 3' '[4, 16, 16]' '[20, 16, 16]' 'conv2d('{8,12,16,20}', kernel 3, padding 1)'
kind 'conv2d, kernel 1' '[4, 16, 16]' '[20, 16, 16]' 'conv2d('{8,12,16,20}', kernel 1)'
kind 'conv2d, groups 4' '[4, 16, 16]' '[20, 16, 16]' 'conv2d('{8,12,16,20}', kernel 3, padding 1, groups 4)'
kind 'depthwise_conv2d' '[8, 22, 22]' '[8, 14, 14]' 'depthwise_conv2d(kernel '{3,3,3,3}')'
kind 'conv1d' '[4, 64]' '[20, 64]' 'conv1d('{8,12,16,20}', kernel 3, padding 1)'
kind 'conv_transpose2d' '[4, 8, 8]' '[20, 16, 16]' 'conv_transpose2d('{8,12,16,20}', kernel 3)'
kind 'linear' '[64]' '[20]' 'linear('{80,60,40,20}')'
kind 'max_pool2d' '[8, 64, 64]' '[8, 4, 4]' max_pool2d\({2,2,2,2}\)
kind 'avg_pool2d' '[8, 64, 64]' '[8, 4, 4]' avg_pool2d\({2,2,2,2}\)
kind 'upsample, bilinear' '[8, 4, 4]' '[8, 64, 64]' 'upsample('{2,2,2,2}', bilinear)'
kind 'batch_norm' '[8, 16, 16]' '[8, 4, 4]' batch_norm 'crop(2)' batch_norm 'crop(4)'
kind 'relu' '[8, 16, 16]' '[8, 4, 4]' relu 'crop(2)' relu 'crop(4)'
kind 'gelu' '[8, 16, 16]' '[8, 4, 4]' gelu 'crop(2)' gelu 'crop(4)'
kind 'layer_norm' '[8, 16, 16]' '[8, 4, 4]' layer_norm 'crop(2)' layer_norm 'crop(4)'
