#!/usr/bin/env bash
# Builds each network's firmware, infers once in QEMU, and prints what it took. Ends with status 1 where the result has not
# the bits of the host's, and 77 where something is not installed. `run.sh kws` runs that one alone; `run.sh --m3` the int8
# networks on a Cortex-M3, by the plain loops that processors without DSP instructions run.
set -euo pipefail
shift_bits=3 # the clock counts 84 million instructions then
if [ "${1:-}" = --m3 ]; then
    processor=cortex-m3 shift_bits=0
    shift
    [ $# -gt 0 ] || set -- {kws,ic,vww,ad,small}_int8
fi
. "$(dirname "$0")/../toolchain.sh"
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"
cd mlperf
target_dir=${CARGO_TARGET_DIR:-$PWD/target}

host=$(env -u RUSTC -u RUSTC_BOOTSTRAP cargo run --quiet --release --example host)
printf '%-8s %12s %8s %8s %8s %8s %6s\n' network instructions "per MAC" code weights statics stack
[ $# -gt 0 ] || set -- kws ic vww ad kws_int8 ic_int8 vww_int8 ad_int8 small_int8
for name in "$@"; do
    case $name in
        # what is not assembly is to be small
        *_int8) CARGO_PROFILE_RELEASE_OPT_LEVEL=s CARGO_PROFILE_RELEASE_LTO=fat build --features dsp --bin "$name" ;;
        *) build --bin "$name" ;;
    esac
    read -r instructions products code weights statics stack sum <<<"$(emulate "$name")"
    grep -qx "$name $sum" <<<"$host" || { printf '%s: the host gets another result\n' "$name" >&2; exit 1; }
    decimal() { printf '%d' "$((10#$1))"; }
    thousandths=$((10#$instructions * 1000 / 10#$products))
    printf '%-8s %12d %4d.%03d %8d %8d %8d %6d\n' "$name" "$(decimal "$instructions")" $((thousandths / 1000)) \
        $((thousandths % 1000)) "$(decimal "$code")" "$(decimal "$weights")" "$(decimal "$statics")" "$(decimal "$stack")"
done
