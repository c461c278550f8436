//! Reading a file.

use std::path::Path;

use const_cnn::{Input, Network, Shape};
use image::imageops::{FilterType, resize};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use crate::{Error, PIXELS};

/// An image for the network `N`, from a PNG or JPEG file of any size: values from 0, black, to 1.
///
/// It is stretched to the height and width that the network takes. Of a camera's photos those that lie on a side are turned; what
/// is transparent is white.
///
/// # Errors
///
/// As [`read_bytes`].
pub fn read<N: Network>(path: impl AsRef<Path>) -> Result<Input<N, f32>, Error> {
    let bytes = read_bytes::<N>(path)?;
    Ok(PIXELS.image::<N::Input, u8>(&bytes)?)
}

/// The same as bytes, row after row, each pixel's channels together: what a camera would give a program without a file system.
///
/// # Errors
///
/// [`Error::File`] and [`Error::Image`], and [`Error::Input`] when the network takes no images of one or three channels.
pub fn read_bytes<N: Network>(path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
    let (channels, height, width) = match *N::Input::DIMS {
        [channels @ (1 | 3), height, width] => (channels, height as u32, width as u32),
        _ => return Err(Error::Input { found: N::Input::DIMS }),
    };
    let image = open(path.as_ref())?;
    Ok(match channels {
        1 => resize(&DynamicImage::ImageRgb8(image).to_luma8(), width, height, FilterType::Triangle).into_raw(),
        _ => resize(&image, width, height, FilterType::Triangle).into_raw(),
    })
}

/// A file's image, turned as the camera was, on white.
pub(crate) fn open(path: &Path) -> Result<RgbImage, Error> {
    let file = |error| Error::File { path: path.into(), error };
    let broken = |error| Error::Image { path: path.into(), error };
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(file)?;
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    if !image.color().has_alpha() {
        return Ok(image.into_rgb8());
    }
    let image = image.into_rgba8();
    Ok(RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0.map(u32::from);
        image::Rgb([red, green, blue].map(|value| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    }))
}
