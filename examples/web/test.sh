#!/usr/bin/env bash
# Builds the page and tries it in headless Chromium: draws, trains, compares with the host, takes screenshots.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v chromedriver >/dev/null || ! command -v chromium >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get install -y -qq chromium chromium-driver >/dev/null || true # what is still missing is said below
    fi
fi
for program in chromium chromedriver python3; do
    command -v "$program" >/dev/null || { echo "test.sh: skipped, there is no $program"; exit 77; }
done

./build.sh
target=${CARGO_TARGET_DIR:-target}
for net in small residual; do # what the page trains and quantises, on this machine
    features=int8
    [ "$net" = small ] || features+=",$net"
    cargo build --quiet --release --bin host --features "$features"
    cp "$target/release/host" "$target/release/host-$net"
done
exec python3 test.py "$target/release/host" "$target/screenshots"
