//! Layers that are written as types of the crate: `Relu<Image<4, 8, 8>>`.

use std::fmt;

use const_cnn::layers::sliding::{Padding, Sliding};
use const_cnn::{Axis, Border, Dims};

use crate::expression::{Expression, Known, Tokens, Value, integer};
use crate::layer::{BatchNorm, Conv, Layer};
use crate::named::{Equation, resolve};
use crate::windows::shares;

/// A type of the crate.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Whether it stands after the crate's name.
    is_whole: bool,
    name: String,
    arguments: Vec<Argument>,
}

/// What stands between a type's angles.
#[derive(Clone, Debug, PartialEq)]
enum Argument {
    Type(Type),
    /// `8`, `N`, or `{ N + 1 }`
    Number(Expression, bool),
    /// `{ 0.1f32.to_bits() }`
    Bits(Expression),
    Is(bool),
    /// `{ Border::Reflect as u8 }`
    Border(bool, String),
}

/// How the crate is called in a path.
const CRATE: &str = "const_cnn";

impl Type {
    /// The type that a note is.
    pub fn of(note: &str) -> Option<Type> {
        let mut tokens = Tokens::of(note)?;
        let written = read(&mut tokens)?;
        tokens.is_done().then_some(written)
    }

    /// Its name, without the crate's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of constants in it.
    pub fn names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        for argument in &self.arguments {
            match argument {
                Argument::Type(inner) => inner.names(visit),
                Argument::Number(number, _) | Argument::Bits(number) => number.names(visit),
                Argument::Is(_) | Argument::Border(..) => (),
            }
        }
    }

    /// Writes numbers in the place of those that are not known.
    pub fn resolve(&mut self, equations: &[Equation], known: &Known) {
        for argument in &mut self.arguments {
            match argument {
                Argument::Type(inner) => inner.resolve(equations, known),
                Argument::Number(number, _) => resolve(number, equations, known),
                Argument::Bits(_) | Argument::Is(_) | Argument::Border(..) => (),
            }
        }
    }

    /// The types in it that stand without the crate's name, which have to be imported.
    pub fn bare<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        if !self.is_whole {
            visit(&self.name);
        }
        for argument in &self.arguments {
            match argument {
                Argument::Type(inner) => inner.bare(visit),
                Argument::Border(false, _) => visit("Border"),
                _ => (),
            }
        }
    }

    /// What it says of a layer, and whether with the constants that are known it is that layer.
    pub fn meets(&self, layer: &Layer, takes: &[usize], gives: &[usize], known: &Known) -> (bool, Vec<Equation>) {
        let mut reading = Reading { known, is: true, equations: Vec::new(), arguments: self.arguments.iter() };
        reading.layer(&self.name, layer, takes, gives);
        reading.is &= reading.arguments.next().is_none();
        (reading.is, reading.equations)
    }
}

/// The type of a layer for which there is no word after a vector.
pub fn without_word(word: &str, takes: &[usize]) -> Option<String> {
    let name = match (word, takes.len()) {
        ("global_avg_pool" | "global_max_pool", 1) | ("identity", _) => type_name(word),
        _ => return None,
    };
    let sizes: Vec<String> = takes.iter().map(usize::to_string).collect();
    Some(format!("{CRATE}::{name}<{CRATE}::{}<{}>>", shape_name(takes), sizes.join(", ")))
}

/// The type's name of a word: `max_pool2d` is `MaxPool2d`.
fn type_name(word: &str) -> String {
    word.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect()
}

/// The name of a shape's type.
fn shape_name(dims: &[usize]) -> &'static str {
    ["Vector", "Sequence", "Image"][dims.len().clamp(1, 3) - 1]
}

/// Whether the crate's name is taken, or that which its own code has for it.
fn is_after_crate(tokens: &mut Tokens) -> bool {
    tokens.take_all(&[CRATE, ":", ":"])
        || tokens.take_all(&[":", ":", CRATE, ":", ":"])
        || tokens.take_all(&["crate", ":", ":"])
}

