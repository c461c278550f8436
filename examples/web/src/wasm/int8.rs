//! What the page calls to have the network in int8, too: its worker writes digits and parameters and calls `quantise`; the page
//! writes what that gave, calls `load`, then writes an image and calls `classify`.

use core::cell::RefCell;

use const_cnn::{Input, Int8, Output, Zero};

use super::Shared;
use crate::Net;
use crate::digits::Bytes;
use crate::int8::{Pair, Read};

static PAGE: Shared<Page> = Shared(RefCell::new(Page {
    digits: [0; _],
    parameters: [0; _],
    pair: Pair::ZERO,
    read: Read { images: 0, float: 0, int8: 0, alike: 0 },
    image: Zero::ZERO,
    chances: Zero::ZERO,
}));

struct Page {
    digits: Bytes,
    parameters: [u8; Net::PARAMETER_BYTES],
    pair: Pair,
    read: Read,
    image: Input<Net, f32>,
    chances: Output<Net, f32>,
}

/// Where the worker writes the digits.
#[unsafe(no_mangle)]
extern "C" fn digits() -> *mut u8 {
    PAGE.borrow().digits.as_mut_ptr()
}

/// How many bytes they are.
#[unsafe(no_mangle)]
extern "C" fn digits_bytes() -> usize {
    size_of::<Bytes>()
}

/// Where the worker writes parameters, as `write_le` does.
#[unsafe(no_mangle)]
extern "C" fn parameters() -> *mut u8 {
    PAGE.borrow().parameters.as_mut_ptr()
}

/// How many bytes they are.
#[unsafe(no_mangle)]
extern "C" fn parameter_bytes() -> usize {
    Net::PARAMETER_BYTES
}

/// Makes the int8 form of the network of these parameters, and reads the digits that the seed holds out with both.
/// Says whether the parameters are finite.
#[unsafe(no_mangle)]
extern "C" fn quantise(seed: u32) -> bool {
    let Page { digits, parameters, pair, read, .. } = &mut *PAGE.borrow();
    let made = pair.digits.read(digits).and_then(|()| pair.quantise(parameters, seed.into()));
    made.map(|found| *read = found).is_ok()
}

/// How many digits are held out.
#[unsafe(no_mangle)]
extern "C" fn images() -> usize {
    PAGE.borrow().read.images
}

/// How many of them the network reads in float.
#[unsafe(no_mangle)]
extern "C" fn float() -> usize {
    PAGE.borrow().read.float
}

/// How many in int8.
#[unsafe(no_mangle)]
extern "C" fn int8() -> usize {
    PAGE.borrow().read.int8
}

/// How many both take for the same.
#[unsafe(no_mangle)]
extern "C" fn alike() -> usize {
    PAGE.borrow().read.alike
}

/// The bytes of the int8 form in memory, as a `static` has them.
#[unsafe(no_mangle)]
extern "C" fn int8_bytes() -> usize {
    size_of::<Int8<Net>>()
}

/// The bytes that it is made from: `quantise` writes them, or the page does, and calls `load`.
#[unsafe(no_mangle)]
extern "C" fn source() -> *mut u8 {
    PAGE.borrow().pair.source.as_mut_ptr()
}

/// How many they are.
#[unsafe(no_mangle)]
extern "C" fn source_bytes() -> usize {
    Int8::<Net>::SOURCE_BYTES
}

/// Makes them the int8 form; says whether they are one.
#[unsafe(no_mangle)]
extern "C" fn load() -> bool {
    PAGE.borrow().pair.load().is_ok()
}

/// Where the page writes pixels, each from 0 to 1, row by row.
#[unsafe(no_mangle)]
extern "C" fn image() -> *mut f32 {
    PAGE.borrow().image.as_flattened_mut().as_flattened_mut().as_mut_ptr()
}

/// Computes the chances of the classes in int8; says whether there is an int8 form.
#[unsafe(no_mangle)]
extern "C" fn classify() -> bool {
    let Page { pair, image, chances, .. } = &mut *PAGE.borrow();
    pair.predict(image).map(|found| *chances = found).is_some()
}

/// The chances of the classes.
#[unsafe(no_mangle)]
extern "C" fn chances() -> *const f32 {
    PAGE.borrow().chances.as_ptr()
}
