//! Writing a log.

use std::fs::{self, File};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use const_cnn::{Data, Expected, Layer, Loss, Network, Of, Output, Progress, Suits, Zero};

use crate::run::{COLUMNS, csv};
use crate::{Epoch, Error, Head, Line, Sample, Samples, Values};

/// How many samples are logged with their pixels: those with the largest losses.
const SHOWN: usize = 24;

/// How many values an array of parameters has at most that is logged.
const VALUES: usize = 1 << 16;

/// Writes what a run gives: `run.jsonl`, and its epochs to `run.csv`.
///
/// Training goes on where a log cannot be written: [`end`](Log::end) tells why.
pub struct Log {
    path: PathBuf,
    head: Head,
    /// None before the first epoch has ended.
    files: Result<Option<[File; 2]>, Error>,
    start: Instant,
}

impl Log {
    /// Begins the log of a run of the network `N` in the file `path` and, beside it, in that with the extension `csv`; the
    /// folders to it are made. What they held is lost when the first epoch has ended, and not before. `classes` are the classes'
    /// names; none, where there are no classes.
    pub fn create<N: Network>(path: impl AsRef<Path>, classes: &[impl AsRef<str>]) -> Log {
        let path = path.as_ref().to_path_buf();
        Log { path, head: Head::of::<N>(classes), files: Ok(None), start: Instant::now() }
    }

    /// Writes an epoch's line: what `callback` of a `fit` calls. It ends nothing: `log.see(progress, net)?` may stand before
    /// another callback.
    pub fn see<N>(&mut self, progress: Progress, _net: &N) -> ControlFlow<()> {
        let Progress::Epoch { epoch, metrics, validation } = progress else { return ControlFlow::Continue(()) };
        let epoch = Epoch::of(epoch, self.start.elapsed().as_secs_f64(), &metrics, validation.as_ref());
        self.begin();
        self.write(1, &csv(&epoch));
        self.line(&Line::Epoch(epoch));
        ControlFlow::Continue(())
    }

    /// Writes what the trained network makes of each image of `data`, its parameters that are no vectors, and what its layers
    /// give of the first image.
    ///
    /// # Errors
    ///
    /// The first that there was since the log was begun: [`Error::File`], or [`Error::Data`].
    pub fn end<N, L, D>(mut self, net: &N, data: &D, samples: &mut Samples<N, L>) -> Result<(), Error>
    where
        N: Network,
        N::Scratch<f32>: Send,
        Output<N, f32>: Send,
        const_cnn::Evaluator<N, f32, L>: Send,
        N::Output: Suits<Of<L, N::Output>>,
        L: Loss<N::Output>,
        D: Data<Input = <N as Layer>::Input, Target = Expected<L, N::Output>, Error: std::fmt::Display>,
    {
        self.begin();
        let told = |error: D::Error| Error::Data(error.to_string());
        let mut all: Vec<Sample> = Vec::new();
        let each = |sample| {
            all.push(sample);
            ControlFlow::Continue(())
        };
        samples.of(net, data, each).map_err(told)?;
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by(|&a, &b| all[b].loss.total_cmp(&all[a].loss));
        order.iter().skip(SHOWN).for_each(|&n| all[n].pixels.clear());
        all.into_iter().for_each(|sample| self.line(&Line::Sample(sample)));

        for (array, values) in net.arrays() {
            if array.dims().len() > 1 && values.len() <= VALUES {
                let (name, dims) = (array.path().join("."), array.dims().to_vec());
                self.line(&Line::Parameters(Values { name, dims, values: array.iter(values).collect() }));
            }
        }
        let (image, _) = data.get(0).map_err(told)?;
        let (mut scratch, mut y) = (N::Scratch::<f32>::boxed(), Output::<N, f32>::boxed());
        net.activations(std::borrow::Borrow::borrow(&image), &mut scratch, &mut y, |name, dims, values| {
            let (name, dims) = (name.into(), dims.to_vec());
            self.line(&Line::Activation(Values { name, dims, values: values.collect() }));
        });
        self.files.map(|_| ())
    }

    /// Makes the files, if they are not made.
    fn begin(&mut self) {
        if let Ok(None) = self.files {
            self.files = create(&self.path).map(Some);
            self.line(&Line::Run(self.head.clone()));
            self.write(1, &format!("{COLUMNS}\n"));
        }
    }

    fn line(&mut self, line: &Line) {
        match serde_json::to_string(line) {
            Ok(text) => self.write(0, &format!("{text}\n")),
            Err(error) => self.fail(error.into()),
        }
    }

    /// A whole line at once, so that a killed run leaves at most its last one cut off.
    fn write(&mut self, file: usize, line: &str) {
        if let Ok(Some(files)) = &mut self.files
            && let Err(error) = files[file].write_all(line.as_bytes())
        {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: std::io::Error) {
        self.files = Err(Error::File { path: self.path.clone(), error });
    }
}

fn create(path: &Path) -> Result<[File; 2], Error> {
    let file = |path: PathBuf| File::create(&path).map_err(|error| Error::File { path, error });
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::File { path: folder.into(), error })?;
    }
    let beside = path.with_extension("csv");
    if beside == path {
        let error = std::io::Error::new(std::io::ErrorKind::InvalidInput, "its epochs are written to a .csv beside it");
        return Err(Error::File { path: path.into(), error });
    }
    Ok([file(path.into())?, file(beside)?])
}