fn read(tokens: &mut Tokens) -> Option<Type> {
    let is_whole = is_after_crate(tokens);
    let name = tokens.take_if(is_type)?.to_string();
    let mut arguments = Vec::new();
    if tokens.take("<") {
        while !tokens.take(">") {
            arguments.push(argument(tokens)?);
            (tokens.take(",") || tokens.peek() == Some(">")).then_some(())?;
        }
    }
    Some(Type { is_whole, name, arguments })
}

/// Whether a word is a type's name: one that is no constant's.
fn is_type(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains(|c: char| c.is_ascii_lowercase())
}

fn argument(tokens: &mut Tokens) -> Option<Argument> {
    let starts_type = |token: &str| is_type(token) || matches!(token, CRATE | "crate" | ":");
    match tokens.peek()? {
        is @ ("true" | "false") => {
            tokens.take_any();
            Some(Argument::Is(is == "true"))
        }
        "{" => {
            tokens.take_any();
            let argument = if tokens.peek().is_some_and(starts_type) {
                let is_whole = is_after_crate(tokens);
                tokens.take_all(&["Border", ":", ":"]).then_some(())?;
                let name = tokens.take_if(|word| matches!(word, "Zero" | "Replicate" | "Reflect"))?;
                tokens.take_all(&["as", "u8"]).then(|| Argument::Border(is_whole, name.into()))?
            } else {
                let mut after = tokens.clone();
                match after.take_any().map(|token| (token, after.take_all(&[".", "to_bits", "(", ")"])))? {
                    (of, true) => {
                        let number = tokens.expression().filter(|number| number.to_string() == of)?;
                        *tokens = after;
                        Argument::Bits(number)
                    }
                    _ => Argument::Number(tokens.number()?, true),
                }
            };
            tokens.take("}").then_some(argument)
        }
        token if starts_type(token) => read(tokens).map(Argument::Type),
        // no more than a literal or a name stands without braces
        _ => match tokens.number()? {
            number @ (Expression::Literal(_) | Expression::Name(_) | Expression::Unread(_)) => {
                Some(Argument::Number(number, false))
            }
            _ => None,
        },
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let of_crate = |is_whole: bool| if is_whole { format!("{CRATE}::") } else { String::new() };
        write!(f, "{}{}", of_crate(self.is_whole), self.name)?;
        let arguments = self.arguments.iter().map(|argument| match argument {
            Argument::Type(inner) => inner.to_string(),
            Argument::Number(number, false) => number.to_string(),
            Argument::Number(number, true) => format!("{{ {number} }}"),
            Argument::Bits(number) => format!("{{ {number}.to_bits() }}"),
            Argument::Is(is) => is.to_string(),
            Argument::Border(is_whole, name) => format!("{{ {}Border::{name} as u8 }}", of_crate(*is_whole)),
        });
        let arguments: Vec<String> = arguments.collect();
        if arguments.is_empty() { Ok(()) } else { write!(f, "<{}>", arguments.join(", ")) }
    }
}

/// A type's arguments being compared with a layer, one after the other.
struct Reading<'a> {
    known: &'a Known,
    /// Whether all that has been read is as the layer has it.
    is: bool,
    equations: Vec<Equation>,
    arguments: std::slice::Iter<'a, Argument>,
}

