//! Values as small images.

use crate::Error;
use crate::picture::Canvas;

/// The most pixels of an image's side, and of a vector; larger ones are made smaller by whole numbers.
const SIDE: usize = 32;
const LEN: usize = 128;

/// How values become colours.
#[derive(Clone, Copy)]
pub enum Scale {
    /// From the largest negative one through 0 to the largest positive one: `1 / largest`.
    Signed(f32),
    /// From dark to light, or in colour where there are three channels: the least, and `1 / (most − least)`.
    Light(f32, f32),
}

impl Scale {
    /// For all of these, around 0.
    pub fn signed(values: &[f32]) -> Scale {
        let largest = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        Scale::Signed(if largest > 0.0 { 1.0 / largest } else { 0.0 })
    }

    /// For all of these, from the least to the most.
    pub fn light(values: &[f32]) -> Scale {
        let (least, most) = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
        Scale::Light(least, if most > least { 1.0 / (most - least) } else { 0.0 })
    }
}

/// An image `[channels, height, width]`, as it is drawn.
pub struct Small<'a> {
    values: &'a [f32],
    channels: usize,
    height: usize,
    width: usize,
    /// How many pixels of a side become one.
    shrink: usize,
}

impl<'a> Small<'a> {
    /// `[C, H, W]` is C channels, or one that is chosen before; `[H, W]` and `[N]` are one.
    pub fn new(dims: &[usize], values: &'a [f32]) -> Small<'a> {
        let (channels, height, width) = match *dims {
            [channels, height, width] => (channels, height, width),
            [height, width] => (1, height, width),
            _ => (1, 1, values.len()),
        };
        let shrink = if dims.len() == 1 { width.div_ceil(LEN) } else { height.max(width).div_ceil(SIDE) }.max(1);
        Small { values, channels, height, width, shrink }
    }

    /// Rows and columns as they are drawn.
    pub fn size(&self) -> (usize, usize) {
        (self.height.div_ceil(self.shrink), self.width.div_ceil(self.shrink))
    }

    /// The mean of the values that are one pixel.
    fn at(&self, channel: usize, row: usize, column: usize) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0);
        for row in row * self.shrink..((row + 1) * self.shrink).min(self.height) {
            for column in column * self.shrink..((column + 1) * self.shrink).min(self.width) {
                sum += self.values[(channel * self.height + row) * self.width + column];
                count += 1.0;
            }
        }
        sum / count
    }

    pub fn draw(&self, canvas: &Canvas, at: (i32, i32), cell: i32, scale: Scale) -> Result<(), Error> {
        canvas.image(at, self.size(), cell, |row, column| match scale {
            Scale::Signed(factor) => canvas.colours.signed(self.at(0, row, column) * factor),
            Scale::Light(least, factor) => {
                let part = |channel| (255.0 * (self.at(channel, row, column) - least) * factor).round() as u8;
                let of = |n| if self.channels == 3 { part(n) } else { part(0) };
                plotters::style::RGBColor(of(0), of(1), of(2))
            }
        })
    }
}

/// How large a pixel is, so that `columns` of them take at most `width`.
pub fn cell(columns: usize, width: i32) -> i32 {
    (width / columns.max(1) as i32).clamp(1, 14)
}

/// The scale's legend, its right end there.
pub fn legend(canvas: &Canvas, (x, y): (i32, i32)) -> Result<(), Error> {
    use crate::picture::At;
    canvas.text("most below 0", (x - 232, y), 14, canvas.colours.note, At::Right)?;
    for n in 0..33 {
        canvas.fill((x - 224 + 4 * n, y - 6), (4, 12), canvas.colours.signed((n - 16) as f32 / 16.0))?;
    }
    canvas.text("most above 0", (x - 84, y), 14, canvas.colours.note, At::Left)
}
