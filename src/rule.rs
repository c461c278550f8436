//! What a layer's rule is told and says: sizes as values, and sentences put together at compile time.
//!
//! A line of [`network!`](crate::network!) is checked by its layer's rule, a `const fn after(self, former: Former) -> Dims`: it
//! gives the sizes that the layer gives, or panics with a sentence, which the compiler shows at the user's line.

use crate::Shape;

/// Sizes as a value, which constants compute with: `[C, H, W]`, `[C, L]`, `[N]`, or those of a shape of the user's.
///
/// ```
/// use const_cnn::{Dims, Image};
/// const DIMS: Dims = Dims::of::<Image<3, 8, 8>>();
/// assert_eq!((DIMS.rank, DIMS.len()), (3, 192));
/// assert!(DIMS.with_channels(1).same(Dims::new(&[1, 8, 8])));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dims {
    /// How many sizes there are; 0 for [`UNKNOWN`](Dims::UNKNOWN).
    pub rank: usize,
    /// The sizes, then zeros.
    pub sizes: [usize; Dims::MAX_RANK],
    /// Whether they are of a shape that is not the crate's: layers with numbers do not take it.
    pub is_own: bool,
}

impl Dims {
    /// The largest number of sizes.
    pub const MAX_RANK: usize = 6;

    /// How many values a layer takes or gives at most. The compiler makes constants of them, of 64 bytes and more a value: where
    /// these are larger than its memory, it is killed without a word.
    pub const MAX_LEN: usize = 1 << 22;

    /// How many parameters a layer has at most.
    pub const MAX_PARAMETERS: usize = 1 << 24;

    /// What follows from a mistake that has been reported: nothing more is said of it.
    pub const UNKNOWN: Dims = Dims { rank: 0, sizes: [0; Dims::MAX_RANK], is_own: false };

    /// The sizes `[C, H, W]`, `[C, L]` or `[N]`.
    pub const fn new(sizes: &[usize]) -> Dims {
        assert!(sizes.len() <= Dims::MAX_RANK, "a shape has at most six sizes");
        let mut dims = Dims { rank: sizes.len(), ..Dims::UNKNOWN };
        let mut n = 0;
        while n < sizes.len() {
            dims.sizes[n] = sizes[n];
            n += 1;
        }
        dims
    }

    /// The sizes of a shape.
    pub const fn of<X: Shape>() -> Dims {
        Dims { is_own: X::IS_OWN, ..Dims::new(X::DIMS) }
    }

    /// Whether they follow from a mistake that has been reported.
    pub const fn is_unknown(self) -> bool {
        self.rank == 0
    }

    /// How many values there are; as many as there can be where they are more.
    pub const fn len(self) -> usize {
        let (mut product, mut n) = (1usize, 0);
        while n < self.rank {
            product = product.saturating_mul(self.sizes[n]);
            n += 1;
        }
        product
    }

    /// Whether there are no values.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether two shapes have the same sizes.
    pub const fn same(self, other: Dims) -> bool {
        let mut n = 0;
        while n < Dims::MAX_RANK {
            if self.sizes[n] != other.sizes[n] {
                return false;
            }
            n += 1;
        }
        self.rank == other.rank
    }

    /// The same sizes with another number of channels.
    pub const fn with_channels(mut self, channels: usize) -> Dims {
        self.sizes[0] = channels;
        self
    }
}

/// What stands before a line: the line's own name, and what the layer before it gives.
///
/// ```
/// use const_cnn::{Dims, Former};
///
/// /// The rule of a layer that gives the sums of pairs.
/// const fn after(former: Former) -> Dims {
///     let inputs = former.takes("pairs", 1).len();
///     if inputs % 2 == 1 {
///         former.says("pairs takes an even number of values, found ").number(inputs).panic()
///     }
///     former.gives("pairs", Dims::new(&[inputs / 2]), 0)
/// }
/// // of [5] the compiler would say the sentence
/// const GIVEN: Dims = after(Former::by_hand(&[6]));
/// assert_eq!(GIVEN, Dims::new(&[3]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Former {
    /// The line's name.
    pub name: &'static str,
    /// What the layer before it gives.
    pub dims: Dims,
}

impl Former {
    /// What stands before a layer whose type is made by a macro, by hand.
    pub const fn by_hand(sizes: &[usize]) -> Former {
        Former { name: "a layer written by hand", dims: Dims::new(sizes) }
    }

    /// The start of a sentence about this line.
    pub const fn says(self, text: &str) -> Message {
        Message::new(self.name).text(": ").text(text)
    }

