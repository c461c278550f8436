#!/usr/bin/env bash
# Digits in int8 on a Cortex-M0, which has neither an FPU nor DSP instructions: builds the program, runs it in QEMU's
# micro:bit, and ends with status 1 where a number is not the host's, or where flash, weights included, or RAM, stack
# included, is over its budget; with 77 where something is not installed.
set -euo pipefail
processor=cortex-m0
. "$(dirname "$0")/toolchain.sh"
command -v qemu-system-arm >/dev/null || missing "qemu-system-arm is not installed: apt-get install qemu-system-arm"

flash_budget=10240
ram_budget=2048

build_small --bin infer_int8
row=$(emulate infer_int8) || { printf 'the host reads otherwise\n' >&2; exit 1; }
read -r instructions flash statics stack <<<"$row"
instructions=$((16#$instructions)) flash=$((16#$flash)) statics=$((16#$statics)) stack=$((16#$stack))
printf 'Cortex-M0, int8: %d instructions, %d bytes of flash, %d of RAM and %d of stack\n' \
    $instructions $flash $statics $stack
[ $flash -le $flash_budget ] || { printf 'flash is over its budget of %d bytes\n' $flash_budget >&2; exit 1; }
[ $((statics + stack)) -le $ram_budget ] || { printf 'RAM is over its budget of %d bytes\n' $ram_budget >&2; exit 1; }
