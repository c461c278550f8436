//! `plots RUN.jsonl.. FOLDER` makes a report of runs' logs.

use std::collections::HashSet;
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

fn make(logs: &[String], folder: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut runs = logs.iter().map(Run::read).collect::<Result<Vec<_>, _>>()?;
    // where two files have the same name, as the example's logs in two folders, all are called by their paths
    let names: HashSet<&str> = runs.iter().map(|run| run.name.as_str()).collect();
    if names.len() < runs.len() {
        runs.iter_mut().zip(logs).for_each(|(run, log)| run.name.clone_from(log));
    }
    if std::path::Path::new(folder).is_file() {
        return Err(format!("{folder} is a file: the last word is the folder that the report goes to").into());
    }
    plots::report(&runs, folder)?;
    println!("{folder}/index.html");
    Ok(())
}