    /// The sizes of what the layer before gives: an image `[C, H, W]` (`rank` 3), a sequence `[C, L]` (2) or a vector `[N]`
    /// (1), which `layer` takes.
    ///
    /// # Panics
    ///
    /// With a sentence, where it gives something else.
    #[track_caller]
    pub const fn takes(self, layer: &str, rank: usize) -> Dims {
        if self.dims.rank != rank || self.dims.is_own {
            let kinds = ["", " takes a vector [N]", " takes a sequence [C, L]", " takes an image [C, H, W]"];
            let sentence = self.says(layer).text(kinds[rank]).text(", but the layer before it gives ").dims(self.dims);
            if rank == 1 { sentence.text("; put `flatten` between").panic() } else { sentence.panic() }
        }
        self.dims
    }

    /// The sizes of what the layer before gives, an image, a sequence or a vector, which `layer` takes.
    ///
    /// # Panics
    ///
    /// With a sentence, where it gives a shape of the user's.
    #[track_caller]
    pub const fn takes_any(self, layer: &str) -> Dims {
        if self.dims.is_own {
            let sentence =
                self.says(layer).text(" takes an image [C, H, W], a sequence [C, L] or a vector [N], but the layer ");
            sentence.text("before it gives a shape of your own, ").dims(self.dims).panic();
        }
        self.dims
    }

    /// `dims`, which the layer gives, if they are sizes that it can give.
    ///
    /// # Panics
    ///
    /// With a sentence, where there are no values, more than [`Dims::MAX_LEN`], or more `parameters` than
    /// [`Dims::MAX_PARAMETERS`].
    #[track_caller]
    pub const fn gives(self, layer: &str, dims: Dims, parameters: usize) -> Dims {
        if dims.sizes[0] == 0 {
            let what = if dims.rank == 1 { " gives at least 1 value" } else { " gives at least 1 channel" };
            self.says(layer).text(what).panic();
        }
        if dims.len() > Dims::MAX_LEN {
            let sentence = self.says("the layer gives ").number(dims.len()).text(" values, ").dims(dims);
            sentence.text("; at most ").number(Dims::MAX_LEN).text(" are supported").panic();
        }
        if parameters > Dims::MAX_PARAMETERS {
            let sentence = self.says("the layer has ").number(parameters).text(" parameters");
            sentence.text("; at most ").number(Dims::MAX_PARAMETERS).text(" are supported").panic();
        }
        dims
    }
}

/// A sentence put together at compile time.
///
/// ```
/// use const_cnn::{Dims, Message};
/// const SENTENCE: Message = Message::new("expected ")
///     .number(4)
///     .text(" values, found ")
///     .dims(Dims::new(&[2, 3]));
/// assert_eq!(SENTENCE.as_str(), "expected 4 values, found [2, 3]");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Message {
    bytes: [u8; Message::MAX_LEN],
    len: usize,
}

impl Message {
    const MAX_LEN: usize = 400;

    /// A sentence that begins with `text`.
    pub const fn new(text: &str) -> Message {
        Message { bytes: [0; Message::MAX_LEN], len: 0 }.text(text)
    }

    /// The sentence, followed by `text`.
    pub const fn text(mut self, text: &str) -> Message {
        let (text, mut n) = (text.as_bytes(), 0);
        while n < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[n];
            self.len += 1;
            n += 1;
        }
        self
    }

    /// The sentence, followed by a number.
    pub const fn number(self, n: usize) -> Message {
        const DIGITS: &str = "0123456789";
        let front = if n >= 10 { self.number(n / 10) } else { self };
        front.text(DIGITS.split_at(n % 10).1.split_at(1).0)
    }

    /// The sentence, followed by sizes: `[8, 6, 6]`.
    pub const fn dims(mut self, dims: Dims) -> Message {
        self = self.text("[");
        let mut n = 0;
        while n < dims.rank {
            self = self.text(if n == 0 { "" } else { ", " }).number(dims.sizes[n]);
            n += 1;
        }
        self.text("]")
    }

    /// The sentence as bytes.
    pub const fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }

    /// The sentence.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            Err(_) => "a shape does not fit", // of a name in letters of two bytes, the last one was cut
        }
    }

    /// Stops compilation with the sentence.
    ///
    /// # Panics
    ///
    /// Always.
    #[track_caller]
    pub const fn panic(&self) -> ! {
        panic!("{}", self.as_str())
    }
}
