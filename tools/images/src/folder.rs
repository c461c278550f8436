//! A folder of images, with a folder inside for each class.

use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use const_cnn::{Network, Packed, Shape};

use crate::{Error, PIXELS, read_bytes};

/// The images of a folder for the network `N`, as bytes, in the order of their names.
pub struct Folder<N: Network> {
    /// The pixels of all images.
    pub pixels: Vec<u8>,
    /// The class of each.
    pub labels: Vec<usize>,
    /// The file of each.
    pub files: Vec<PathBuf>,
    /// The names of the classes: of the folders.
    pub classes: Vec<String>,
    network: PhantomData<N>,
}

impl<N: Network> Folder<N> {
    /// Reads all PNG and JPEG files of the folders in `path`, each of which is a class: `photos/cats/1.png`. Other files, and
    /// what begins with a dot, are left alone.
    ///
    /// # Errors
    ///
    /// [`Error::Classes`] when there are not as many folders as the network gives values, [`Error::Input`] as [`read_bytes`].
    /// Then of all folders without images [`Error::NoImage`], of all files that are no images [`Error::Image`] or
    /// [`Error::File`]: where there are several, as [`Error::Several`].
    pub fn read(path: impl AsRef<Path>) -> Result<Folder<N>, Error> {
        let path = path.as_ref();
        let folders: Vec<PathBuf> = entries(path)?.into_iter().filter(|path| path.is_dir()).collect();
        let name =
            |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let classes: Vec<String> = folders.iter().map(name).collect();
        if classes.len() != N::Output::LEN {
            return Err(Error::Classes { path: path.into(), expected: N::Output::LEN, found: classes });
        }
        let (pixels, labels, files) = (Vec::new(), Vec::new(), Vec::new());
        let mut all = Folder { pixels, labels, files, classes, network: PhantomData };
        let mut errors = Vec::new();
        for (class, folder) in folders.into_iter().enumerate() {
            let files: Vec<PathBuf> = entries(&folder)?.into_iter().filter(|path| is_image(path)).collect();
            if files.is_empty() {
                errors.push(Error::NoImage { path: folder });
            }
            for file in files {
                match read_bytes::<N>(&file) {
                    Ok(pixels) => all.pixels.extend(pixels),
                    Err(error @ Error::Input { .. }) => return Err(error),
                    Err(error) => errors.push(error),
                }
                all.labels.push(class);
                all.files.push(file);
            }
        }
        Error::of(errors).map(|()| all)
    }

    /// The indices of the images to train on, and of those to validate with: of each class the share `held_out`, as
    /// [`split`](const_cnn::split) does it.
    ///
    /// # Errors
    ///
    /// [`Error::Few`] of each class of which so few images are there that none would be held out, or all; as
    /// [`Error::Several`], where there are several. [`Error::Data`] when the share is not from 0 to 1.
    pub fn split(&self, held_out: f32, seed: u64) -> Result<(Vec<usize>, Vec<usize>), Error> {
        let mut indices = vec![0; self.labels.len()];
        let (train, validation) = const_cnn::split(&self.labels, held_out, seed, &mut indices)?;
        let expected = least(held_out);
        let mut errors = Vec::new();
        for class in 0..self.classes.len() {
            let mut files =
                self.files.iter().zip(&self.labels).filter(|(_, label)| **label == class).map(|(file, _)| file);
            let (first, found) = (files.next(), files.count() + 1);
            if let Some(path) = first.and_then(|file| file.parent())
                && found < expected
            {
                errors.push(Error::Few { path: path.into(), expected, found });
            }
        }
        Error::of(errors).map(|()| (train.into(), validation.into()))
    }

    /// The images, to train on or to evaluate with: values from 0 to 1.
    ///
    /// # Errors
    ///
    /// As [`Packed::new`], if the public fields were changed.
    pub fn data(&self) -> Result<Packed<'_, N::Input, u8, usize>, const_cnn::Error> {
        Packed::new(PIXELS, &self.pixels, &self.labels, self.classes.len())
    }
}

/// The fewest images of which this share, rounded to the nearest, is some and not all; 0, where there is no such count.
fn least(held_out: f32) -> usize {
    let is_parted = |count: &usize| (1..*count).contains(&((held_out * *count as f32 + 0.5) as usize));
    (2..1_000_000).find(is_parted).unwrap_or(0)
}

/// What is in a folder and does not begin with a dot, in the order of the names.
fn entries(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let told = |error| Error::File { path: path.into(), error };
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(told)? {
        let entry = entry.map_err(told)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

fn is_image(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    path.is_file() && extension.is_some_and(|extension| ["png", "jpg", "jpeg"].contains(&extension.as_str()))
}
