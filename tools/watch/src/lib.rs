//! A terminal view of training, for any network, loss and data: curves, a confusion matrix that fills up, the images that the
//! network gets most wrong, and how fast it is.
//!
//! ```
//! use const_cnn::{Sgd, Trainer, Zero, network};
//! use watch::Watch;
//!
//! network! {
//!     struct Sign: [1] => [2] { logits: linear(2) }
//! }
//! let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
//! let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::boxed());
//!
//! let mut watch = Watch::<Sign, _>::new(&data, 20, &["negative", "positive"])?; // 1
//! let sgd = Sgd::new(0.1, 0.9)?;
//! let fit = trainer.fit(&mut net, &sgd, &data, 20, 2).validation(&data);
//! fit.callback(|progress, net| watch.see(progress, net)).run()?; // 2
//! watch.finish()?; // 3
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod draw;
mod error;
mod picture;
mod screen;
mod view;
mod watch;

pub use draw::draw;
pub use error::Error;
pub use view::View;
pub use watch::Watch;
