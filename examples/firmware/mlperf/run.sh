#!/usr/bin/env bash
# Builds each network's firmware, infers once in QEMU, and prints what it took. Ends with status 1 where the result has not
# the bits of the host's, or where it took more than its budget, and 77 where something is not installed. `run.sh kws` runs
# that one alone; `kws_int8_small` is `kws_int8` asked to be small.
set -euo pipefail
shift_bits=3 # the clock counts 84 million instructions then
. "$(dirname "$0")/../toolchain.sh"
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"
cd mlperf
target_dir=${CARGO_TARGET_DIR:-$PWD/target}

# budget NAME: the most instructions, bytes of code, and bytes of RAM (statics and stack)
budget() {
    case $1 in
        kws_int8) echo 3100000 16000 18000 ;;
        ic_int8) echo 12600000 30000 54000 ;;
        vww_int8) echo 9800000 40000 60000 ;;
        ad_int8) echo 280000 8000 2400 ;;
        small_int8) echo 45000 9000 2600 ;;
        kws_int8_small) echo 3100000 16000 17052 ;;
        ic_int8_small) echo 12600000 19496 52252 ;;
        vww_int8_small) echo 9800000 25112 57124 ;;
        ad_int8_small) echo 280000 5840 1156 ;;
        small_int8_small) echo 45000 9000 1716 ;;
        *) echo 99999999 99999999 99999999 ;; # the float ones have none
    esac
}

# hold NAME WHAT FOUND MOST
hold() {
    if [ "$3" -gt "$4" ]; then
        printf '%s: %d %s, the budget is %d\n' "$1" "$3" "$2" "$4" >&2
        failed=1
    fi
}

# what is not assembly is to be small
build_int8() { CARGO_PROFILE_RELEASE_OPT_LEVEL=s CARGO_PROFILE_RELEASE_LTO=fat build "$@"; }

host=$(env -u RUSTC -u RUSTC_BOOTSTRAP cargo run --quiet --release --example host)
printf '%-16s %12s %8s %8s %8s %8s %6s\n' network instructions "per MAC" code weights statics stack
[ $# -gt 0 ] || set -- kws ic vww ad {kws,ic,vww,ad,small}_int8 {kws,ic,vww,ad,small}_int8_small
failed=0
for name in "$@"; do
    bin=${name%_small}
    case $name in
        *_int8) build_int8 --features dsp --bin "$bin" ;;
        *_int8_small) build_int8 --features dsp,small --bin "$bin" ;;
        *) build --bin "$bin" ;;
    esac
    read -r instructions products code weights statics stack sum <<<"$(emulate "$bin")"
    grep -qx "$bin $sum" <<<"$host" || { printf '%s: the host gets another result\n' "$name" >&2; exit 1; }
    for number in instructions products code weights statics stack; do
        printf -v "$number" '%d' "$((10#${!number}))"
    done
    thousandths=$((instructions * 1000 / products))
    printf '%-16s %12d %4d.%03d %8d %8d %8d %6d\n' "$name" "$instructions" $((thousandths / 1000)) \
        $((thousandths % 1000)) "$code" "$weights" "$statics" "$stack"
    read -r most_instructions most_code most_ram <<<"$(budget "$name")"
    hold "$name" instructions "$instructions" "$most_instructions"
    hold "$name" "bytes of code" "$code" "$most_code"
    hold "$name" "bytes of RAM" $((statics + stack)) "$most_ram"
done
exit "$failed"
