//! How a file calls the arrays of a network.

use core::fmt::{self, Write};

use super::SafetensorsError;
use crate::{Array, Arrays, Line, Message};

/// From the name of an array to the one that a file has for it.
type Rename<'a> = &'a dyn Fn(&str, &mut dyn Write) -> fmt::Result;

/// How a safetensors file calls the arrays of a network, and what it may hold beside them.
///
/// The names are those of PyTorch's `state_dict`: of the array `weight` in the line `conv` it is `conv.weight`, in a block
/// called `block` it is `block.conv.weight`; what [`BatchNorm`](crate::BatchNorm) holds, `mean` and `variance`, are
/// `running_mean` and `running_var`. Tensors called `num_batches_tracked` are passed over.
///
/// ```
/// use const_cnn::{Linear, Names, Safetensors, Zero};
/// let names = Names::PYTORCH
///     .renamed(&|name, to| write!(to, "model.fc.{name}"))
///     .passing_over(&["optimizer", "head.bias"]);
/// let dense = Linear::<1, 1> { weight: [[3.0]], bias: [4.0] };
/// let (mut file, mut back) = ([0; 256], Linear::ZERO);
/// let len = dense.write_safetensors(&mut file, &names)?;
/// back.read_safetensors(&file[..len], &names)?;
/// assert_eq!(back, dense);
/// # Ok::<(), const_cnn::SafetensorsError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Names<'a> {
    is_numbered: bool,
    rename: Option<Rename<'a>>,
    passed_over: &'a [&'a str],
}

/// What PyTorch counts for a momentum that is a mean over all batches; nothing here depends on it.
const PASSED_OVER: &[&str] = &["num_batches_tracked"];

impl Names<'static> {
    /// The names of lines and blocks, joined by dots: `conv.weight`.
    pub const PYTORCH: Self = Names { is_numbered: false, rename: None, passed_over: &[] };

    /// Places in place of the names of lines, as in `nn.Sequential`: `0.weight`.
    ///
    /// A line without parameters has a number too. The lines of a block, `residual` or of your own, are numbered in the
    /// block, as those of an `nn.Sequential` in another: `3.0.weight`; its `shortcut` keeps the name: `3.shortcut.0.weight`.
    pub const SEQUENTIAL: Self = Names { is_numbered: true, ..Names::PYTORCH };
}

impl<'a> Names<'a> {
    /// The same names, each of which `rename` replaces by what it writes. It must always give the same for the same; one that
    /// takes variables in is a `let` of its own.
    ///
    /// Most often only what stands before the last dot differs, or begins otherwise:
    ///
    /// ```
    /// # use const_cnn::Names;
    /// let names = Names::PYTORCH.renamed(&|name, to| match name.rsplit_once('.') {
    ///     Some(("conv", array)) => write!(to, "features.0.{array}"),
    ///     Some(("logits", array)) => write!(to, "classifier.{array}"),
    ///     _ => write!(to, "features.{name}"),
    /// });
    /// ```
    pub const fn renamed(self, rename: &'a dyn Fn(&str, &mut dyn Write) -> fmt::Result) -> Names<'a> {
        Names { rename: Some(rename), ..self }
    }

    /// The same names, where a file may also hold tensors in whose names one of these stands, from dot to dot, if they are no
    /// array's: `head` passes over `head.weight` and `model.head.bias`, but not `header.bias`.
    ///
    /// `num_batches_tracked` is always passed over.
    pub const fn passing_over(self, names: &'a [&'a str]) -> Names<'a> {
        Names { passed_over: names, ..self }
    }

    /// The file's name of the `index`-th array.
    pub(super) fn of(&self, arrays: &Arrays, index: usize) -> Result<Message, SafetensorsError> {
        let own = name(arrays, index, self.is_numbered);
        let Some(rename) = self.rename else { return Ok(own) };
        let mut name = Name(Message::new(""));
        match rename(own.as_str(), &mut name) {
            Ok(()) => Ok(name.0),
            Err(_) => {
                let expected = "a function that renames, and at most 400 bytes of each name";
                Err(SafetensorsError::Name { expected, found: Line::of(own.as_str()) })
            }
        }
    }

    /// Refuses names that a file cannot have.
    pub(super) fn check(&self, arrays: &Arrays) -> Result<(), SafetensorsError> {
        for index in 0..arrays.len() {
            let name = self.of(arrays, index)?;
            let fails = |expected| Err(SafetensorsError::Name { expected, found: Line::of(name.as_str()) });
            if name.as_bytes().iter().any(|&byte| byte < b' ' || byte == b'"' || byte == b'\\') {
                return fails("names without quotation marks, backslashes and control characters");
            }
            if name.as_str() == METADATA {
                return fails("names other than `__metadata__`");
            }
            for other in 0..index {
                if self.of(arrays, other)?.as_bytes() == name.as_bytes() {
                    return fails("a name of its own for each array");
                }
            }
        }
        Ok(())
    }

    /// Whether an array has this name.
    pub(super) fn has(&self, arrays: &Arrays, name: &str) -> Result<bool, SafetensorsError> {
        for index in 0..arrays.len() {
            if self.of(arrays, index)?.as_str() == name {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a tensor that is no array's is passed over.
    pub(super) fn pass_over(&self, name: &str) -> bool {
        PASSED_OVER.iter().chain(self.passed_over).any(|part| {
            name.match_indices(part).any(|(at, part)| {
                let (before, after) = (name.get(..at), name.get(at + part.len()..));
                before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
                    && after.is_some_and(|after| after.is_empty() || after.starts_with('.'))
            })
        })
    }
}

/// The name under which a header has what is not a tensor.
pub(super) const METADATA: &str = "__metadata__";

/// The name of the `index`-th array, or with the places of lines in place of their names.
pub(super) const fn name(arrays: &Arrays, mut index: usize, is_numbered: bool) -> Message {
    let (mut name, mut level) = (Message::new(""), *arrays);
    loop {
        match level {
            Arrays::Own(own) => {
                return if index < own.len() { name.text(pytorch(&own[index])) } else { name };
            }
            Arrays::Layers(layers) => {
                let mut n = 0;
                while n < layers.len() && index >= layers[n].1.len() {
                    index -= layers[n].1.len();
                    n += 1;
                }
                if n == layers.len() {
                    return name;
                }
                // a block stands without a name beside its shortcut
                let is_line = !layers[0].0.is_empty();
                if is_line && is_numbered {
                    name = name.number(n).text(".");
                } else if !layers[n].0.is_empty() {
                    name = name.text(layers[n].0).text(".");
                }
                level = layers[n].1;
            }
        }
    }
}

/// PyTorch's name of a layer's array.
const fn pytorch(array: &Array) -> &'static str {
    let name = array.path()[0];
    match name.as_bytes() {
        b"mean" if !array.is_learned() => "running_mean",
        b"variance" if !array.is_learned() => "running_var",
        _ => name,
    }
}

/// A name that is being written.
struct Name(Message);

impl Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let len = self.0.as_bytes().len() + text.len();
        self.0 = self.0.text(text);
        if self.0.as_bytes().len() == len { Ok(()) } else { Err(fmt::Error) }
    }
}
