//! Images as they lie in flash: a byte for each pixel, not a float.

use const_cnn::Scale;

/// 64 pixels, row by row, from 0 (white) to 16 (black); then the digit that the image shows.
pub type Record = [u8; 65];

/// The records that `bytes` consist of.
pub const fn records(bytes: &[u8]) -> &[Record] {
    let (records, rest) = bytes.as_chunks();
    assert!(rest.is_empty(), "the bytes are no whole number of records");
    records
}

/// The image, as a network takes it.
pub fn image(record: &Record) -> [[[f32; 1]; 8]; 8] {
    let mut image = [[[0.0; 1]; 8]; 8];
    for (pixel, &byte) in image.as_flattened_mut().iter_mut().zip(record) {
        *pixel = [f32::from(byte) / 16.0];
    }
    image
}

/// What each value of a pixel is in int8.
pub const fn pixels(scale: Scale) -> [i8; 17] {
    let (mut values, mut n) = ([0; 17], 0);
    while n < values.len() {
        values[n] = scale.quantize(n as f32 / 16.0);
        n += 1;
    }
    values
}

/// The digit that the image shows.
pub fn label(record: &Record) -> usize {
    usize::from(record[64])
}
