"""Imports models, compiles and runs them, and compares what they give: `compare.py MODEL [CASES] ..`, or `compare.py FOLDER`.

CASES are NAME.case, as export.py writes them, images and results in turn as little-endian floats, which also is the default
beside the model; or a .safetensors file with `input` and `output`, both of as many images. Values lie as the network takes and
gives them, channels first: where that is not the file's order, the text says so. It needs Python alone.
Prints each network's largest difference, and fails where one is more than 1e-5, or a model is refused.
"""

import json
import pathlib
import struct
import subprocess
import sys

TOLERANCE = 1e-5
ROOT = pathlib.Path(__file__).resolve().parents[3]
MAIN = """//! Written by compare.py.

fn worst<N: const_cnn::Network>(net: &N, case: &[u8], images: usize) -> f32 {
    let case: Vec<f32> = case.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    let mut worst = 0.0f32;
    for part in case.chunks(case.len() / images) {
        let (image, expected) = part.split_at(<N::Input as const_cnn::Shape>::LEN);
        let output = net.output(&N::image(image).unwrap());
        let given: Vec<f32> = <N::Output as const_cnn::Shape>::LAYOUT.iter(const_cnn::Nested::flat(&output)).collect();
        assert_eq!(given.len(), expected.len(), "{}", N::NAME);
        for (given, expected) in given.iter().zip(expected) {
            let difference = (given - expected).abs() / expected.abs().max(1.0);
            worst = if difference.is_nan() { f32::INFINITY } else { worst.max(difference) };
        }
    }
    worst
}
"""


def of_safetensors(path):
    """Images and results in turn, and how many there are."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    head, data = json.loads(data[8 : 8 + size]), data[8 + size :]
    images = head["input"]["shape"][0]
    parts = [data[slice(*head[name]["data_offsets"])] for name in ("input", "output")]
    assert all(head[name]["dtype"] == "F32" and head[name]["shape"][0] == images for name in ("input", "output")), path
    each = [len(part) // images for part in parts]
    turns = [part[n * len_ : (n + 1) * len_] for n in range(images) for part, len_ in zip(parts, each)]
    return b"".join(turns), images


def main():
    paths, models = [pathlib.Path(argument) for argument in sys.argv[1:]], []
    for path in paths:
        if path.is_dir():
            models += [(model, model.with_suffix(".case")) for model in sorted(path.iterdir()) if model.suffix in (".onnx", ".tflite")]
        elif path.suffix in (".onnx", ".tflite"):
            models.append((path, path.with_suffix(".case")))
        else:
            models[-1] = (models[-1][0], path)
    out = ROOT / "target/compare"
    (out / "src").mkdir(parents=True, exist_ok=True)
    (out / "Cargo.toml").write_text(
        f'[package]\nname = "compare"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\nconst-cnn = {{ path = "{ROOT}" }}\n[workspace]\n'
    )
    subprocess.run(["cargo", "build", "--quiet", "--package", "import"], cwd=ROOT, check=True)
    modules, calls, refused = [], [], 0
    for n, (model, cases) in enumerate(models):
        command = [ROOT / "target/debug/import", model, "--name", f"Net{n}", "--out", out / "src"]
        given = subprocess.run(command, capture_output=True, text=True)
        if given.returncode:
            print(f"{model.name:32} refused: {given.stderr.strip().splitlines()[0]}")
            refused += 1
            continue
        data, images = of_safetensors(cases) if cases.suffix == ".safetensors" else (cases.read_bytes(), 2)
        (out / f"src/Net{n}.case").write_bytes(data)
        read = f'include_bytes!("Net{n}.bin")'
        modules.append(f'mod net{n} {{ include!("Net{n}.rs"); pub static NET: Net{n} = Net{n}::from_le_bytes({read}); }}\n')
        case = f'include_bytes!("Net{n}.case")'
        calls.append(f'println!("{{}} {images} {{:e}}", {n}, worst(&net{n}::NET, {case}, {images}));\n')
    (out / "src/main.rs").write_text("#![recursion_limit = \"512\"]\n" + MAIN + "".join(modules) + "fn main() {\n" + "".join(calls) + "}\n")
    given = subprocess.run(["cargo", "run", "--quiet"], cwd=out, check=True, capture_output=True, text=True)
    worst = 0.0
    for line in given.stdout.splitlines():
        n, images, difference = line.split()
        print(f"{models[int(n)][0].name:32} {images} images, largest difference {float(difference):.1e}")
        worst = max(worst, float(difference))
    print(f"{len(calls)} of {len(models)} imported, largest difference {worst:.1e}")
    sys.exit(refused > 0 or worst > TOLERANCE)


main()
