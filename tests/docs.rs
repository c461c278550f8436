//! What the docs look like: code as wide as the page, and a README that `cargo doc` can show; and that the house is as
//! ARCHITECTURE.md says.

use std::fs;
use std::path::{Path, PathBuf};

/// The most columns of a line of code that the page shows without a scroll bar.
const COLUMNS: usize = 90;

/// The most lines of the README.
const LINES: usize = 150;

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
fn no_line_of_the_guide_is_wider_than_the_page() {
    let chapters = fs::read_dir(root().join("src/guide")).unwrap().map(|entry| entry.unwrap().path());
    let chapters: Vec<_> =
        chapters.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    for path in &chapters {
        let text = read(path);
        let wide = text.lines().find(|line| line.chars().count() > COLUMNS);
        assert_eq!(wide, None, "{}", path.display());
    }
    assert!(chapters.len() >= 11, "{} chapters", chapters.len());
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

/// The rooms of the crate from the lowest on, as ARCHITECTURE.md lists them: the files and folders of `src`.
fn rooms() -> Vec<String> {
    let architecture = read(&root().join("ARCHITECTURE.md"));
    let house = architecture.split("```").nth(1).unwrap().lines().filter_map(|line| line.strip_prefix("src/"));
    let is_room = |word: &&str| word.ends_with('/') || word.ends_with(".rs");
    let words = house.flat_map(|line| line.split_whitespace().take_while(is_room));
    words.map(|word| word.trim_start_matches("src/").trim_end_matches('/').trim_end_matches(".rs").into()).collect()
}

/// Code without its tests and comments.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The paths of a tree such as `a::{b, c::d}`.
fn paths(tree: &str) -> Vec<String> {
    let Some((before, inside)) = tree.split_once('{') else { return vec![tree.trim().into()] };
    let mut depth = 0;
    let parts = inside[..inside.rfind('}').unwrap()].split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let parts = parts.filter(|part| !part.trim().is_empty()).flat_map(paths);
    parts.map(|path| format!("{}{path}", before.trim())).collect()
}

/// The paths of code that begin with `crate::`, without that. What a macro writes, by `$crate::`, is the user's code.
fn imports(code: &str) -> Vec<String> {
    const START: &str = "crate::";
    let mut found = Vec::new();
    for (at, _) in code.match_indices(START).filter(|&(at, _)| !code[..at].ends_with('$')) {
        let path = &code[at + START.len()..];
        let end = path.find(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).unwrap_or(path.len());
        let is_tree = path[end..].starts_with('{');
        found.extend(paths(if is_tree { &path[..path.find(';').unwrap()] } else { &path[..end] }));
    }
    found
}

/// The room that a path leads to: it begins with the room, or with a name that `lib.rs` takes from one.
fn room_of(path: &str, rooms: &[String], exports: &[String], all: &[(String, String)]) -> String {
    let name = path.split("::").next().unwrap();
    if rooms.iter().any(|room| room == name) {
        return name.into();
    }
    let export = exports.iter().find(|export| export.rsplit("::").next() == Some(name));
    let defines = |code: &str| {
        let defined = ["struct", "enum", "trait", "type", "fn", "macro_rules!"].map(|kind| format!("{kind} {name}"));
        defined
            .iter()
            .flat_map(|start| code.match_indices(start).map(|(at, _)| at + start.len()))
            .any(|end| !code[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    match (export, all.iter().find(|(_, code)| defines(code))) {
        (Some(export), _) => export.split("::").next().unwrap().into(),
        (None, Some((room, _))) => room.clone(),
        _ => panic!("where is `{path}`?"),
    }
}

#[test]
fn no_room_names_a_higher_one() {
    let (src, rooms) = (root().join("src"), rooms());
    let files: Vec<(String, String)> = sources(&src)
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().components().next().unwrap().as_os_str().to_str().unwrap();
            (name.trim_end_matches(".rs").into(), code(&read(path)))
        })
        .collect();
    let lib = &files.iter().find(|(name, _)| name == "lib").unwrap().1;
    let exports: Vec<String> =
        lib.split("pub use ").skip(1).flat_map(|tree| paths(tree.split(';').next().unwrap())).collect();
    let mut edges = 0;
    for (room, code) in files.iter().filter(|(name, _)| name != "lib") {
        let place = |room: &str| rooms.iter().position(|name| name == room);
        let here = place(room).unwrap_or_else(|| panic!("ARCHITECTURE.md has no room `{room}`"));
        for path in imports(code) {
            let there = room_of(&path, &rooms, &exports, &files);
            assert!(
                place(&there).is_some_and(|there| there <= here),
                "`{room}` names `{path}` of `{there}`, which is higher"
            );
            edges += 1;
        }
    }
    assert!(edges > 200, "{edges} paths");
}

#[test]
fn imports_are_found() {
    let text = "use crate::a::{b, c::{D, e}};\nfn f() { $crate::g(); crate::h::i(1) } // crate::j\n/// crate::k";
    assert_eq!(imports(&code(text)), ["a::b", "a::c::D", "a::c::e", "h::i"]);
}
