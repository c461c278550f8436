//! The command `import`: a model's file in, a `network!` and its parameters out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use import::{Error, Result, names};

const USAGE: &str = "usage: import MODEL.{onnx,tflite} [--name NAME] [--out DIR] [--fold] [--float]

Writes DIR/NAME.rs, a `network!` that is the model, and DIR/NAME.bin, its parameters, and prints its table. Of a
quantised TFLite file these are the bytes of `Int8::<NAME>`, which gives the same bits.

  --name NAME  the network's name, that of the file if left out
  --out DIR    where the files are written, here if left out
  --fold       takes batch normalisation into the layers before it: smaller and faster, for a network that is not
               trained further
  --float      of a quantised file the float network that it stands for, to be trained on
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::of(arguments) {
        Ok(options) => options,
        Err(says) => {
            eprintln!("error: {says}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match import(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match error {
                Error::Io { .. } => eprintln!("error: {error}"), // which names a file
                _ => eprintln!("error: {}: {error}", options.model.display()),
            }
            ExitCode::FAILURE
        }
    }
}

struct Options {
    model: PathBuf,
    name: String,
    out: PathBuf,
    fold: bool,
    float: bool,
}

impl Options {
    fn of(arguments: Vec<String>) -> std::result::Result<Options, String> {
        let (mut model, mut name, mut out) = (None, None, PathBuf::from("."));
        let (mut fold, mut float) = (false, false);
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--name" => name = Some(value()?),
                "--out" => out = PathBuf::from(value()?),
                "--fold" => fold = true,
                "--float" => float = true,
                other if other.starts_with('-') => return Err(format!("there is no option {other}")),
                _ if model.is_some() => return Err(format!("one model at a time: {argument} is another")),
                _ => model = Some(PathBuf::from(argument)),
            }
        }
        let model = model.ok_or("which model?")?;
        let name = name.unwrap_or_else(|| names::type_name(&model.file_stem().unwrap_or_default().to_string_lossy()));
        if !names::is_type_name(&name) {
            return Err(format!("`{name}` is no name of a network: Rust or `network!` reads it otherwise"));
        }
        Ok(Options { model, name, out, fold, float })
    }
}

fn import(options: &Options) -> Result<()> {
    let read = if options.float { import::read_float } else { import::read };
    let imported = read(&options.model, options.fold)?;
    let name = &options.name;
    std::fs::create_dir_all(&options.out)
        .map_err(|error| Error::Io { path: options.out.clone(), says: error.to_string() })?;
    let at = |ending: &str| options.out.join(format!("{name}.{ending}"));
    write([(&at("bin"), &imported.bytes()), (&at("rs"), imported.text(name).as_bytes())])?;
    println!("{}", imported.table(name));
    Ok(())
}

/// Writes two files, or neither: under other names first, which they lose once both are whole.
fn write(files: [(&Path, &[u8]); 2]) -> Result<()> {
    let named = |path: &Path, what: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!(".{name}.{}.{what}", std::process::id()))
    };
    let says = |path: &Path, error: std::io::Error| Error::Io { path: path.to_path_buf(), says: error.to_string() };
    let all = || {
        for (path, bytes) in files {
            if path.is_dir() {
                return Err(says(path, std::io::ErrorKind::IsADirectory.into()));
            }
            std::fs::write(named(path, "new"), bytes).map_err(|error| says(path, error))?;
        }
        let [(first, _), (second, _)] = files;
        // the first comes back where the second stays as it was
        let had_first = std::fs::rename(first, named(first, "old")).is_ok();
        let renamed = std::fs::rename(named(first, "new"), first).map_err(|error| says(first, error)).and_then(|()| {
            std::fs::rename(named(second, "new"), second).map_err(|error| {
                _ = std::fs::remove_file(first);
                says(second, error)
            })
        });
        if renamed.is_err() && had_first {
            std::fs::rename(named(first, "old"), first).map_err(|error| says(first, error))?;
        }
        renamed
    };
    let done = all();
    for (path, what) in files.iter().flat_map(|(path, _)| [(path, "new"), (path, "old")]) {
        _ = std::fs::remove_file(named(path, what)); // most are not there
    }
    done
}