impl<'a> Reading<'a> {
    fn layer(&mut self, name: &str, layer: &Layer, takes: &[usize], gives: &[usize]) {
        let word = layer.word(takes);
        let by_rank = |sequence, image| if takes.len() == 2 { sequence } else { image };
        let axes = |window: &Sliding| window.axes(Dims::new(takes));
        if !matches!(layer, Layer::Linear(_) | Layer::Word("softmax")) {
            self.shape(takes);
        }
        let is_name = match layer {
            Layer::Conv(conv) | Layer::Depthwise(conv) => {
                let groups = if let Layer::Depthwise(_) = layer { takes[0] } else { conv.window.groups() };
                self.shape(gives);
                self.window(axes(&conv.window), false);
                self.bias(conv.window.bias);
                let is_depthwise = name == by_rank("DepthwiseConv1d", "DepthwiseConv2d") && groups == takes[0];
                if !is_depthwise {
                    self.groups(groups, takes[0]);
                }
                is_depthwise || name == by_rank("Conv1d", "Conv2d")
            }
            Layer::Transpose(conv) => {
                self.shape(gives);
                let window = self.window(axes(&conv.window), true);
                self.bias(conv.window.bias);
                self.groups(conv.window.groups(), gives[0]);
                self.is &= window.is_some_and(|axes| is_transposed(conv, axes, takes, gives));
                name == type_name(word)
            }
            Layer::Mapwise(conv) => {
                self.shape(gives);
                self.size(None, conv.channels);
                self.window(axes(&conv.window), false);
                name == type_name(word)
            }
            Layer::MaxPool(pool) | Layer::AvgPool(pool) => {
                let own = axes(&pool.window.or_kernel());
                self.shape(gives);
                let window = self.window(own, true);
                let counts = match layer {
                    Layer::AvgPool(_) => Some([self.flag(true), pool.counts]),
                    _ => None,
                };
                self.is &= window.is_some_and(|axes| is_pool([axes, own], counts, takes, gives));
                name == type_name(word)
            }
            Layer::Linear(linear) => {
                self.size(None, takes[0]);
                self.size(None, linear.outputs);
                self.bias(!linear.bias.is_empty());
                name == type_name(word)
            }
            Layer::Word("softmax") => {
                self.size(None, takes[0]);
                name == type_name(word)
            }
            Layer::Word("flatten") | Layer::Reshape(_) => {
                self.shape(gives);
                name == type_name(word)
            }
            Layer::Word(_) | Layer::Prelu(_) => name == type_name(word),
            Layer::LeakyRelu(x) | Layer::Elu(x) | Layer::Dropout(x) | Layer::SpatialDropout(x) => {
                let default = [("leaky_relu", 0.01), ("elu", 1.0)].into_iter().find(|(of, _)| *of == word);
                self.bits(default.map(|(_, default)| default), *x, same_bits);
                name == type_name(word)
            }
            Layer::BatchNorm(norm) => {
                self.bits(Some(1e-5), norm.eps, same_bits);
                self.bits(Some(0.1), norm.momentum, BatchNorm::is_same_momentum);
                name == type_name(word)
            }
            Layer::LayerNorm(norm) => {
                self.bits(Some(1e-5), norm.eps, same_bits);
                name == type_name(word)
            }
            Layer::GroupNorm(groups, norm) => self.group_norm(name, *groups, norm.eps, takes[0]),
            Layer::InstanceNorm(norm) => self.group_norm(name, takes[0], norm.eps, takes[0]),
            Layer::Pad([top, _, left, _], border) => {
                self.shape(gives);
                self.size(None, *top);
                self.size(None, *left);
                self.border(*border);
                name == type_name(word)
            }
            Layer::Crop([top, _, left, _]) => {
                self.shape(gives);
                self.size(None, *top);
                self.size(None, *left);
                name == type_name(word)
            }
            Layer::Upsample(_, bilinear) => {
                self.shape(gives);
                let written = self.flag(false);
                self.is &= written == *bilinear;
                name == type_name(word)
            }
        };
        self.is &= is_name;
    }

    fn group_norm(&mut self, name: &str, groups: usize, eps: f32, channels: usize) -> bool {
        if name == "GroupNorm" {
            self.size(None, channels / groups.max(1));
        }
        self.bits(Some(1e-5), eps, same_bits);
        name == "GroupNorm" || name == "InstanceNorm" && groups == channels
    }

    /// Reads the arguments of the next one, a type of one of these names.
    fn inner(&mut self, names: &[&str], read: impl FnOnce(&mut Self, &str)) {
        match self.arguments.next() {
            Some(Argument::Type(inner)) if names.contains(&inner.name.as_str()) => {
                let outer = std::mem::replace(&mut self.arguments, inner.arguments.iter());
                read(self, &inner.name);
                self.is &= self.arguments.next().is_none();
                self.arguments = outer;
            }
            _ => self.is = false,
        }
    }

