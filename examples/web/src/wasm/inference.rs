//! What the page calls: it writes parameters and calls `load`; it writes an image, calls `classify` and reads what each
//! layer gave.

use core::cell::RefCell;
use core::slice::IterMut;

use const_cnn::{Input, Layer, Network, Ordered, Output, Parameters, Row, Scores, Zero};

use super::Shared;
use crate::Net;

static PAGE: Shared<Page> = Shared(RefCell::new(Page {
    net: Net::ZERO,
    parameters: [0; _],
    image: Zero::ZERO,
    scratch: Zero::ZERO,
    activations: [0.0; _],
    chances: Zero::ZERO,
}));

struct Page {
    net: Net,
    parameters: [u8; Net::PARAMETER_BYTES],
    image: Input<Net, f32>,
    scratch: <Net as Layer>::Scratch<f32>,
    activations: [f32; values(Net::LAYERS)],
    chances: Output<Net, f32>,
}

/// How many values all layers give.
const fn values(layers: &[Row]) -> usize {
    let (mut sum, mut n) = (0, 0);
    while n < layers.len() {
        let (mut len, mut d) = (1, 0);
        while d < layers[n].output.len() {
            len *= layers[n].output[d];
            d += 1;
        }
        sum += len;
        n += 1;
    }
    sum
}

/// Where the page writes parameters, as `write_le` does.
#[unsafe(no_mangle)]
extern "C" fn parameters() -> *mut u8 {
    PAGE.borrow().parameters.as_mut_ptr()
}

/// How many bytes they are.
#[unsafe(no_mangle)]
extern "C" fn parameter_bytes() -> usize {
    Net::PARAMETER_BYTES
}

/// Makes them those of the network; says whether they are finite.
#[unsafe(no_mangle)]
extern "C" fn load() -> bool {
    let page = &mut *PAGE.borrow();
    page.net.read_le(&page.parameters).is_ok()
}

/// Where the page writes pixels, each from 0 to 1, row by row.
#[unsafe(no_mangle)]
extern "C" fn image() -> *mut f32 {
    PAGE.borrow().image.as_flattened_mut().as_flattened_mut().as_mut_ptr()
}

/// Computes the chances of the classes and what each layer gives.
#[unsafe(no_mangle)]
extern "C" fn classify() {
    let page = &mut *PAGE.borrow();
    let mut to = page.activations.iter_mut();
    page.net.activations(&page.image, &mut page.scratch, &mut page.chances, |_, _, values| write(values, &mut to));
    <Net as Layer>::Output::to_probabilities(&mut page.chances);
}

#[inline(never)] // it is called for each layer
fn write(values: Ordered, to: &mut IterMut<f32>) {
    for (value, to) in values.zip(to) {
        *to = value;
    }
}

/// The chances of the classes.
#[unsafe(no_mangle)]
extern "C" fn chances() -> *const f32 {
    PAGE.borrow().chances.as_ptr()
}

/// What the layers gave, one after another, each in the order channel, row, column.
#[unsafe(no_mangle)]
extern "C" fn activations() -> *const f32 {
    PAGE.borrow().activations.as_ptr()
}

/// A line for each layer, then for each array of parameters: its name, and its dimensions.
#[unsafe(no_mangle)]
extern "C" fn description() -> *const u8 {
    DESCRIPTION.as_ptr()
}

/// How many bytes that is.
#[unsafe(no_mangle)]
extern "C" fn description_bytes() -> usize {
    DESCRIPTION.len()
}

static DESCRIPTION: [u8; TEXT.len] = *TEXT.bytes.first_chunk().unwrap();

const TEXT: Text = {
    let mut text = Text { bytes: [0; 4096], len: 0 };
    let mut n = 0;
    while n < Net::LAYERS.len() {
        text.push_line(&[Net::LAYERS[n].name], Net::LAYERS[n].output);
        n += 1;
    }
    let mut n = 0;
    while let Some(array) = Net::ARRAYS.get(n) {
        text.push_line(array.path(), array.dims());
        n += 1;
    }
    text
};

/// Text put together by the compiler: the module has no code that formats.
struct Text {
    bytes: [u8; 4096],
    len: usize,
}

impl Text {
    /// Names with dots between them, and dimensions.
    const fn push_line(&mut self, path: &[&str], dims: &[usize]) {
        let mut n = 0;
        while n < path.len() {
            if n > 0 {
                self.push(b".");
            }
            self.push(path[n].as_bytes());
            n += 1;
        }
        let mut n = 0;
        while n < dims.len() {
            self.push(b" ");
            self.push_number(dims[n]);
            n += 1;
        }
        self.push(b"\n");
    }

    const fn push_number(&mut self, number: usize) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        self.push(&[b'0' + (number % 10) as u8]);
    }

    const fn push(&mut self, text: &[u8]) {
        let mut n = 0;
        while n < text.len() {
            self.bytes[self.len] = text[n];
            self.len += 1;
            n += 1;
        }
    }
}
