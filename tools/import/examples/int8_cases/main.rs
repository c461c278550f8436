//! Whether an imported quantised network gives the same bits as others have written down:
//! `cargo run --release -p import --example int8_cases -- MODEL.tflite CASES.safetensors`.
//!
//! Imports the model, compiles what was written, and runs it. The cases are tensors of i8: `input`, `[N, C, H, W]` or
//! `[N, I]`; `output`, `[N, O]`; and, if there are any, `layer.NN.NAME`, what a layer gives for the first inputs, channels
//! first. Ends with 0 if no value differs, with 1 if one does, with 2 and a sentence if it cannot be compared.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use safetensors::{Dtype, SafeTensors};

/// The program that has the network.
const COMPARED: &str = include_str!("compared.rs");

fn main() -> ExitCode {
    match compare() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn compare() -> Result<u8, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [model, cases] = &arguments[..] else { return Err("which model, and which cases?".into()) };
    let imported = import::read(Path::new(model), false).map_err(|error| format!("{model}: {error}"))?;
    if imported.int8.is_none() {
        return Err(format!("{model}: it is a network of floats"));
    }
    let file = fs::read(cases).map_err(|error| format!("{cases}: {error}"))?;
    let tensors = SafeTensors::deserialize(&file).map_err(|error| format!("{cases}: {error}"))?;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("target/int8_cases");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
    };
    fs::create_dir_all(folder.join("src")).map_err(|error| format!("{}: {error}", folder.display()))?;
    write("Cargo.toml", manifest(&root).as_bytes())?;
    write("src/main.rs", COMPARED.as_bytes())?;
    write("src/Net.rs", imported.text("Net").as_bytes())?;
    write("src/Net.bin", &imported.bytes())?;

    // channels last, and of each what it is called, of how many values
    let mut names: Vec<String> = tensors.names().into_iter().filter(|name| is_case(name)).map(String::from).collect();
    names.sort_unstable_by_key(|name| (name != "input", name != "output", name.clone()));
    if !names.starts_with(&["input".into(), "output".into()]) {
        return Err(format!("{cases}: `input` and `output` are needed"));
    }
    let (mut list, mut values) = (String::new(), Vec::new());
    for name in &names {
        let tensor = tensors.tensor(name).map_err(|error| format!("{cases}: {error}"))?;
        let (shape, data) = (tensor.shape(), tensor.data());
        if tensor.dtype() != Dtype::I8 || shape.len() < 2 || shape.contains(&0) {
            return Err(format!("{cases}: `{name}` is {:?} {shape:?}, not i8 of images", tensor.dtype()));
        }
        let channels = if name == "input" { imported.input[0] } else { shape[1] };
        let len: usize = shape[1..].iter().product();
        let places = len / channels.max(1);
        for image in data.chunks(len) {
            values.extend((0..len).map(|n| image[n % channels * places + n / channels]));
        }
        let _ = writeln!(list, "{name} {} {len}", shape[0]); // to a string it never fails
    }
    write("cases.txt", list.as_bytes())?;
    write("cases.bin", &values)?;

    let cargo = env::var("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["run", "--release", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--")
        .arg(&folder);
    let status = command.status().map_err(|error| format!("cargo: {error}"))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2))
}

/// Whether a tensor is something to be compared.
fn is_case(name: &str) -> bool {
    name == "input" || name == "output" || name.starts_with("layer.")
}

/// The manifest of a package of its own, which has the crate of this folder.
fn manifest(root: &Path) -> String {
    let root = root.display().to_string().replace('\\', "/");
    format!(
        "[package]\nname = \"int8_cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\nconst-cnn = {{ path = \
         \"{root}\", default-features = false, features = [\"std\"] }}\n\n[workspace]\n"
    )
}
