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

/// Returns whether all is as it should be.
fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    if let (Some(name), Some(weights), Some(cases)) = (options.net, &options.int8, &options.cases) {
        let comparison = match name {
            Name::Kws => int8::compare::<KwsChances, _, _, _, _>(weights, cases),
            Name::Vww => int8::compare::<VwwChances, _, _, _, _>(weights, cases),
            Name::Ic => int8::compare::<IcChances, _, _, _, _>(weights, cases),
            Name::Ad => int8::compare::<Ad, _, _, _, _>(weights, cases),
            Name::Sww => int8::compare::<SwwChances, _, _, _, _>(weights, cases),
        }?;
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
