//! `plots RUN.jsonl.. FOLDER` makes a report of runs' logs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use runs::Run;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some((folder, logs)), false) = (arguments.split_last(), arguments.iter().any(|word| word.starts_with('-')))
    else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if logs.is_empty() {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match make(logs, folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plots: {error}");
            ExitCode::FAILURE
        }
    }
}

const USAGE: &str = "plots RUN.. FOLDER

Makes a report of the logs RUN, .jsonl or .csv, in FOLDER: index.html and its pictures, SVG and PNG, light and dark.
Several runs are compared in one picture.";

/// The names of the files, with as many of the folders that they are in as tell them apart.
fn names(logs: &[String]) -> Vec<String> {
    let paths: Vec<PathBuf> = logs.iter().map(|log| Path::new(log).with_extension("")).collect();
    let parts = |path: &PathBuf| path.components().count();
    let end = |path: &PathBuf, count: usize| {
        let end: PathBuf = path.components().skip(parts(path).saturating_sub(count)).collect();
        end.display().to_string()
    };
    let longest = paths.iter().map(parts).max().unwrap_or(0);
    let names = (1..=longest).map(|count| paths.iter().map(|path| end(path, count)).collect::<Vec<_>>());
    let is_apart = |names: &Vec<String>| names.iter().collect::<HashSet<_>>().len() == names.len();
    names.into_iter().find(is_apart).unwrap_or_else(|| logs.to_vec())
}

fn make(logs: &[String], folder: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut runs = logs.iter().map(Run::read).collect::<Result<Vec<_>, _>>()?;
    runs.iter_mut().zip(names(logs)).for_each(|(run, name)| run.name = name);
    if Path::new(folder).is_file() {
        return Err(format!("{folder} is a file: the last word is the folder that the report goes to").into());
    }
    plots::report(&runs, folder)?;
    println!("{folder}/index.html");
    Ok(())
}
