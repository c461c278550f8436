//! Reading a log.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::{Epoch, Error, Head, Line, Sample, Values};

/// The first line of a CSV file.
pub(crate) const COLUMNS: &str = "epoch,seconds,images,loss,accuracy,validation_loss,validation_accuracy";

/// A run, as its log has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The file's name without its extension.
    pub name: String,
    /// Of which network it is; of a CSV file without anything but the file's name.
    pub head: Head,
    /// What the epochs gave.
    pub epochs: Vec<Epoch>,
    /// What the trained network makes of the images that it was not trained on; none, if the run has not ended.
    pub samples: Vec<Sample>,
    /// Its parameters that are no vectors.
    pub parameters: Vec<Values>,
    /// What its layers give of the first sample's image.
    pub activations: Vec<Values>,
}

impl Run {
    /// Reads a log: JSON lines, or, from a file with the extension `csv`, the epochs alone.
    ///
    /// A last line that is cut off, as a killed run may leave it, is left out.
    ///
    /// # Errors
    ///
    /// [`Error::File`], [`Error::Line`], of the first line that is not one of a log, and [`Error::NoHead`].
    pub fn read(path: impl AsRef<Path>) -> Result<Run, Error> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|error| Error::File { path: path.into(), error })?;
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let lines = Lines { path, text: &text[..text.rfind('\n').map_or(0, |end| end + 1)] };
        let run = if path.extension().is_some_and(|extension| extension == "csv") {
            Run { head: Head { network: name.clone(), ..Head::default() }, epochs: lines.csv()?, ..Run::default() }
        } else {
            lines.json()?
        };
        Ok(Run { name, ..run })
    }

    /// Its epochs as a CSV file has them.
    pub fn csv(&self) -> String {
        self.epochs.iter().fold(format!("{COLUMNS}\n"), |text, epoch| text + &csv(epoch))
    }

    /// How many classes there are: as many as a sample has chances.
    pub fn classes(&self) -> usize {
        let labelled = self.samples.iter().filter(|sample| sample.label.is_some());
        labelled.map(|sample| sample.output.len()).max().unwrap_or(0)
    }

    /// `counts[label][class]`: how many samples of a label were taken for a class.
    pub fn confusion(&self) -> Vec<Vec<usize>> {
        let classes = self.classes();
        let mut counts = vec![vec![0; classes]; classes];
        for sample in &self.samples {
            if let (Some(label), Some(class)) = (sample.label, sample.class()) {
                counts[label][class] += 1;
            }
        }
        counts
    }

    /// The samples whose pixels the log has, that with the largest loss first.
    pub fn hardest(&self) -> Vec<&Sample> {
        let mut samples: Vec<_> = self.samples.iter().filter(|sample| !sample.pixels.is_empty()).collect();
        samples.sort_by(|a, b| b.loss.total_cmp(&a.loss));
        samples
    }
}

/// An epoch's line of a CSV file; what there is not, is empty.
pub(crate) fn csv(epoch: &Epoch) -> String {
    let or_empty = |value: Option<f32>| value.map(|value| value.to_string()).unwrap_or_default();
    let Epoch { epoch, seconds, images, loss, accuracy, validation_loss, validation_accuracy } = epoch;
    let shares = [*accuracy, *validation_loss, *validation_accuracy].map(or_empty).join(",");
    format!("{epoch},{seconds},{images},{loss},{shares}\n")
}

struct Lines<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Lines<'_> {
    fn path(&self) -> PathBuf {
        self.path.into()
    }

    fn wrong(&self, line: usize, problem: String) -> Error {
        Error::Line { path: self.path(), line, problem }
    }

    fn json(&self) -> Result<Run, Error> {
        let mut run = Run::default();
        let mut lines = (1..).zip(self.text.lines()).map(|(n, text)| {
            serde_json::from_str(text).map(|line| (n, line)).map_err(|error| self.wrong(n, error.to_string()))
        });
        match lines.next().transpose()? {
            Some((_, Line::Run(head))) => run.head = head,
            _ => return Err(Error::NoHead { path: self.path() }),
        }
        for line in lines {
            match line? {
                (n, Line::Run(_)) => return Err(self.wrong(n, "expected one run, found a second one".into())),
                (_, Line::Epoch(epoch)) => run.epochs.push(epoch),
                (n, Line::Sample(sample)) => {
                    self.check(n, &sample, &run)?;
                    run.samples.push(sample);
                }
                (n, Line::Parameters(values)) => run.parameters.push(self.whole(n, values)?),
                (n, Line::Activation(values)) => run.activations.push(self.whole(n, values)?),
            }
        }
        Ok(run)
    }

    /// An array that has as many values as its dimensions say.
    fn whole(&self, line: usize, values: Values) -> Result<Values, Error> {
        let expected = values.dims.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        if expected == Some(values.values.len()) {
            return Ok(values);
        }
        let Values { name, dims, values } = values;
        Err(self.wrong(line, format!("expected as many values of {name} as {dims:?} has, found {}", values.len())))
    }

    /// A sample that fits the network and the ones before it.
    fn check(&self, line: usize, sample: &Sample, run: &Run) -> Result<(), Error> {
        let outputs = run.samples.first().map_or(sample.output.len(), |first| first.output.len());
        let pixels = run.head.input.iter().fold(1_usize, |product, &size| product.saturating_mul(size));
        let found = (sample.output.len(), sample.pixels.len(), sample.label);
        if found.0 != outputs {
            return Err(self.wrong(line, format!("expected {outputs} outputs, found {}", found.0)));
        }
        if found.1 != 0 && found.1 != pixels {
            return Err(self.wrong(line, format!("expected {pixels} pixels or none, found {}", found.1)));
        }
        match found.2 {
            Some(label) if label >= outputs => {
                Err(self.wrong(line, format!("expected a label below {outputs}, found {label}")))
            }
            _ => Ok(()),
        }
    }

    fn csv(&self) -> Result<Vec<Epoch>, Error> {
        let mut lines = (1..).zip(self.text.lines());
        match lines.next() {
            Some((_, COLUMNS)) => {}
            found => {
                let found = found.map_or("", |(_, line)| line);
                return Err(self.wrong(1, format!("expected {COLUMNS}, found {found}")));
            }
        }
        lines.map(|(n, line)| self.epoch(n, line)).collect()
    }

    fn epoch(&self, n: usize, line: &str) -> Result<Epoch, Error> {
        let fields: Vec<&str> = line.split(',').collect();
        let [epoch, seconds, images, loss, accuracy, validation_loss, validation_accuracy] = fields[..] else {
            return Err(self.wrong(n, format!("expected 7 fields, found {}", fields.len())));
        };
        let optional = |field: &str| if field.is_empty() { Ok(None) } else { self.number(n, field).map(Some) };
        Ok(Epoch {
            epoch: self.number(n, epoch)?,
            seconds: self.number(n, seconds)?,
            images: self.number(n, images)?,
            loss: self.number(n, loss)?,
            accuracy: optional(accuracy)?,
            validation_loss: optional(validation_loss)?,
            validation_accuracy: optional(validation_accuracy)?,
        })
    }

    fn number<T: FromStr>(&self, line: usize, field: &str) -> Result<T, Error> {
        field.parse().map_err(|_| self.wrong(line, format!("expected a number, found {field}")))
    }
}
