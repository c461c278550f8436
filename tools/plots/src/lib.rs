//! Pictures of a run: its curves, what it confuses, how far its chances are right, what it misreads, its kernels and what its
//! layers give of an image. As SVG and PNG, light and dark, and all together as a page.
//!
//! ```
//! use plots::{Theme, curves};
//! use runs::{Epoch, Run};
//!
//! let epoch = |epoch, loss| Epoch { epoch, loss, ..Epoch::default() };
//! let run = Run { epochs: vec![epoch(0, 2.3), epoch(1, 0.4)], ..Run::default() };
//! let picture = curves(&[&run]).expect("there are epochs");
//! assert!(picture.svg(Theme::Light)?.starts_with("<svg"));
//! assert_eq!(&picture.png(Theme::Dark)?[1..4], b"PNG");
//! # Ok::<(), plots::Error>(())
//! ```

mod error;
mod page;
mod picture;
mod pictures;
mod sheet;
mod theme;

pub use error::Error;
pub use page::report;
pub use picture::Picture;
pub use pictures::{activations, confusion, curves, hardest, kernels, reliability};
pub use theme::Theme;