    /// An integer, or its default where nothing more is written.
    fn integer(&mut self, default: Option<usize>, is: usize, is_one_of_many: bool) -> Option<usize> {
        let written = match self.arguments.next() {
            Some(Argument::Number(written, _)) => {
                let is = Value::Size(is as u64);
                self.equations.push(Equation { written: written.clone(), is, is_one_of_many });
                written.size(self.known).map(|n| n as usize)
            }
            Some(_) => None,
            None => default,
        };
        self.is &= written.is_some_and(|n| n == is || is_one_of_many);
        written
    }

    fn size(&mut self, default: Option<usize>, is: usize) {
        self.integer(default, is, false);
    }

    fn shape(&mut self, dims: &[usize]) {
        self.inner(&[shape_name(dims)], |inner, _| dims.iter().for_each(|&size| inner.size(None, size)));
    }

    /// A window: that of these axes, but for the padding at their ends where that is one of many.
    fn window(&mut self, axes: [Axis; 2], is_one_of_many: bool) -> Option<[Axis; 2]> {
        let mut window: Option<[Axis; 2]> = None;
        self.inner(&["Square", "Window"], |inner, name| {
            let [rows, columns] = axes;
            if name == "Square" {
                let kernel = inner.integer(None, rows.kernel, false);
                let stride = inner.integer(Some(1), rows.stride, false);
                let padding = inner.integer(Some(0), rows.padding[0], false);
                if let (Some(kernel), Some(stride), Some(padding)) = (kernel, stride, padding) {
                    window = Some([Axis { kernel, stride, dilation: 1, padding: [padding; 2] }; 2]);
                }
                return;
            }
            let steps = |axis: Axis| [axis.kernel, axis.stride, axis.dilation];
            let [rows_steps, columns_steps] = [steps(rows), steps(columns)];
            let mut numbers = Vec::new();
            for (n, default) in [None, Some(1), Some(1)].into_iter().enumerate() {
                numbers.push(inner.integer(default, rows_steps[n], false));
                numbers.push(inner.integer(default, columns_steps[n], false));
            }
            for axis in axes {
                numbers.push(inner.integer(Some(0), axis.padding[0], false));
                numbers.push(inner.integer(Some(0), axis.padding[1], is_one_of_many));
            }
            let numbers: Option<Vec<usize>> = numbers.into_iter().collect();
            if let Some(&[h, w, sh, sw, dh, dw, top, bottom, left, right]) = numbers.as_deref() {
                window = Some([
                    Axis { kernel: h, stride: sh, dilation: dh, padding: [top, bottom] },
                    Axis { kernel: w, stride: sw, dilation: dw, padding: [left, right] },
                ]);
            }
        });
        let is_same = |one: Axis, other: Axis| {
            let one = if is_one_of_many { Axis { padding: [one.padding[0], other.padding[1]], ..one } } else { one };
            one == other
        };
        let window = window.filter(|window| (0..2).all(|n| is_same(window[n], axes[n])));
        self.is &= window.is_some();
        window
    }

    fn bias(&mut self, is: bool) {
        if self.arguments.as_slice().is_empty() {
            return self.is &= is;
        }
        self.inner(&["Biased", "Unbiased"], |inner, name| inner.is &= (name == "Biased") == is);
    }

    /// Groups of channels, so many of `channels`.
    fn groups(&mut self, groups: usize, channels: usize) {
        if self.arguments.as_slice().is_empty() {
            return self.is &= groups == 1;
        }
        self.inner(&["Grouped", "Ungrouped"], |inner, name| match name {
            "Grouped" => inner.size(None, channels / groups.max(1)),
            _ => inner.is &= groups == 1,
        });
    }

    fn flag(&mut self, default: bool) -> bool {
        match self.arguments.next() {
            Some(Argument::Is(is)) => *is,
            None => default,
            Some(_) => {
                self.is = false;
                default
            }
        }
    }

    fn border(&mut self, is: Border) {
        let name = ["Zero", "Replicate", "Reflect"][is as usize];
        match self.arguments.next() {
            Some(Argument::Border(_, written)) => self.is &= written == name,
            Some(Argument::Number(Expression::Literal(text), _)) => self.is &= integer(text, "u8") == Some(is as u32),
            None => self.is &= is as usize == 0,
            Some(_) => self.is = false,
        }
    }

