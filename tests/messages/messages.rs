//! What the compiler says of a mistake: one error, at its line, in words.
//!
//! Each file in the folders beside this one is a program. Those in `right` compile, without a warning. The others have one
//! mistake: in `network` inside `network!`, in `use` beside it, both seen by `cargo check`; in `by_hand` in a type
//! written by hand, seen by `cargo build` only. The comment `//~ words | more words` stands above the line that is
//! wrong, and says what the error says. In `names` a name stands twice, of which the compiler says the most: only the first
//! error is looked at, which shows both places. All that is said of a program is in the file `.stderr` beside it, a snapshot.
//!
//! `SNAPSHOTS=overwrite cargo test -p messages` writes the snapshots anew.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use serde_json::Value;

/// The compiler whose messages the snapshots are.
const SNAPSHOT_COMPILER: &str = "rustc 1.95.0 ";

/// The most lines of a message about a mistake inside `network!`.
const MAX_LINES: usize = 24;

/// The program that is also built and run.
const RUN: &str = "right-every_layer";

static PROJECT: LazyLock<Project> = LazyLock::new(Project::new);

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
    let overwrites = env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let mut faults = Vec::new();
    for case in PROJECT.cases.iter().filter(|case| case.folder != "right") {
        let path = case.path.with_extension("stderr");
        let found = case.snapshot(if case.folder == "by_hand" { &PROJECT.built } else { &PROJECT.checked });
        if overwrites {
            fs::write(path, found).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            faults.push(format!("{} is another, found:\n{found}", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn one_error_at_its_line() {
    let Project { cases, checked, built } = &*PROJECT;
    let snapshot_compiler = is_snapshot_compiler();
    let mut faults = Vec::new();
    for case in cases {
        let errors = checked.of(case, "error");
        match case.folder {
            "names" => faults.extend(case.faults(checked, usize::MAX)),
            "network" => faults.extend(case.faults(checked, MAX_LINES)),
            "use" => faults.extend(case.faults(checked, usize::MAX)),
            _ if !errors.is_empty() => faults.push(format!("{} does not pass `cargo check`", case.name())),
            "by_hand" => faults.extend(case.faults(built, usize::MAX)),
            // a newer compiler may warn of more
            _ if snapshot_compiler && !checked.of(case, "warning").is_empty() => {
                faults.push(format!("{} gives a warning", case.name()));
            }
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(Command::new(built.program(RUN)).status().unwrap().success(), "{RUN} fails");
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
        let error = match errors[..] {
            [error] => error,
            [first, ..] if self.folder == "names" => first,
            _ => return vec![format!("{} gives {} errors", self.name(), errors.len())],
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

    fn snapshot(&self, messages: &Messages) -> String {
        let messages = messages.of_all_levels(self);
        let texts = messages.map(|message| without_places_elsewhere(message["rendered"].as_str().unwrap()));
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// A message without the lines' numbers of other files than the program's, which need not change it, and as far to the
/// left as it is then.
fn without_places_elsewhere(text: &str) -> String {
    let width = text.lines().find_map(|line| line.find("--> ")).unwrap();
    let mut lines = Vec::new(); // what stands in the column of numbers, and what behind it
    let mut in_program = true;
    for line in text.trim_end().lines() {
        let columns = line.split_at_checked(width);
        let columns = columns.filter(|(number, _)| number.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit()));
        if let Some((number, rest)) = columns {
            let place = rest.strip_prefix("--> ").or(rest.strip_prefix("::: "));
            let file = place.map(|place| file(&mut in_program, place));
            let rest = file.map_or(rest.to_owned(), |file| format!("{}{file}", &rest[..4]));
            lines.push((Some(if in_program { number.trim() } else { "" }), rest));
        } else {
            in_program |= line != "...";
            lines.push((None, line.to_owned()));
        }
    }
    let width = lines.iter().filter_map(|(number, _)| Some(number.as_ref()?.len())).max().unwrap().max(1);
    let lines = lines.into_iter().map(|(number, rest)| match number {
        Some(number) => format!("{number:>width$}{rest}").trim_end().to_owned() + "\n",
        None => rest + "\n",
    });
    lines.collect()
}

/// A place as it is in a snapshot: of a program with line and column, of the library or of Rust without.
fn file(in_program: &mut bool, place: &str) -> String {
    let folders = env!("CARGO_MANIFEST_DIR");
    let root = folders.strip_suffix("/tests/messages").unwrap();
    let in_folders = place.strip_prefix(folders);
    *in_program = in_folders.is_some();
    if let Some(place) = in_folders {
        return place[1..].into();
    }
    let file = place.rsplitn(3, ':').last().unwrap();
    match (file.strip_prefix(root), file.split_once("/library/")) {
        (Some(file), _) => format!("$WORKSPACE{file}"),
        (_, Some((_, file))) => format!("$RUST/{file}"),
        _ => file.into(),
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

/// A project with all cases as its programs, and what cargo says of them. It needs nothing but this crate without features:
/// nothing is downloaded.
struct Project {
    cases: Vec<Case>,
    checked: Messages,
    /// Of those in `by_hand` and the one that is run.
    built: Messages,
}

impl Project {
    fn new() -> Project {
        let folders = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = folders.join("../..");
        let mut cases = Vec::new();
        for folder in ["network", "names", "use", "by_hand", "right"] {
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
        let checked = run_cargo(&directory, "check", &cases, |_| true);
        let built = run_cargo(&directory, "build", &cases, |case| case.folder == "by_hand" || case.name() == RUN);
        Project { cases, checked, built }
    }
}

/// What cargo says of some of the cases.
fn run_cargo(directory: &Path, command: &str, cases: &[Case], of: impl Fn(&Case) -> bool) -> Messages {
    let cases = cases.iter().filter(|case| of(case));
    let output = Command::new(env!("CARGO"))
        .args([command, "--offline", "--quiet", "--keep-going", "--message-format=json"])
        .args(cases.map(|case| format!("--bin={}", case.name())))
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", directory.join("target"))
        // types in full, and lines as long, whatever the terminal
        .env("RUSTFLAGS", "--verbose --diagnostic-width=140")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap();
    let mut seen = HashSet::new(); // some notes are said twice
    let lines = str::from_utf8(&output.stdout).unwrap().lines().filter(|line| seen.insert(*line));
    let messages = Messages(lines.map(|line| serde_json::from_str(line).unwrap()).collect());
    let is_library =
        |message: &Value| message["reason"] == "compiler-artifact" && message["target"]["name"] == "const_cnn";
    assert!(messages.0.iter().any(is_library), "{}", String::from_utf8_lossy(&output.stderr));
    messages
}

/// What cargo says: a JSON object a line.
struct Messages(Vec<Value>);

impl Messages {
    /// The compiler's messages about a case. One without a place only counts the others.
    fn of_all_levels(&self, case: &Case) -> impl Iterator<Item = &Value> {
        let name = case.name();
        let messages = self.0.iter().filter(move |message| message["target"]["name"] == name.as_str());
        let messages = messages.filter(|message| message["reason"] == "compiler-message");
        messages.map(|message| &message["message"]).filter(|message| message["spans"] != Value::Array(vec![]))
    }

    /// Those of a level.
    fn of(&self, case: &Case, level: &str) -> Vec<&Value> {
        self.of_all_levels(case).filter(|message| message["level"] == level).collect()
    }

    /// The file of a program that was built.
    fn program(&self, name: &str) -> &str {
        let mut programs = self.0.iter().filter(|message| message["target"]["name"] == name);
        programs.find_map(|message| message["executable"].as_str()).unwrap()
    }
}
