use std::fs;
use std::path::Path;

use clap::Parser;

use crate::data::Digits;
use crate::options::Options;
use crate::{destination, report};

#[test]
fn any_part_of_the_split_has_all_classes() {
    let digits = Digits::load().unwrap();
    for seed in 0..20 {
        let (train, test) = digits.split(seed).unwrap();
        let mut all = [&train[..], &test].concat();
        all.sort_unstable();
        assert!(all.iter().copied().eq(0..1797));
        assert_eq!(test.len(), 359);

        for part in train.chunks_exact(100).chain(test.chunks_exact(100)).chain([&train[train.len() - 100..]]) {
            let found = (0..10).filter(|class| part.iter().any(|&index| digits.labels[index] == *class)).count();
            assert_eq!(found, 10, "seed {seed}");
        }
    }
}

#[test]
fn what_is_wrong_on_the_command_line_is_said() {
    for (options, message) in [
        ("--epochs -1", "'-1' for '--epochs <N>': expected a whole number, at least 0"),
        ("--epochs 1.5", "'1.5' for '--epochs <N>': expected a whole number, at least 0"),
        ("--seed -1", "'-1' for '--seed <N>': expected a whole number, at least 0"),
        ("--seed 18446744073709551616", "the number is too large"),
        ("--batch-size 0", "expected a batch size of at least 1, found 0"),
        ("--batch-size -8", "'-8' for '--batch-size <N>': expected a whole number, at least 0"),
        ("--learning-rate nan", "expected a learning rate that is finite and at least 0, found NaN"),
        ("--learning-rate -0.1", "expected a learning rate that is finite and at least 0, found -0.1"),
        ("--learning-rate inf", "expected a learning rate that is finite and at least 0, found inf"),
        ("--learning-rate -inf", "expected a learning rate that is finite and at least 0, found -inf"),
        ("--learning-rate 1e39", "expected a learning rate that is finite and at least 0, found inf"),
        ("--learning-rate fast", "expected a number"),
        ("--momentum 1", "expected a momentum from 0 to below 1, found 1"),
        ("--momentum -NaN", "expected a momentum from 0 to below 1, found NaN"),
    ] {
        let Err(error) = Options::try_parse_from(["digits"].into_iter().chain(options.split(' '))) else {
            panic!("{options} is taken");
        };
        let text = error.to_string();
        assert!(text.contains(message), "{options}: {text}");
    }
    for options in ["--epochs 0", "--seed 18446744073709551615", "--batch-size 1", "--learning-rate 0 --momentum 0.5"] {
        assert!(Options::try_parse_from(["digits"].into_iter().chain(options.split(' '))).is_ok(), "{options}");
    }
}

#[cfg(unix)]
#[test]
fn a_place_to_save_in_is_tried_and_left_as_it_was() {
    use std::os::unix::fs::symlink;

    let folder = std::env::temp_dir().join(format!("const-cnn-digits-{}", std::process::id()));
    fs::create_dir_all(folder.join("inside")).unwrap();
    let (there, read_only) = (folder.join("there"), folder.join("read-only"));
    fs::write(&there, "kept").unwrap();
    fs::write(&read_only, "kept too").unwrap();
    let mut permissions = fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).unwrap();
    symlink("there", folder.join("link")).unwrap();
    symlink("inside/new", folder.join("link to nothing")).unwrap();
    symlink("none/new", folder.join("link to no folder")).unwrap();
    symlink("ring", folder.join("ring")).unwrap();
    let entries = || {
        let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let before = entries();

    for name in ["new", "there", "link", "link to nothing", "inside/new"] {
        destination::check(&folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let long = "n".repeat(256);
    for name in ["none/new", "inside", "there/new", "read-only", "link to no folder", "ring", "new/", "..", &long] {
        assert!(destination::check(&folder.join(name)).is_err(), "{name}");
    }
    for path in ["", "/dev/null"] {
        assert!(destination::check(Path::new(path)).is_err(), "{path}");
    }

    assert_eq!(entries(), before);
    assert_eq!(fs::read_dir(folder.join("inside")).unwrap().count(), 0);
    assert_eq!([&there, &read_only].map(|path| fs::read_to_string(path).unwrap()), ["kept", "kept too"]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn about_twenty_epochs_have_a_line() {
    for epochs in 1..=20 {
        assert!((1..=epochs).all(|epoch| report::has_line(epoch, epochs)));
    }
    for epochs in [21, 39, 40, 41, 100, 399, 401, 5000] {
        let lines: Vec<usize> = (1..=epochs).filter(|&epoch| report::has_line(epoch, epochs)).collect();
        assert!((11..=20).contains(&lines.len()), "{epochs}: {lines:?}");
        assert_eq!(lines.last(), Some(&epochs));
    }
}

#[test]
fn drawings_go_into_the_line() {
    let bar = format!("0 {} 100.0 %", "█".repeat(12));
    let drawings = ["7", "3", "1"].map(|title| vec![title.to_string(), "█".repeat(16), bar.clone()]);
    for (width, beside) in [(300, 3), (80, 3), (76, 3), (75, 2), (49, 2), (48, 1), (22, 1), (1, 1)] {
        let text = report::side_by_side(&drawings, width);
        assert!(text.lines().all(|line| line.chars().count() <= width.max(22)), "{width}:\n{text}");
        let first: Vec<&str> = text.lines().next().unwrap().split_whitespace().collect();
        assert_eq!(first, ["7", "3", "1"][..beside], "{width}:\n{text}");
        assert_eq!(text.matches("100.0 %").count(), 3);
    }
}