    /// The bits of a float: of a constant, of a literal whose type is seen, or an integer.
    fn bits(&mut self, default: Option<f32>, is: f32, same: fn(f32, f32) -> bool) {
        let written = match self.arguments.next() {
            Some(Argument::Bits(Expression::Literal(text))) if !text.ends_with("f32") => None,
            Some(Argument::Bits(written)) => {
                let (value, is_one_of_many) = (Value::Real(is), false);
                self.equations.push(Equation { written: written.clone(), is: value, is_one_of_many });
                written.real(self.known)
            }
            Some(Argument::Number(Expression::Literal(text), _)) => integer(text, "u32").map(f32::from_bits),
            Some(_) => None,
            None => default,
        };
        self.is &= written.is_some_and(|x| same(x, is));
    }
}

/// Whether two floats are one.
fn same_bits(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits()
}

/// Whether the library has a transposed convolution with this window, and it gives these sizes: what there is more is output padding.
fn is_transposed(conv: &Conv, [rows, columns]: [Axis; 2], takes: &[usize], gives: &[usize]) -> bool {
    let (from, to) = (Dims::new(takes).as_image(), Dims::new(gives).as_image());
    let more = |axis: Axis, n: usize| to.sizes[n].checked_sub(axis.transposed(from.sizes[n], 0));
    let (Some(more_rows), Some(more_columns)) = (more(rows, 1), more(columns, 2)) else { return false };
    let sides = [rows.padding[0], rows.padding[1], columns.padding[0], columns.padding[1]];
    let more = [more_rows, more_columns];
    let output_padding = (more != [0, 0]).then_some(more);
    let window = Sliding { padding: Padding::Sides(sides), output_padding, ..conv.window };
    let layer = Layer::Transpose(Conv { channels: conv.channels, window, weight: Vec::new(), bias: Vec::new() });
    layer.after(takes).is_ok_and(|dims| dims == gives)
}

/// Whether the library has a pool with these axes, whose windows are those of the `own` ones; of a mean also what counts.
fn is_pool([axes, own]: [[Axis; 2]; 2], counts: Option<[bool; 2]>, takes: &[usize], gives: &[usize]) -> bool {
    let (from, to) = (Dims::new(takes).as_image(), Dims::new(gives).as_image());
    (0..2).all(|n| {
        let (axis, size, windows) = (axes[n], from.sizes[n + 1], to.sizes[n + 1]);
        let share = |axis: Axis, counts: bool| shares(&axis, size, windows, counts);
        (axis.padding[1] < axis.kernel || axis.dilation > 1)
            && (windows == axis.output(size) || windows == axis.output_up(size))
            && counts.is_none_or(|[written, is]| share(axis, written) == share(own[n], is))
    })
}

#[cfg(test)]
mod tests {
    use const_cnn::layers::pool::Pool;
    use const_cnn::layers::sliding::Channels;

    use super::*;
    use crate::layer::{Linear, Norm};
    use crate::windows::whole_pool;

    /// A type in this crate's spaces, if it is this layer.
    fn same(written: &str, layer: &Layer, takes: &[usize], gives: &[usize]) -> Option<String> {
        let written = Type::of(written)?;
        written.meets(layer, takes, gives, &Known::new()).0.then(|| written.to_string())
    }

    fn conv(channels: usize, window: Sliding) -> Conv {
        Conv { channels, window, weight: vec![], bias: vec![] }
    }

