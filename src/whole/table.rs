//! A network's layers and their sizes, to be printed.

use core::fmt;

use crate::element::Scratch;
use crate::{Network, Row, Shape};

/// A network's layers, their sizes and the totals. Print it with `{}`.
///
/// ```
/// use const_cnn::{Network, network};
/// network! {
///     struct Net: [1, 8, 8] => [10] { flatten: flatten, logits: linear(10) }
/// }
/// let table = Net::table();
/// println!("{table}");
/// let logits = table.rows[1];
/// assert_eq!((logits.name, logits.output, logits.parameters), ("logits", &[10][..], 650));
/// assert_eq!(table.training_bytes, Net::TRAINING_BYTES);
/// ```
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
            rows: N::ROWS,
            inference_bytes: 4 * <N::Scratch<f32> as Scratch<f32>>::LEN,
            training_bytes: super::training_bytes::<N, f32>(),
        }
    }
}

/// The last row, before anything is added.
const TOTAL: Row = Row { name: "total", ..Row::EMPTY };

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.width(0)).max().unwrap_or(0).max(self.name.len()).max("total".len());
        let rule = |f: &mut fmt::Formatter| writeln!(f, "{:-<1$}", "", width + 50);
        writeln!(f, "{:width$}  {:>14}{:>12}{:>12}{:>10}", self.name, "output", "parameters", "mul-adds", "bytes")?;
        rule(f)?;
        writeln!(f, "{:width$}  {:>14}", "input", Dims(self.input))?;
        let mut total = TOTAL;
        for row in self.rows {
            write_row(f, row, 0, width)?;
            total.parameters += row.parameters;
            total.multiply_accumulates += row.multiply_accumulates;
            total.bytes += row.bytes;
        }
        rule(f)?;
        write_row(f, &total, 0, width)?;
        writeln!(f, "inference: {} bytes beside the parameters", self.inference_bytes)?;
        write!(f, "training: {} bytes, parameters included", self.training_bytes)
    }
}

/// A row, and beneath it, a step to the right, those of the layers that it is made of.
fn write_row(f: &mut fmt::Formatter, row: &Row, depth: usize, width: usize) -> fmt::Result {
    let Row { name, output, parameters, multiply_accumulates, bytes, rows, .. } = *row;
    if !name.is_empty() {
        let (output, step, width) = (Dims(output), STEP * depth, width - STEP * depth);
        writeln!(f, "{:step$}{name:width$}  {output:>14}{parameters:>12}{multiply_accumulates:>12}{bytes:>10}", "")?;
    }
    let depth = if name.is_empty() { depth } else { depth + 1 };
    rows.iter().try_for_each(|row| write_row(f, row, depth, width))
}

/// How far to the right the layers of a block stand.
const STEP: usize = 2;

impl Row {
    /// How wide the first column is with it, and with the layers that it is made of.
    fn width(&self, depth: usize) -> usize {
        let inner = if self.name.is_empty() { depth } else { depth + 1 };
        let rows = self.rows.iter().map(|row| row.width(inner)).max().unwrap_or(0);
        rows.max(STEP * depth + self.name.len())
    }
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

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::ToString;

    use super::*;
    use crate::{Axis, Number, Operator};
    use small::Small;

    #[allow(dead_code)] // of all that `network!` writes, the table alone is used
    mod small {
        crate::network! {
            pub struct Small: [2, 5, 4] => [3] {
                conv: conv2d(12, kernel 3, padding 1),
                relu: relu,
                max_pool: max_pool2d(2),
                flatten: flatten,
                a_long_name: linear(3),
            }
        }
    }

