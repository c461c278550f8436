//! The networks of MLPerf Tiny: timed, compared with what others have computed, and trained. `--help` lists the options.

mod compare;
mod data;
mod int8;
mod networks;
mod options;
mod report;
mod task;
mod tasks;
mod tensors;
#[cfg(test)]
mod tests;
mod timing;
mod training;
mod weights;

use std::error::Error;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;

use networks::{Ad, Ic, IcChances, Kws, KwsChances, Sww, SwwChances, Vww, VwwChances};
use options::{Name, Options};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let is_broken_pipe =
                error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
            if !is_broken_pipe {
                let _ = writeln!(io::stderr(), "mlperf_tiny: {error}"); // there is nowhere else to say it
            }
            ExitCode::from(2)
        }
    }
}

/// Calls a function of the network that has a name.
macro_rules! of {
    ($name:expr, $($function:ident)::+ ($($argument:expr),*)) => {
        match $name {
            Name::Kws => $($function)::+::<Kws>($($argument),*),
            Name::Vww => $($function)::+::<Vww>($($argument),*),
            Name::Ic => $($function)::+::<Ic>($($argument),*),
            Name::Ad => $($function)::+::<Ad>($($argument),*),
            Name::Sww => $($function)::+::<Sww>($($argument),*),
        }
    };
}

/// Calls a function of the network that has a name, as it is in int8: with chances where it has classes.
macro_rules! of_int8 {
    ($name:expr, $($function:ident)::+ ($($argument:expr),*)) => {
        match $name {
            Name::Kws => $($function)::+::<KwsChances, _, _, _, _>($($argument),*),
            Name::Vww => $($function)::+::<VwwChances, _, _, _, _>($($argument),*),
            Name::Ic => $($function)::+::<IcChances, _, _, _, _>($($argument),*),
            Name::Ad => $($function)::+::<Ad, _, _, _, _>($($argument),*),
            Name::Sww => $($function)::+::<SwwChances, _, _, _, _>($($argument),*),
        }
    };
}

/// Returns whether all is as it should be.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    if let (Some(name), Some(weights), Some(cases)) = (options.net, &options.int8, &options.cases) {
        if let Some(file) = &options.pack {
            fs::write(file, of_int8!(name, int8::pack(name, weights, cases))?)?;
            return Ok(true);
        }
        let comparison = of_int8!(name, int8::compare(weights, cases))?;
        print(&comparison.table)?;
        return Ok(comparison.agrees);
    }
    if let (Some(name), Some(weights), Some(cases)) = (options.net, &options.weights, &options.cases) {
        let comparison = of!(name, compare::compare(weights, cases))?;
        print(&comparison.table)?;
        return Ok(comparison.agrees);
    }
    if let Some(name) = options.train {
        of!(name, training::run(options.seed))?;
        return Ok(true);
    }
    timing::run(options.seed)?;
    Ok(true)
}

/// `println!`, but it returns an error where nobody reads any more.
fn print(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
