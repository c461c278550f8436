//! What a training run gave, kept in a file: JSON lines, and the epochs as CSV beside them.
//!
//! A [`Log`] writes them, from the callback of a `fit`; [`Run::read`] reads them back. [`Samples`] is what a network makes of
//! each image, its loss among it, for any network, loss and data.
//!
//! ```
//! use const_cnn::{Sgd, Trainer, Zero, network};
//! use runs::{Log, Run, Samples};
//!
//! network! {
//!     struct Sign: [1] => [2] { logits: linear(2) }
//! }
//! let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
//! let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::boxed());
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("sign.jsonl");
//!
//! let mut log = Log::create::<Sign>(&path, &["negative", "positive"]); // 1
//! let sgd = Sgd::new(0.1, 0.9)?;
//! let fit = trainer.fit(&mut net, &sgd, &data, 20, 2).validation(&data);
//! fit.callback(|progress, net| log.see(progress, net)).run()?; // 2
//! log.end(&net, &data, &mut Samples::<Sign>::new())?; // 3
//!
//! let run = Run::read(&path)?;
//! assert_eq!((run.epochs.len(), run.samples.len()), (20, 4));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod line;
mod log;
mod run;
mod samples;

pub use error::Error;
pub use line::{Epoch, Head, Layer, Line, Sample, Values};
pub use log::Log;
pub use run::Run;
pub use samples::Samples;