    #[test]
    fn a_table_holds_what_its_layers_say() {
        let row = |name, output, parameters, multiply_accumulates, bytes, operator, written| Row {
            name,
            output,
            parameters,
            multiply_accumulates,
            bytes,
            operator,
            written,
            ..Row::EMPTY
        };
        const THREE: Axis = Axis { kernel: 3, stride: 1, dilation: 1, padding: [1, 1] };
        const TWO: Axis = Axis { kernel: 2, stride: 2, dilation: 1, padding: [0, 0] };
        let conv = &[("window", Number::Axes([THREE; 2])), ("groups", Number::Integer(1))];
        let pool = &[("window", Number::Axes([TWO; 2])), ("ceil", Number::Is(false))];
        let table = Table::of::<Small>();
        assert_eq!(table.name, "Small");
        assert_eq!(table.input, [2, 5, 4]);
        let mut before = table.input;
        for row in table.rows {
            assert_eq!((row.input, row.arrays), (before, if row.parameters > 0 { 2 } else { 0 }));
            before = row.output;
        }
        let rows: std::vec::Vec<Row> = table
            .rows
            .iter()
            .map(|row| Row { input: &[], arrays: 0, operation: Row::EMPTY.operation, ..*row })
            .collect();
        assert_eq!(
            rows,
            [
                row(
                    "conv",
                    &[12, 5, 4],
                    12 * (2 * 9 + 1),
                    240 * 18,
                    4 * (228 + 240),
                    Operator { name: "conv2d", numbers: conv },
                    "conv2d(12, kernel 3, padding 1)"
                ),
                row("relu", &[12, 5, 4], 0, 0, 4 * 240, Operator::word("relu"), "relu"),
                row(
                    "max_pool",
                    &[12, 2, 2],
                    0,
                    0,
                    4 * 48,
                    Operator { name: "max_pool2d", numbers: pool },
                    "max_pool2d(2)"
                ),
                row("flatten", &[48], 0, 0, 4 * 48, Operator::word("flatten"), "flatten"),
                row("a_long_name", &[3], 49 * 3, 48 * 3, 4 * (147 + 3), Operator::word("linear"), "linear(3)"),
            ]
        );
        let dense = Row::of::<crate::Linear<48, 3>>("a_long_name");
        assert_eq!(Row { written: "linear(3)", ..dense }, table.rows[4]);
        assert_eq!(table.inference_bytes, Small::INFERENCE_BYTES);
        assert_eq!(table.training_bytes, Small::TRAINING_BYTES);
    }

    #[test]
    fn a_table_is_printed_in_columns() {
        let table = Table { inference_bytes: 1234, training_bytes: 56789, ..Table::of::<Small>() };
        let expected = "\
Small                output  parameters    mul-adds     bytes
-------------------------------------------------------------
input                 2x5x4
conv                 12x5x4         228        4320      1872
relu                 12x5x4           0           0       960
max_pool             12x2x2           0           0       192
flatten                  48           0           0       192
a_long_name               3         147         144       600
-------------------------------------------------------------
total                               375        4464      3816
inference: 1234 bytes beside the parameters
training: 56789 bytes, parameters included";
        assert_eq!(table.to_string(), expected);
        assert_eq!(Small::table().to_string(), Table::of::<Small>().to_string());
    }

    #[test]
    fn the_first_column_is_as_wide_as_its_longest_name() {
        const ROW: Row = Row { name: "a", output: &[1], ..TOTAL };
        let width = |name, rows| {
            let text = Table { name, rows, ..Table::of::<Small>() }.to_string();
            let lengths: std::vec::Vec<_> = text.lines().map(str::len).collect();
            assert_eq!(lengths[0], lengths[1]);
            lengths[0] - 50
        };
        assert_eq!(width("Net", &[]), "total".len());
        assert_eq!(width("Net", &[ROW]), "total".len());
        assert_eq!(width("Network", &[ROW]), "Network".len());
        assert_eq!(width("Net", &[ROW, Row { name: "a_convolution", ..ROW }, ROW]), "a_convolution".len());
    }

    #[test]
    fn dimensions_are_padded_as_one_word() {
        assert_eq!(Dims(&[8, 6, 10]).to_string(), "8x6x10");
        assert_eq!(Dims(&[10]).to_string(), "10");
        assert_eq!(Dims(&[]).to_string(), "");
        assert_eq!(
            format!("{:>7}|{:<6}|{:^5}|{:2}", Dims(&[1, 23]), Dims(&[4]), Dims(&[5]), Dims(&[])),
            "   1x23|4     |  5  |  "
        );
    }

    #[test]
    fn text_that_does_not_fit_is_an_error() {
        use fmt::Write;

        // on 64 bits these are 62 bytes
        let mut text = std::string::String::new();
        write!(text, "{}", Dims(&[usize::MAX; 3])).unwrap();
        assert_eq!(text, format!("{0}x{0}x{0}", usize::MAX));
        let mut written = Text { bytes: [0; 64], len: 60 };
        written.write_str("1234").unwrap();
        assert_eq!((written.len, &written.bytes[59..]), (64, &b"\x001234"[..]));
        assert_eq!(written.write_str("5"), Err(fmt::Error));
        assert_eq!(written.len, 64);
    }
}
