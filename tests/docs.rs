//! What the docs look like: code as wide as the page, and a README that `cargo doc` can show.

use std::fs;
use std::path::{Path, PathBuf};

/// The most columns of a line of code that the page shows without a scroll bar.
const COLUMNS: usize = 90;

/// The most lines of the README.
const LINES: usize = 180;

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files in a folder and those inside it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// The lines of code in blocks of Markdown that are wider than the page, with their numbers.
fn wide(lines: impl Iterator<Item = (usize, String)>) -> Vec<(usize, String)> {
    let mut inside = false;
    let is_code = |(_, line): &(usize, String)| {
        let is_fence = line.trim_start().starts_with("```");
        inside ^= is_fence;
        inside && !is_fence
    };
    lines.filter(is_code).filter(|(_, line)| line.chars().count() > COLUMNS).collect()
}

/// What a line of Rust says as documentation.
fn documentation(line: &str) -> Option<String> {
    let text = line.trim_start();
    let text = text.strip_prefix("///").or_else(|| text.strip_prefix("//!"))?;
    Some(text.strip_prefix(' ').unwrap_or(text).into())
}

#[test]
fn code_in_the_docs_is_as_wide_as_the_page() {
    let mut faults = Vec::new();
    let mut blocks = 0;
    let numbered = |text: &str| -> Vec<(usize, String)> { (1..).zip(text.lines().map(String::from)).collect() };
    for path in sources(&root().join("src")).iter().chain([&root().join("README.md")]) {
        let lines = numbered(&read(path));
        let lines: Vec<_> = match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => lines.into_iter().filter_map(|(n, line)| Some((n, documentation(&line)?))).collect(),
            _ => lines,
        };
        blocks += lines.iter().filter(|(_, line)| line.trim_start().starts_with("```")).count();
        faults.extend(wide(lines.into_iter()).iter().map(|(n, line)| format!("{}:{n}: {line}", path.display())));
    }
    assert!(blocks >= 40 && blocks.is_multiple_of(2), "{blocks} fences");
    assert!(faults.is_empty(), "wider than {COLUMNS} columns:\n{}", faults.join("\n"));
}

#[test]
fn a_wide_line_is_found() {
    let (wide_line, line) = ("é".repeat(COLUMNS + 1), "é".repeat(COLUMNS));
    let text = [&wide_line, "```", &line, &wide_line, "```", &wide_line];
    let found = wide((1..).zip(text.into_iter().map(String::from)));
    assert_eq!(found, [(4, wide_line.clone())]);
    assert_eq!(documentation("    /// ```"), Some("```".into()));
    assert_eq!(documentation("    // a comment"), None);
}

#[test]
fn the_readme_is_short_and_shows_only_what_it_carries() {
    let readme = read(&root().join("README.md"));
    let lines = readme.lines().count();
    assert!(lines <= LINES, "{lines} lines");
    // the crate's docs include it: an image or a link into the repository leads nowhere there
    for target in readme.split("](").skip(1).chain(readme.split("src=\"").skip(1)) {
        assert!(target.starts_with("https://"), "{}", target.lines().next().unwrap_or(""));
    }
}
