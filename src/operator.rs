//! What a layer computes, as data: so that a network can be written down in another format by one who knows no types.

use crate::Axis;

/// What a layer computes: how it is called in [`network!`](crate::network!), and its numbers.
///
/// Sizes are not among them, which the table's rows have, nor what it learns. [`Row`](crate::Row) has it for each line. That of a
/// network is `chain`, and `written` says how the sizes at its ends stand there: `[1, SIDE, SIDE] => [10]`.
///
/// ```
/// use const_cnn::{LeakyRelu, Layer, Number, Vector};
/// let operator = LeakyRelu::<Vector<4>>::OPERATOR;
/// assert_eq!(operator.name, "leaky_relu");
/// assert_eq!(operator.get("slope"), Some(Number::Real(0.01f32.to_bits())));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The word: `conv2d`, `relu`, `residual`.
    pub name: &'static str,
    /// The numbers, each with its name.
    pub numbers: &'static [(&'static str, Number)],
}

impl Operator {
    /// What a layer computes that does not say so.
    pub const CUSTOM: Operator = Operator::word("custom");

    /// That of a layer without numbers.
    pub const fn word(name: &'static str) -> Operator {
        Operator { name, numbers: &[] }
    }

    /// The number that is called `name`.
    pub const fn get(&self, name: &str) -> Option<Number> {
        let mut n = 0;
        while n < self.numbers.len() {
            if is(self.numbers[n].0.as_bytes(), name.as_bytes()) {
                return Some(self.numbers[n].1);
            }
            n += 1;
        }
        None
    }
}

/// As `==`, which is not for constants.
const fn is(a: &[u8], b: &[u8]) -> bool {
    let mut n = 0;
    while n < a.len() && n < b.len() && a[n] == b[n] {
        n += 1;
    }
    n == a.len() && n == b.len()
}

/// A number of a layer, or several.
///
/// ```
/// use const_cnn::{Network, Number, network};
///
/// network! {
///     struct Net: [1, 8, 8] => [2, 4, 4] {
///         conv: conv2d(2, kernel 3, stride 2, padding same),
///         drop: dropout(0.5),
///     }
/// }
/// let [conv, drop] = [0, 1].map(|n| Net::LAYERS[n].operator);
/// let Some(Number::Axes([rows, _])) = conv.get("window") else { panic!("{conv:?}") };
/// assert_eq!((rows.kernel, rows.stride), (3, 2));
/// let half = Number::Real(0.5f32.to_bits());
/// assert!(drop.numbers.iter().any(|&(_, number)| number == half));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A window's axes, from top to bottom and from left to right. A sequence is an image of one row.
    Axes([Axis; 2]),
    /// An integer.
    Integer(usize),
    /// Of rows, and of columns.
    Pair([usize; 2]),
    /// At the top, at the bottom, on the left and on the right.
    Sides([usize; 4]),
    /// The bits of an `f32`.
    Real(u32),
    /// Whether something is so.
    Is(bool),
    /// One of several words, such as `reflect`.
    Name(&'static str),
}
