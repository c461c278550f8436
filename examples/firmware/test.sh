#!/usr/bin/env bash
# Breaks a copy of the firmware in each way that must be noticed, and sees that it is: by the compiler, or by a run that
# ends with status 1 and says why.
set -euo pipefail
. "$(dirname "$0")/toolchain.sh"
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"

original=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/digits" && cp ../digits/networks.rs "$copy/digits"
export CARGO_TARGET_DIR=$target_dir

# A fresh copy, as the working directory. It has a name of its own, or cargo would take what it builds for the firmware.
fresh() {
    rm -rf "$copy/firmware" && mkdir "$copy/firmware" && cd "$copy/firmware"
    cp -r "$original"/{assets,src,{m0,toolchain}.sh,*.rs,*.x,Cargo.*} .
    sed -i "1,2s/firmware/broken/; s|path = \"../..\"|path = \"$original/../..\"|" Cargo.toml
}

# edit FILE SCRIPT: changes a source file.
edit() {
    sed -i "$2" "src/$1"
    ! cmp -s "src/$1" "$original/src/$1" || { printf 'nothing to change in %s\n' "$1" >&2; exit 1; }
}

# spoil FILE [PLACE]: changes the last bit of its first number, or of the byte at a place.
spoil() {
    local place=${2:-0} byte
    byte=$((0x$(od -An -j"$place" -N1 -tx1 "assets/$1" | tr -d ' ') ^ 1))
    printf "\\x$(printf '%02x' $byte)" | dd of="assets/$1" bs=1 seek="$place" conv=notrunc status=none
}

# expect STATUS MESSAGE COMMAND...: the command ends with the status, and its output has the message.
expect() {
    local output status=0
    output=$("${@:3}" 2>&1) || status=$?
    if [ $status != "$1" ] || ! grep -F "$2" <<<"$output"; then
        printf 'status %d, not %d with "%s":\n%s\n' $status "$1" "$2" "$output" >&2
        exit 1
    fi
}

# fails MESSAGE [IMAGE]
fails() {
    local image=${2:-firmware}
    build --features dsp --bin "$image"
    expect 1 "$1" emulate "$image"
}
does_not_build() { expect 101 "$1" build --features dsp --bin "${2:-firmware}"; }

# what the harness reports
fresh; edit main.rs 's/let mut device/if TEST.len() == 359 { panic!("on purpose") }\n&/'; fails "on purpose"
fresh; edit main.rs 's/let mut device/if TEST.len() == 359 { cortex_m::asm::udf() }\n&/'; fails "hard fault at"

# one bit of what is read, trained and adapted, and a setting
fresh; spoil small.bin; fails "the host reads otherwise"
fresh; spoil article_start.bin; fails "the host has another loss"
fresh; spoil without_new.bin; fails "the host reads otherwise"
fresh; edit adapt.rs 's/LEARNING_RATE: f32 = .*;/LEARNING_RATE: f32 = 0.021;/'; fails "the host reads otherwise"

# budgets and measurements
fresh; edit main.rs 's/FLASH_BUDGET: usize = .*;/FLASH_BUDGET: usize = 65536;/'; fails "flash is over its budget"
fresh; edit main.rs 's/STACK_BUDGET: usize = .*;/STACK_BUDGET: usize = 1024;/'; fails "the stack is over its budget"
fresh; edit main.rs 's/PROMISED: usize = /&4 + /'; fails "RAM is not what the types promise"
fresh; edit main.rs 's/logits(&SMALL, scratch, &TEST\[0\])/classify(\&SMALL, scratch, TEST)/'; fails "too long for a clock"
fresh; edit main.rs 's/RAM_BUDGET: usize = .*;/RAM_BUDGET: usize = 49152;/'; does_not_build "the networks do not fit in RAM"

# int8: a weight of the network that learns, its budgets
fresh; spoil features.int8 1000; fails "the host reads otherwise" learn_int8
fresh; edit bin/learn_int8.rs 's/FLASH_BUDGET: usize = .*;/FLASH_BUDGET: usize = 65536;/'; fails "flash is over its budget" learn_int8
fresh; edit bin/learn_int8.rs 's/STACK_BUDGET: usize = .*;/STACK_BUDGET: usize = 1024;/'; fails "the stack is over its budget" learn_int8
fresh; edit bin/learn_int8.rs 's/RAM_BUDGET: usize = .*;/RAM_BUDGET: usize = 8192;/'; does_not_build "the networks do not fit in RAM" learn_int8

# a Cortex-M0: a weight, budgets
fresh; spoil small.int8 1000; expect 1 "the host reads otherwise" bash m0.sh
fresh; sed -i 's/^flash_budget=.*/flash_budget=4096/' m0.sh; expect 1 "flash is over its budget" bash m0.sh
fresh; sed -i 's/^ram_budget=.*/ram_budget=512/' m0.sh; expect 1 "RAM is over its budget" bash m0.sh