    #[test]
    fn a_type_is_kept_where_it_is_the_layer() {
        let norm = |eps| Norm { eps, weight: vec![], bias: vec![] };
        let window = Sliding { padding: Padding::Sides([1; 4]), stride: None, ..whole_pool([3, 3]).window };
        let grouped = Sliding { channels: Channels::Groups(2), bias: false, ..window };
        let row = Sliding { kernel: [1, 3], padding: Padding::Sides([0, 0, 2, 0]), dilation: [1, 2], ..window };
        let twice = Sliding { padding: Padding::Sides([0; 4]), stride: Some([2, 2]), ..window };
        let up = Sliding { output_padding: Some([1, 1]), padding: Padding::Sides([0, 1, 0, 1]), ..twice };
        let mut mean = whole_pool([3, 3]);
        (mean.window, mean.counts) = (Sliding { stride: Some([1, 1]), ..window }, false);
        let dense = |bias| Layer::Linear(Linear { outputs: 2, weight: vec![], bias });
        let batch = |momentum| Layer::BatchNorm(BatchNorm { eps: 1e-5, momentum, arrays: Default::default() });
        let (image, line) = (&[4, 8, 8][..], &[4, 8][..]);
        type Case<'a> = (Layer, &'a [usize], &'a [usize], &'a [&'a str], &'a [&'a str]);
        let cases: Vec<Case> = vec![
            (
                Layer::Word("relu"),
                image,
                image,
                &["Relu<Image<4, 8, 8>>", "const_cnn::Relu<const_cnn::Image<0x4, { 2 * 4 }, 8usize>>"],
                &[
                    "Relu<Image<4, 8, 9>>",
                    "Relu",
                    "Relu<>",
                    "Relu<Vector<256>>",
                    "Elu<Image<4, 8, 8>>",
                    "relu<Image<4, 8, 8>>",
                ],
            ),
            (Layer::Word("gelu_tanh"), line, line, &["GeluTanh<Sequence<4, 8>>"], &["Gelu<Sequence<4, 8>>"]),
            (
                Layer::LeakyRelu(0.01),
                &[4],
                &[4],
                &[
                    "LeakyRelu<Vector<4>>",
                    "LeakyRelu<Vector<4>, { 0.01f32.to_bits() }>",
                    "LeakyRelu<Vector<4>, 1008981770>",
                ],
                &[
                    "LeakyRelu<Vector<4>, { 0.01.to_bits() }>",
                    "LeakyRelu<Vector<4>, { 0.1f32.to_bits() }>",
                    "LeakyRelu<Vector<4>, 1>",
                ],
            ),
            (
                Layer::Elu(0.5),
                &[4],
                &[4],
                &["Elu<Vector<4>, { 5e-1f32.to_bits() }>"],
                &["Elu<Vector<4>>", "Elu<Vector<4>, 0.5>"],
            ),
            (
                Layer::Conv(conv(6, window)),
                image,
                &[6, 8, 8],
                &[
                    "Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>>",
                    "Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Window<3, 3, 1, 1, 1, 1, 1, 1, 1, 1>, Biased, Ungrouped>",
                ],
                &[
                    "Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1>>",
                    "Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1, 1>>",
                    "Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>, Unbiased>",
                    "Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>, Biased, Grouped<2>>",
                    "Conv1d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>>",
                    "DepthwiseConv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>>",
                ],
            ),
            (
                Layer::Conv(conv(6, grouped)),
                image,
                &[6, 8, 8],
                &["Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>, Unbiased, Grouped<2>>"],
                &["Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<3, 1, 1>, Unbiased>"],
            ),
            (
                Layer::Depthwise(conv(4, window)),
                image,
                image,
                &[
                    "DepthwiseConv2d<Image<4, 8, 8>, Image<4, 8, 8>, Square<3, 1, 1>>",
                    "Conv2d<Image<4, 8, 8>, Image<4, 8, 8>, Square<3, 1, 1>, Biased, Grouped<1>>",
                ],
                &["Conv2d<Image<4, 8, 8>, Image<4, 8, 8>, Square<3, 1, 1>>"],
            ),
            (
                Layer::Conv(conv(2, row)),
                line,
                &[2, 6],
                &["Conv1d<Sequence<4, 8>, Sequence<2, 6>, Window<1, 3, 1, 1, 1, 2, 0, 0, 2>>"],
                &["Conv1d<Sequence<4, 8>, Sequence<2, 6>, Window<1, 3, 1, 1, 1, 2, 0, 0, 1, 1>>"],
            ),
            (
                Layer::Transpose(conv(2, up)),
                &[4, 3, 3],
                &[2, 7, 7],
                &[
                    "ConvTranspose2d<Image<4, 3, 3>, Image<2, 7, 7>, Square<3, 2>>",
                    "ConvTranspose2d<Image<4, 3, 3>, Image<2, 7, 7>, Window<3, 3, 2, 2, 1, 1, 0, 1, 0, 1>>",
                ],
                &[
                    "ConvTranspose2d<Image<4, 3, 3>, Image<2, 7, 7>, Window<3, 3, 2, 2, 1, 1, 0, 2, 0, 2>>",
                    "ConvTranspose2d<Image<4, 3, 3>, Image<2, 7, 7>, Window<3, 3, 2, 2, 1, 1, 1>>",
                ],
            ),
            (
                Layer::MaxPool(Pool { window: twice, ceil: true, counts: true }),
                &[4, 7, 8],
                &[4, 3, 4],
                // rounded up along columns alone, which no word says
                &["MaxPool2d<Image<4, 7, 8>, Image<4, 3, 4>, Square<3, 2>>"],
                &[
                    "MaxPool2d<Image<4, 7, 8>, Image<4, 3, 4>, Square<3, 2>, true>",
                    "MaxPool2d<Image<4, 7, 8>, Image<4, 3, 4>, Window<3, 3, 2, 2, 1, 1, 0, 3>>",
                    "MaxPool2d<Image<4, 7, 8>, Image<4, 3, 4>, Window<3, 3, 2, 2, 1, 1, 0, 2>>",
                ],
            ),
            (
                Layer::AvgPool(mean),
                image,
                image,
                &["AvgPool2d<Image<4, 8, 8>, Image<4, 8, 8>, Square<3, 1, 1>, false>"],
                &["AvgPool2d<Image<4, 8, 8>, Image<4, 8, 8>, Square<3, 1, 1>>"],
            ),
            (
                Layer::Pad([1, 0, 2, 0], Border::Reflect),
                image,
                &[4, 9, 10],
                &[
                    "Pad2d<Image<4, 8, 8>, Image<4, 9, 10>, 1, 2, { Border::Reflect as u8 }>",
                    "Pad2d<Image<4, 8, 8>, Image<4, 9, 10>, 1, 2, 2>",
                ],
                &[
                    "Pad2d<Image<4, 8, 8>, Image<4, 9, 10>, 1, 2>",
                    "Pad2d<Image<4, 8, 8>, Image<4, 9, 10>, 1, 2, { Mine::Reflect as u8 }>",
                ],
            ),
            (
                Layer::Crop([1, 2, 0, 0]),
                image,
                &[4, 5, 8],
                &["Crop<Image<4, 8, 8>, Image<4, 5, 8>, 1, 0>"],
                &["Crop<Image<4, 8, 8>, Image<4, 5, 8>, 2, 0>"],
            ),
            (
                Layer::Upsample([2, 1], true),
                image,
                &[4, 16, 8],
                &["Upsample<Image<4, 8, 8>, Image<4, 16, 8>, true>"],
                &["Upsample<Image<4, 8, 8>, Image<4, 16, 8>>"],
            ),
            (dense(vec![]), &[3], &[2], &["Linear<3, 2, Unbiased>"], &["Linear<3, 2>", "Linear<2, 3, Unbiased>"]),
            (
                dense(vec![0.0; 2]),
                &[3],
                &[2],
                &["Linear<3, 2>", "Linear<3, 2, const_cnn::Biased>"],
                &["Linear<3>", "Linear<3, 2, u8>"],
            ),
            (batch(0.1), &[4], &[4], &["BatchNorm<Vector<4>>"], &["BatchNorm<Vector<4>, { 1e-4f32.to_bits() }>"]),
            (
                batch(0.123457),
                &[4],
                &[4],
                &["BatchNorm<Vector<4>, { 1e-5f32.to_bits() }, { 0.12345678f32.to_bits() }>"],
                &["BatchNorm<Vector<4>>", "BatchNorm<Vector<4>, { 1e-5f32.to_bits() }, { 0.1234f32.to_bits() }>"],
            ),
            (
                Layer::GroupNorm(2, norm(1e-5)),
                image,
                image,
                &["GroupNorm<Image<4, 8, 8>, 2>"],
                &["GroupNorm<Image<4, 8, 8>, 4>", "InstanceNorm<Image<4, 8, 8>>"],
            ),
            (
                Layer::InstanceNorm(norm(1e-3)),
                line,
                line,
                &[
                    "InstanceNorm<Sequence<4, 8>, { 1e-3f32.to_bits() }>",
                    "GroupNorm<Sequence<4, 8>, 1, { 1e-3f32.to_bits() }>",
                ],
                &["InstanceNorm<Sequence<4, 8>>"],
            ),
            (
                Layer::Word("flatten"),
                line,
                &[32],
                &["Flatten<Sequence<4, 8>, Vector<32>>"],
                &["Flatten<Sequence<4, 8>>"],
            ),
            (
                Layer::Reshape(vec![8, 4]),
                line,
                &[8, 4],
                &["Reshape<Sequence<4, 8>, Sequence<8, 4>>"],
                &["Reshape<Sequence<4, 8>, Sequence<4, 8>>"],
            ),
            (Layer::Word("softmax"), &[4], &[4], &["Softmax<4>"], &["Softmax<Vector<4>>"]),
            (
                Layer::Dropout(0.5),
                &[4],
                &[4],
                &["Dropout<Vector<4>, { 0.5f32.to_bits() }>"],
                &["Dropout<Vector<4>>", "SpatialDropout<Vector<4>, { 0.5f32.to_bits() }>"],
            ),
            (Layer::Word("global_max_pool"), &[4], &[4], &["GlobalMaxPool<Vector<4>>"], &["GlobalAvgPool<Vector<4>>"]),
        ];
        for (layer, takes, gives, kept, refused) in cases {
            for written in kept {
                assert_eq!(same(written, &layer, takes, gives).as_deref(), Some(*written));
            }
            for written in refused {
                assert_eq!(same(written, &layer, takes, gives), None, "{written}");
            }
        }
    }

    #[test]
    fn what_is_no_type_is_not_read() {
        for text in [
            "",
            "u8",
            "Relu<",
            "Relu<>>",
            "Relu<,>",
            "Relu<4;>",
            "a::Relu",
            "Relu::<4>",
            "&Relu",
            "Relu<{ 4 >",
            "(Relu)",
        ] {
            assert_eq!(Type::of(text), None, "{text}");
        }
        assert_eq!(Type::of(&"Re<".repeat(333)), None);
        let (start, end) = ("Re<".repeat(200), ">".repeat(200));
        assert!(Type::of(&format!("{start}4{end}")).is_some());
    }

    #[test]
    fn what_has_no_word_is_written_as_its_type() {
        assert_eq!(without_word("global_avg_pool", &[4]).unwrap(), "const_cnn::GlobalAvgPool<const_cnn::Vector<4>>");
        assert_eq!(without_word("identity", &[4, 2, 1]).unwrap(), "const_cnn::Identity<const_cnn::Image<4, 2, 1>>");
        assert_eq!(without_word("global_avg_pool", &[4, 2]), None);
        assert_eq!(without_word("relu", &[4]), None);
    }

    #[test]
    fn names_in_types_are_numbers_of_the_layer() {
        let written = Type::of("LeakyRelu<Image<C, { 2 * SIDE }, 8>, { SLOPE.to_bits() }>").unwrap();
        let (is, equations) = written.meets(&Layer::LeakyRelu(0.2), &[4, 8, 8], &[4, 8, 8], &Known::new());
        assert!(!is);
        let known = crate::named::solve(&equations);
        let found: Vec<(&str, Value)> = known.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        assert_eq!(found, [("C", Value::Size(4)), ("SIDE", Value::Size(4)), ("SLOPE", Value::Real(0.2))]);
        assert!(written.meets(&Layer::LeakyRelu(0.2), &[4, 8, 8], &[4, 8, 8], &known).0);
        assert!(!written.meets(&Layer::LeakyRelu(0.2), &[4, 9, 8], &[4, 9, 8], &known).0);
    }
}
