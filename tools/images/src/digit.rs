//! A picture of a digit, as the data of the example `digits` were made.

use std::path::Path;

use image::imageops::{FilterType, blur, resize};
use image::{DynamicImage, GrayImage, ImageBuffer, Luma};

use crate::Error;
use crate::read::open;

/// In the data every digit is 32 pixels high, nearly all are 20 wide, and 312 of the pixels are black on average.
const SIDE: u32 = 32;
const WIDTH: f32 = 20.0;
const INK: usize = 312;
/// The most that one direction is scaled more than the other.
const STRETCH: f32 = 1.5;

/// The 8 × 8 pixels, each from 0 (white) to 1 (black), of a digit that a PNG or JPEG file shows, dark on light or light on
/// dark, scaled as the web page does it: to 20 × 32 pixels in the middle of 32 × 32, strokes as thick as those of the data,
/// and counted in blocks of 4 × 4.
///
/// # Errors
///
/// [`Error::File`] and [`Error::Image`], and [`Error::Blank`] when nothing is drawn.
pub fn digit(path: impl AsRef<Path>) -> Result<[f32; 64], Error> {
    let path = path.as_ref();
    let ink = ink(&DynamicImage::ImageRgb8(open(path)?).to_luma8());
    let ink = ink.ok_or_else(|| Error::Blank { path: path.into() })?;
    let fitted = fitted(&ink);
    // how dark it is there and next to it, or else, where strokes are thin, how near they are: the darkest are black
    let (near, far) = (blur(&fitted, 1.0).into_raw(), blur(&fitted, 4.0).into_raw());
    let dark: Vec<f32> = near.iter().zip(far).map(|(near, far)| near + 0.01 * far).collect();
    let mut order: Vec<usize> = (0..dark.len()).collect();
    order.sort_by(|&a, &b| dark[b].total_cmp(&dark[a]));
    let mut counts = [0.0; 64];
    for &n in order.iter().take(INK).filter(|&&n| dark[n] > 0.0) {
        counts[n / (4 * SIDE as usize) * 8 + n % SIDE as usize / 4] += 1.0 / 16.0;
    }
    Ok(counts)
}

/// The strokes, white on black, and nothing around them; none where all is about the same.
fn ink(image: &GrayImage) -> Option<GrayImage> {
    let (width, height) = image.dimensions();
    let extent = image.pixels().fold((255, 0), |(least, most), pixel| (pixel.0[0].min(least), pixel.0[0].max(most)));
    if extent.1.saturating_sub(extent.0) < 32 {
        return None;
    }
    let middle = (u16::from(extent.0) + u16::from(extent.1)) as f32 / 2.0;
    let is_edge = |x, y| x == 0 || y == 0 || x + 1 == width || y + 1 == height;
    let edge: Vec<f32> =
        image.enumerate_pixels().filter(|&(x, y, _)| is_edge(x, y)).map(|(_, _, pixel)| pixel.0[0].into()).collect();
    let is_light = edge.iter().sum::<f32>() / edge.len() as f32 > middle; // the ground
    let is_ink = |pixel: &Luma<u8>| (f32::from(pixel.0[0]) < middle) == is_light;
    let places = || image.enumerate_pixels().filter(|(_, _, pixel)| is_ink(pixel));
    let (left, right) = (places().map(|place| place.0).min()?, places().map(|place| place.0).max()?);
    let (top, bottom) = (places().map(|place| place.1).min()?, places().map(|place| place.1).max()?);
    Some(GrayImage::from_fn(right - left + 1, bottom - top + 1, |x, y| {
        Luma([if is_ink(image.get_pixel(left + x, top + y)) { 255 } else { 0 }])
    }))
}

/// Scaled, in the middle of 32 × 32 pixels.
fn fitted(ink: &GrayImage) -> ImageBuffer<Luma<f32>, Vec<f32>> {
    let (width, height) = (ink.width() as f32, ink.height() as f32);
    let (mut across, mut down) = (WIDTH / width, SIDE as f32 / height);
    across = across.min(STRETCH * down);
    down = down.min(STRETCH * across);
    let size = |len: f32| (len.round() as u32).clamp(1, SIDE);
    let (width, height) = (size(width * across), size(height * down));
    let ink: ImageBuffer<Luma<f32>, Vec<f32>> = DynamicImage::ImageLuma8(ink.clone()).to_luma32f();
    let small = resize(&ink, width, height, FilterType::Triangle);
    let (left, top) = ((SIDE - width) / 2, (SIDE - height) / 2);
    ImageBuffer::from_fn(SIDE, SIDE, |x, y| {
        let inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
        if inside { *small.get_pixel(x - left, y - top) } else { Luma([0.0]) }
    })
}
