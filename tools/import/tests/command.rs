//! The command: what it writes, and that it writes nothing where it fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own, which goes at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("const-cnn-import-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// The names of what is in it.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn import(name: &str, out: &Path) -> Output {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/MlpScript.onnx");
    let mut command = Command::new(env!("CARGO_BIN_EXE_import"));
    command.arg(model).args(["--name", name, "--out"]).arg(out).output().unwrap()
}

#[test]
fn both_files_are_written_or_neither() {
    let folder = Folder::new("both");
    assert!(import("Net", &folder.0).status.success());
    assert_eq!(folder.names(), ["Net.bin", "Net.rs"]);
    let text = std::fs::read_to_string(folder.0.join("Net.rs")).unwrap();
    assert!(text.contains("pub struct Net:"));
    // again, over what is there
    std::fs::write(folder.0.join("Net.bin"), "old").unwrap();
    assert!(import("Net", &folder.0).status.success());
    assert_eq!(folder.names(), ["Net.bin", "Net.rs"]);
    assert_ne!(std::fs::read(folder.0.join("Net.bin")).unwrap(), b"old");

    for (directory, other) in [("Net.rs", "Net.bin"), ("Net.bin", "Net.rs")] {
        let folder = Folder::new(directory);
        std::fs::create_dir(folder.0.join(directory)).unwrap();
        let fails = || {
            let output = import("Net", &folder.0);
            assert_eq!(output.status.code(), Some(1));
            let says = String::from_utf8(output.stderr).unwrap();
            assert!(says.contains(directory) && says.contains("directory"), "{says}");
        };
        fails();
        assert_eq!(folder.names(), [directory]);
        // what was there before stays
        std::fs::write(folder.0.join(other), "old").unwrap();
        fails();
        assert_eq!(folder.names().len(), 2);
        assert_eq!(std::fs::read(folder.0.join(other)).unwrap(), b"old");
    }
}

#[test]
fn names_that_the_text_does_not_compile_with_are_refused() {
    let folder = Folder::new("names");
    let names =
        ["usize", "f32", "bool", "str", "u8", "const_cnn", "relu", "conv2d", "concat", "__N", "__ConstCnnSizes"];
    for name in names.into_iter().chain(["fn", "Self", "_", "1Net", "a-b", ""]) {
        let output = import(name, &folder.0);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let says = String::from_utf8(output.stderr).unwrap();
        assert!(says.contains(&format!("`{name}` is no name")), "{says}");
    }
    assert!(folder.names().is_empty());
    for name in ["Usize", "net", "_Net", "Relu"] {
        assert!(import(name, &folder.0).status.success(), "{name}");
    }
    assert_eq!(folder.names().len(), 8);
}
