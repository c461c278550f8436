//! PNG and JPEG files for networks: a folder to train on, a file to read.
//!
//! ```
//! use const_cnn::{Data, Zero, network};
//! use images::Folder;
//!
//! network! {
//!     pub struct Photos: [3, 8, 8] => [2] { flatten: flatten, logits: linear(2) }
//! }
//! # let temporary = tempfile::tempdir()?;
//! # let folder = temporary.path();
//! # for class in ["cats", "dogs"] {
//! #     std::fs::create_dir(folder.join(class))?;
//! #     for n in 1..=5 {
//! #         image::RgbImage::new(20, 30).save(folder.join(class).join(format!("{n}.png")))?;
//! #     }
//! # }
//! let photos = Folder::<Photos>::read(folder)?; // a folder inside for each class
//! assert_eq!(photos.classes, ["cats", "dogs"]);
//! let (train, held_out) = photos.split(0.2, 0)?; // of each class a fifth is held out
//! let train = photos.data()?.part(&train)?; // for `fit`
//! assert_eq!((train.len(), held_out.len()), (8, 2));
//!
//! let mut net = Photos::boxed();
//! let image = images::read::<Photos>(folder.join("cats/1.png"))?;
//! let chances = const_cnn::Network::predict(&*net, &image);
//! # let _ = (&mut net, chances);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digit;
mod error;
mod folder;
mod read;

pub use digit::digit;
pub use error::Error;
pub use folder::Folder;
pub use read::{read, read_bytes};

/// What the bytes of an image become: values from 0, black, to 1; red, green and blue of a pixel lie together.
pub const PIXELS: const_cnn::Pixels = const_cnn::Pixels::CHANNELS_LAST.scale(1.0 / 255.0);
