//! Parameters as Rust source.

use core::fmt::{self, Write};

use crate::{Array, Parameters};

/// Writes `pub const NAME: TYPE`, whose parameters are those of `parameters`, as Rust source.
///
/// Each array is assigned to the field that its path names. Every bit of every finite number is kept; NaN and infinity
/// are written as expressions that give the same bits.
///
/// ```
/// use const_cnn::{Linear, write_source};
/// let dense = Linear::<1, 2> { weight: [[0.1, -0.0]], bias: [1e-40, 3.0] };
/// let mut source = String::new();
/// write_source(&dense, "DENSE", "const_cnn::Linear<1, 2>", &mut source).unwrap();
/// assert_eq!(source, "\
/// pub const DENSE: const_cnn::Linear<1, 2> = {
///     let mut layers = <const_cnn::Linear<1, 2> as const_cnn::Zero>::ZERO;
///     layers.weight = [[0.1, -0.0]];
///     layers.bias = [1e-40, 3.0];
///     layers
/// };
/// ");
/// ```
///
/// # Errors
///
/// Those of `to`.
pub fn write_source<P: Parameters>(parameters: &P, name: &str, type_path: &str, to: &mut impl Write) -> fmt::Result {
    writeln!(to, "pub const {name}: {type_path} = {{")?;
    writeln!(to, "    let mut layers = <{type_path} as const_cnn::Zero>::ZERO;")?;
    for (array, values) in parameters.arrays() {
        write!(to, "    layers")?;
        for segment in array.path() {
            write!(to, ".{segment}")?;
        }
        write!(to, " = ")?;
        write_nested(&array, values, to)?;
        writeln!(to, ";")?;
    }
    writeln!(to, "    layers\n}};")
}

/// Numbers in their order in memory, with brackets where an array begins and ends.
fn write_nested(array: &Array, values: &[f32], to: &mut impl Write) -> fmt::Result {
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            write!(to, ", ")?;
        }
        edges(array, n, |to| to.write_char('['), to)?;
        if value.is_finite() {
            write!(to, "{value:?}")?;
        } else {
            write!(to, "f32::from_bits({:#x})", value.to_bits())?;
        }
        // an array that ends with this number is one that would begin with the next
        edges(array, n + 1, |to| to.write_char(']'), to)?;
    }
    Ok(())
}

/// Calls `write` once for each array, of those nested in one another, that begins with the `n`-th number.
fn edges<W: Write>(array: &Array, n: usize, write: impl Fn(&mut W) -> fmt::Result, to: &mut W) -> fmt::Result {
    let mut len: usize = array.layout.nesting().product();
    for size in array.layout.nesting() {
        if n.is_multiple_of(len) {
            write(to)?;
        }
        len /= size.max(1);
    }
    Ok(())
}
