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
    /// [`Error::Classes`] when there are not as many folders as the network gives values, [`Error::NoImage`] when one has no
    /// images, and as [`read_bytes`].
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
        for (class, folder) in folders.into_iter().enumerate() {
            let files: Vec<PathBuf> = entries(&folder)?.into_iter().filter(|path| is_image(path)).collect();
            if files.is_empty() {
                return Err(Error::NoImage { path: folder });
            }
            for file in files {
                all.pixels.extend(read_bytes::<N>(&file)?);
                all.labels.push(class);
                all.files.push(file);
            }
        }
        Ok(all)
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
