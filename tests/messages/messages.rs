//! What the compiler says of a mistake: one error, at its line, in words.
//!
//! Each file in the folders beside this one is a program. Those in `right` compile, without a warning. The others have one
//! mistake: in `network` inside `network!`, in `use` beside it, both seen by `cargo check`; in `by_hand` in a type
//! written by hand, seen by `cargo build` only. The comment `//~ words | more words` stands above the line that is
//! wrong, and says what the error says.
//!
//! `TRYBUILD=overwrite cargo test --test messages` writes the snapshots anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// The compiler whose messages the snapshots are.
const SNAPSHOT_COMPILER: &str = "rustc 1.95.0 ";

/// The most lines of a message about a mistake inside `network!`.
const MAX_LINES: usize = 24;

fn is_snapshot_compiler() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    String::from_utf8(version).unwrap().starts_with(SNAPSHOT_COMPILER)
}

#[test]
fn snapshots() {
    if !is_snapshot_compiler() {
        println!("skipped: the snapshots are those of {SNAPSHOT_COMPILER}");
        return;
    }
    let checked = trybuild::TestCases::new();
    checked.compile_fail("network/*.rs");
    checked.compile_fail("use/*.rs");
    drop(checked);

    // a set with a case that passes is built, the others only checked
    let built = trybuild::TestCases::new();
    built.compile_fail("by_hand/*.rs");
    built.pass("right/every_layer.rs");
}

#[test]
fn one_error_at_its_line() {
    let project = Project::new();
    let snapshot_compiler = is_snapshot_compiler();
    let mut faults = Vec::new();

    let checked = project.run_cargo("check", "");
    let built = project.run_cargo("build", "by_hand");
    for case in &project.cases {
        let errors = checked.of(case, "error");
        match case.folder {
            "network" => faults.extend(case.faults(&checked, MAX_LINES)),
            "use" => faults.extend(case.faults(&checked, usize::MAX)),
            _ if !errors.is_empty() => faults.push(format!("{} does not pass `cargo check`", case.name())),
            "by_hand" => faults.extend(case.faults(&built, usize::MAX)),
            // a newer compiler may warn of more
            _ if snapshot_compiler && !checked.of(case, "warning").is_empty() => {
                faults.push(format!("{} gives a warning", case.name()));
            }
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// A program.
struct Case {
    folder: &'static str,
    path: PathBuf,
}

impl Case {
    fn name(&self) -> String {
        format!("{}-{}", self.folder, self.path.file_stem().unwrap().display())
    }

    /// What is not as it should be: one error, at the line after the comment, that says what the comment says.
    fn faults(&self, messages: &Messages, max_lines: usize) -> Vec<String> {
        let source = fs::read_to_string(&self.path).unwrap();
        let mut comments =
            (2..).zip(source.lines()).filter_map(|(n, line)| Some((n, line.trim().strip_prefix("//~ ")?)));
        let (Some((line, words)), None) = (comments.next(), comments.next()) else {
            return vec![format!("{} has not one comment `//~`", self.name())];
        };
        let errors = messages.of(self, "error");
        let [error] = errors[..] else {
            return vec![format!("{} gives {} errors", self.name(), errors.len())];
        };
        let text = error["rendered"].as_str().unwrap().trim_end();

        let mut faults = Vec::new();
        // of a type written by hand, the error is in the library, and a note says which line of the program leads there
        let found = match self.folder {
            "by_hand" => messages.of(self, "note").iter().any(|note| place(note) == self.place(line)),
            _ => place(error) == self.place(line),
        };
        if !found {
            faults.push(format!("not at line {line}"));
        }
        for words in words.split(" | ").filter(|words| !says(error, words)) {
            faults.push(format!("does not say `{words}`"));
        }
        if text.lines().count() > max_lines {
            faults.push(format!("longer than {max_lines} lines"));
        }
        faults.iter().map(|fault| format!("{}: {fault}\n{text}", self.name())).collect()
    }

    fn place(&self, line: usize) -> Option<(String, usize)> {
        Some((self.path.file_name()?.to_str()?.into(), line))
    }
}

/// The file and the line that a message shows first.
fn place(message: &Value) -> Option<(String, usize)> {
    let arrow = message["rendered"].as_str()?.lines().find_map(|line| line.trim().strip_prefix("--> "))?;
    let (path, line_and_column) = arrow.rsplit_once(".rs:")?;
    let (line, _) = line_and_column.split_once(':')?;
    Some((format!("{}.rs", Path::new(path).file_name()?.to_str()?), line.parse().ok()?))
}

/// Whether `words` are in a message, not only in the lines of the program that it shows.
fn says(message: &Value, words: &str) -> bool {
    let labels = message["spans"].as_array().unwrap().iter().map(|span| &span["label"]);
    let notes = message["children"].as_array().unwrap().iter().map(|note| &note["message"]);
    let mut texts = labels.chain(notes).chain([&message["message"]]).filter_map(Value::as_str);
    texts.any(|text| text.contains(words))
}

/// A project with all cases as its programs. It needs nothing but this crate without features: nothing is downloaded.
struct Project {
    directory: PathBuf,
    cases: Vec<Case>,
}

impl Project {
    fn new() -> Project {
        let folders = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = folders.join("../..");
        let mut cases = Vec::new();
        for folder in ["network", "use", "by_hand", "right"] {
            for file in fs::read_dir(folders.join(folder)).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "rs") {
                    cases.push(Case { folder, path });
                }
            }
        }

        let mut manifest = format!(
            "[package]\nname = \"messages\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nconst-cnn = {{ path = {root:?}, default-features = false }}\n"
        );
        for case in &cases {
            manifest += &format!("[[bin]]\nname = {:?}\npath = {:?}\n", case.name(), case.path);
        }
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("messages");
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        Project { directory, cases }
    }

    /// What cargo says of the cases in `folder`, or of all.
    fn run_cargo(&self, command: &str, folder: &str) -> Messages {
        let cases = self.cases.iter().filter(|case| case.folder.starts_with(folder));
        let output = Command::new(env!("CARGO"))
            .args([command, "--offline", "--quiet", "--keep-going", "--message-format=json"])
            .args(cases.map(|case| format!("--bin={}", case.name())))
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", self.directory.join("target"))
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .output()
            .unwrap();
        let lines = str::from_utf8(&output.stdout).unwrap().lines();
        let messages = Messages(lines.map(|line| serde_json::from_str(line).unwrap()).collect());
        let is_library =
            |message: &Value| message["reason"] == "compiler-artifact" && message["target"]["name"] == "const_cnn";
        assert!(messages.0.iter().any(is_library), "{}", String::from_utf8_lossy(&output.stderr));
        messages
    }
}

/// What cargo says: a JSON object a line.
struct Messages(Vec<Value>);

impl Messages {
    /// The compiler's messages of a level about a case. One without a place only counts the others.
    fn of(&self, case: &Case, level: &str) -> Vec<&Value> {
        let name = case.name();
        let messages = self.0.iter().filter(|message| message["target"]["name"] == name.as_str());
        let messages = messages.map(|message| &message["message"]).filter(|message| message["level"] == level);
        messages.filter(|message| message["spans"] != Value::Array(vec![])).collect()
    }
}
