#!/usr/bin/env bash
# Proves that no panic path is left in the passes of six networks (tests/no_panic): the program links only then. The
# loops that are compiled with the crate are looked into. With both elements; with and without the feature simd;
# optimised for speed (3, as --release is) and for size (s).
set -euo pipefail
cd "$(dirname "$0")/no_panic"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../../target}/no-panic"

# the loops for any shape are compiled with the crate and do not unwind: a panic in them would be a call that aborts
loops_for_any_shape() {
    local loops count
    loops=$(objdump -dr --demangle "$CARGO_TARGET_DIR"/release/deps/libconst_cnn-*.rlib |
        awk '/^[0-9a-f]+ <const_cnn::kernels::any_shape::(one|eight)::.*>:$/ { inside = 1 } /^$/ { inside = 0 } inside')
    count=$(grep -c '^[0-9a-f]* <' <<<"$loops" || true)
    if [ "$count" -lt 10 ] || grep -q panic <<<"$loops"; then
        printf 'the loops for any shape: %d functions of 10, which call: %s\n' "$count" \
            "$(grep -o 'core::[a-z_:]*panic[a-z_:]*' <<<"$loops" | sort -u | tr '\n' ' ')"
        failed=1
    fi
}

build() { cargo build --quiet --release "$@" 2>&1; }

failed=0
for level in 3 '"s"'; do
    for features in "" simd; do
        rm -f "$CARGO_TARGET_DIR"/release/deps/libconst_cnn-*.rlib
        if output=$(build --features "$features" --config "profile.release.opt-level=$level"); then
            printf 'opt-level %-3s  features [%s]: no panic path\n' "${level//\"/}" "$features"
            if [ "$features" = simd ] && [ "$(uname -m)" = x86_64 ]; then
                loops_for_any_shape
            fi
        else
            printf 'opt-level %-3s  features [%s]:\n' "${level//\"/}" "$features"
            grep -oE 'detected panic in function `[a-z0-9_]+`|^error\[.*' <<<"$output" | sort -u || printf '%s\n' "$output"
            failed=1
        fi
    done
done

# a function that can panic is found
if output=$(build --features control); then
    printf 'the control, which can panic, was linked\n'
    failed=1
elif ! grep -q 'detected panic in function `control`' <<<"$output"; then
    printf '%s\n' "$output"
    failed=1
fi
exit $failed
