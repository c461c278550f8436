//! A network's layers and their sizes, to be printed.

use core::fmt;

use crate::{Layer, Network, Shape};

/// One layer in a network's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The layer's name.
    pub name: &'static str,
    /// What it gives: `[C, H, W]` or `[N]`.
    pub output: &'static [usize],
    /// How many numbers it learns.
    pub parameters: usize,
    /// The multiplications with an addition that one image takes.
    pub multiply_accumulates: usize,
    /// The bytes of its parameters and, for one image, of its output.
    pub bytes: usize,
}

impl Row {
    /// The row of a layer called `name`.
    pub const fn of<L: Layer>(name: &'static str) -> Row {
        Row {
            name,
            output: L::Output::DIMS,
            parameters: L::COUNT,
            multiply_accumulates: L::MULTIPLY_ACCUMULATES,
            bytes: 4 * (L::COUNT + L::Output::LEN),
        }
    }
}

/// A network's layers, their sizes and the totals. Print it with `{}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// The network's name.
    pub name: &'static str,
    /// What it takes.
    pub input: &'static [usize],
    /// Its layers.
    pub rows: &'static [Row],
    /// The bytes that inference on one image writes on.
    pub inference_bytes: usize,
    /// The bytes of training one image at a time.
    pub training_bytes: usize,
}

impl Table {
    /// The table of a network.
    pub fn of<N: Network>() -> Table {
        Table {
            name: N::NAME,
            input: N::Input::DIMS,
            rows: N::LAYERS,
            inference_bytes: size_of::<N::Scratch<f32>>(),
            training_bytes: crate::training_bytes::<N, f32>(),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = |row: &Row| row.name.len();
        let width = self.rows.iter().map(name).max().unwrap_or(0).max(self.name.len()).max("total".len());
        let rule = |f: &mut fmt::Formatter| writeln!(f, "{:-<1$}", "", width + 50);
        writeln!(f, "{:width$}  {:>14}{:>12}{:>12}{:>10}", self.name, "output", "parameters", "mul-adds", "bytes")?;
        rule(f)?;
        writeln!(f, "{:width$}  {:>14}", "input", Dims(self.input))?;
        let mut total = Row { name: "total", output: &[], parameters: 0, multiply_accumulates: 0, bytes: 0 };
        for row in self.rows {
            write_row(f, row, width)?;
            total.parameters += row.parameters;
            total.multiply_accumulates += row.multiply_accumulates;
            total.bytes += row.bytes;
        }
        rule(f)?;
        write_row(f, &total, width)?;
        writeln!(f, "inference: {} bytes beside the parameters", self.inference_bytes)?;
        write!(f, "training: {} bytes, parameters included", self.training_bytes)
    }
}

fn write_row(f: &mut fmt::Formatter, row: &Row, width: usize) -> fmt::Result {
    let Row { name, output, parameters, multiply_accumulates, bytes } = *row;
    let output = Dims(output);
    writeln!(f, "{name:width$}  {output:>14}{parameters:>12}{multiply_accumulates:>12}{bytes:>10}")
}

/// Dimensions as `8x6x6`, or as nothing.
struct Dims(&'static [usize]);

impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // `pad` wants one string: it is put together on the stack
        let mut text = Text { bytes: [0; 64], len: 0 };
        for (n, size) in self.0.iter().enumerate() {
            fmt::Write::write_fmt(&mut text, format_args!("{}{size}", if n > 0 { "x" } else { "" }))?;
        }
        f.pad(core::str::from_utf8(&text.bytes[..text.len]).unwrap_or(""))
    }
}

struct Text {
    bytes: [u8; 64],
    len: usize,
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
