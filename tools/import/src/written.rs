//! How a line of `network!` was written: of the ways to write the same layer, the one that a file notes.

use std::collections::BTreeMap;
use std::fmt;

use const_cnn::layers::pool::Pool;
use const_cnn::layers::sliding::{Channels, Padding, Sliding};
use const_cnn::{Axis, Dims};

use crate::expression::{Expression, Known, Tokens, Value};
use crate::layer::{BatchNorm, Conv, Layer, Norm};
use crate::named::{Equation, resolve};
use crate::types::Type;
use crate::windows::shares;

/// A line as it is noted: by a word, or as a type.
#[derive(Clone, Debug)]
pub enum Written {
    /// A layer's word, and what stands in its parentheses; whether a comma ends these.
    Line(String, Vec<Item>, bool),
    /// A type of the crate.
    Type(Type),
}

impl Written {
    /// What a note says, if it is of words, numbers and lists of numbers alone.
    pub fn of(note: &str) -> Option<Written> {
        line(note).or_else(|| Type::of(note).map(Written::Type))
    }

    /// The names of constants in it.
    pub fn names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Written::Line(_, items, _) => {
                items.iter().flat_map(|item| &item.numbers).for_each(|number| number.names(visit));
            }
            Written::Type(written) => written.names(visit),
        }
    }

    /// The types in it that have to be imported.
    pub fn bare<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        if let Written::Type(written) = self {
            written.bare(visit);
        }
    }

    /// What it says of a layer's numbers, after these sizes.
    pub fn equations(&self, layer: &Layer, takes: &[usize], gives: &[usize]) -> Vec<Equation> {
        match self {
            Written::Line(word, items, _) => {
                let other = other_word(layer, takes);
                let mut layers = [Some(layer), other.as_ref()].into_iter().flatten();
                let Some(layer) = layers.find(|layer| layer.word(takes) == word) else { return Vec::new() };
                items.iter().flat_map(|item| equations(item, layer, takes)).collect()
            }
            Written::Type(written) => written.meets(layer, takes, gives, &Known::new()).1,
        }
    }

    /// The same, with the layer's numbers in the place of those that are not known.
    pub fn resolved(mut self, layer: &Layer, takes: &[usize], gives: &[usize], known: &Known) -> Written {
        let equations = self.equations(layer, takes, gives);
        match &mut self {
            Written::Line(_, items, _) => {
                let numbers = items.iter_mut().flat_map(|item| &mut item.numbers);
                numbers.for_each(|number| resolve(number, &equations, known));
            }
            Written::Type(written) => written.resolve(&equations, known),
        }
        self
    }

    /// Whether it is this layer: all numbers are there, and mean the same.
    pub fn is(&self, layer: &Layer, takes: &[usize], gives: &[usize], known: &Known) -> bool {
        let other = other_word(layer, takes);
        let mut layers = [Some(layer), other.as_ref()].into_iter().flatten();
        match self {
            Written::Type(written) => layers.any(|layer| written.meets(layer, takes, gives, known).0),
            Written::Line(word, items, _) => {
                let rank = takes.len() - 1;
                let of = |layer: &Layer| {
                    let Some(Written::Line(_, own, _)) = line(&layer.text(takes)) else { return None };
                    Some([numbers(word, &own, rank, known)?, numbers(word, items, rank, known)?])
                };
                let layer = layers.find(|layer| layer.word(takes) == word);
                layer.is_some_and(|layer| of(layer).is_some_and(|both| is_alike(word, layer, both, takes, gives)))
            }
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Written::Line(word, items, _) if items.is_empty() => write!(f, "{word}"),
            Written::Line(word, items, ends_so) => {
                let items: Vec<String> = items.iter().map(Item::text).collect();
                write!(f, "{word}({}{})", items.join(", "), if *ends_so { "," } else { "" })
            }
            Written::Type(written) => write!(f, "{written}"),
        }
    }
}

/// The sizes that a network is declared to take and to give: `[1, N, N] => [CLASSES]`.
#[derive(Clone, Debug)]
pub struct Declared([(Vec<Expression>, bool); 2]);

impl Declared {
    /// What a note says.
    pub fn of(note: &str) -> Option<Declared> {
        let mut tokens = Tokens::of(note)?;
        let takes = tokens.list(SQUARE)?;
        tokens.take_all(&["=", ">"]).then_some(())?;
        let gives = tokens.list(SQUARE)?;
        tokens.is_done().then_some(Declared([takes, gives]))
    }

    /// What it says of the sizes.
    pub fn equations(&self, takes: &[usize], gives: &[usize]) -> Vec<Equation> {
        let both = self.0.iter().zip([takes, gives]).flat_map(|((written, _), sizes)| written.iter().zip(sizes));
        let equation = |(written, size): (&Expression, &usize)| equation(written, Value::Size(*size as u64), false);
        both.map(equation).collect()
    }

    /// The same, with the sizes in the place of those that are not known.
    pub fn resolved(mut self, takes: &[usize], gives: &[usize], known: &Known) -> Declared {
        let equations = self.equations(takes, gives);
        let all = self.0.iter_mut().flat_map(|(written, _)| written);
        all.for_each(|number| resolve(number, &equations, known));
        self
    }

    /// Whether it is these sizes.
    pub fn is(&self, takes: &[usize], gives: &[usize], known: &Known) -> bool {
        self.0.iter().zip([takes, gives]).all(|((written, _), sizes)| {
            let is = |(written, size): (&Expression, &usize)| written.size(known) == Some(*size as u64);
            written.len() == sizes.len() && written.iter().zip(sizes).all(is)
        })
    }

    /// The names of constants in it.
    pub fn names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        self.0.iter().flat_map(|(written, _)| written).for_each(|number| number.names(visit));
    }
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [takes, gives] = &self.0;
        write!(f, "{} => {}", list(SQUARE, takes), list(SQUARE, gives))
    }
}

/// The same layer by another word, without its weights.
fn other_word(layer: &Layer, takes: &[usize]) -> Option<Layer> {
    let of = |conv: &Conv, channels: Channels| {
        let window = Sliding { channels, ..conv.window };
        Conv { channels: conv.channels, window, weight: Vec::new(), bias: Vec::new() }
    };
    let norm = |norm: &Norm| Norm { eps: norm.eps, weight: Vec::new(), bias: Vec::new() };
    match layer {
        Layer::Depthwise(conv) => Some(Layer::Conv(of(conv, Channels::Groups(takes[0])))),
        Layer::Conv(conv) if takes[0] == 1 => Some(Layer::Depthwise(of(conv, Channels::Multiplier(conv.channels)))),
        Layer::InstanceNorm(of) => Some(Layer::GroupNorm(takes[0], norm(of))),
        Layer::GroupNorm(groups, of) if *groups == takes[0] => Some(Layer::InstanceNorm(norm(of))),
        _ => None,
    }
}

/// What stands in a line's parentheses between commas: a name, numbers, or both.
#[derive(Clone, Debug)]
pub struct Item {
    name: String,
    numbers: Vec<Expression>,
    /// The parentheses around the numbers, if they are there, and whether a comma ends these.
    around: Option<([&'static str; 2], bool)>,
}

/// Around the numbers of rows and columns, or of sides.
const ROUND: [&str; 2] = ["(", ")"];

/// Around sizes.
const SQUARE: [&str; 2] = ["[", "]"];

impl Item {
    fn text(&self) -> String {
        let numbers = match (self.around, &self.numbers[..]) {
            (_, []) => return self.name.clone(),
            (Some((around, ends_so)), _) => list(around, &(self.numbers.clone(), ends_so)),
            (None, [number, ..]) => number.to_string(),
        };
        if self.name.is_empty() { numbers } else { format!("{} {numbers}", self.name) }
    }
}

/// Numbers between brackets.
fn list([open, close]: [&str; 2], (numbers, ends_so): &(Vec<Expression>, bool)) -> String {
    let numbers: Vec<String> = numbers.iter().map(Expression::to_string).collect();
    format!("{open}{}{}{close}", numbers.join(", "), if *ends_so { "," } else { "" })
}

/// A line's word, and what stands in its parentheses: `None` where it is not of words, numbers and lists of numbers.
fn line(note: &str) -> Option<Written> {
    let is_word = |token: &str| token.starts_with(|c: char| c.is_ascii_lowercase());
    let mut tokens = Tokens::of(note)?;
    let (word, mut items, mut ends_so) = (tokens.take_if(is_word)?.to_string(), Vec::<Item>::new(), false);
    if tokens.is_done() {
        return Some(Written::Line(word, items, false));
    }
    tokens.take("(").then_some(())?;
    while !tokens.take(")") {
        (items.is_empty() || ends_so).then_some(())?;
        items.push(item(&mut tokens)?);
        ends_so = tokens.take(",");
    }
    tokens.is_done().then_some(Written::Line(word, items, ends_so))
}

/// With what words an item can begin, or be one.
const NAMES: [&[&str]; 18] = [
    &["kernel"],
    &["stride"],
    &["dilation"],
    &["padding", "same"],
    &["padding"],
    &["groups"],
    &["multiplier"],
    &["output_padding"],
    &["no", "bias"],
    &["no", "count"],
    &["ceil"],
    &["eps"],
    &["momentum"],
    &["bilinear"],
    &["nearest"],
    &["zero"],
    &["replicate"],
    &["reflect"],
];

fn item(tokens: &mut Tokens) -> Option<Item> {
    let name = NAMES.iter().find(|name| tokens.take_all(name)).map_or(String::new(), |name| name.join(" "));
    if !name.is_empty() && matches!(tokens.peek(), Some("," | ")")) {
        return Some(Item { name, numbers: Vec::new(), around: None });
    }
    if tokens.peek() == Some("[") {
        let (numbers, ends_so) = tokens.list(SQUARE)?;
        return Some(Item { name, numbers, around: Some((SQUARE, ends_so)) });
    }
    // in parentheses stand several numbers, or a part of one
    let mut after = tokens.clone();
    if let Some((numbers, false)) = after.list(ROUND).filter(|(numbers, _)| numbers.len() > 1) {
        *tokens = after;
        return Some(Item { name, numbers, around: Some((ROUND, false)) });
    }
    Some(Item { name, numbers: vec![tokens.number()?], around: None })
}

fn equation(written: &Expression, is: Value, is_one_of_many: bool) -> Equation {
    Equation { written: written.clone(), is, is_one_of_many }
}

/// What the numbers of an item are in a layer.
fn equations(item: &Item, layer: &Layer, takes: &[usize]) -> Vec<Equation> {
    let (count, is_line) = (item.numbers.len(), takes.len() == 2);
    let sizes = |sizes: &[usize]| sizes.iter().map(|&n| Value::Size(n as u64)).collect::<Vec<_>>();
    let pair = |[rows, columns]: [usize; 2]| sizes(&[rows, columns][if count == 1 { 1 } else { 0 }..]);
    let sides = |[top, bottom, left, right]: [usize; 4]| match count {
        4 => sizes(&[top, bottom, left, right]),
        2 if is_line => sizes(&[left, right]),
        2 => sizes(&[top, left]),
        _ => sizes(&[left]),
    };
    let window = match layer {
        Layer::Conv(conv) | Layer::Depthwise(conv) | Layer::Mapwise(conv) | Layer::Transpose(conv) => Some(conv.window),
        Layer::MaxPool(pool) | Layer::AvgPool(pool) => Some(pool.window.or_kernel()),
        _ => None,
    };
    let values = match (item.name.as_str(), layer, window) {
        ("", Layer::Conv(conv) | Layer::Mapwise(conv) | Layer::Transpose(conv), _) => sizes(&[conv.channels]),
        ("", Layer::Linear(linear), _) => sizes(&[linear.outputs]),
        ("", Layer::GroupNorm(groups, _), _) => sizes(&[*groups]),
        ("", Layer::Reshape(dims), _) => sizes(dims),
        ("", Layer::Pad(all, _) | Layer::Crop(all), _) => sides(*all),
        ("", Layer::Upsample(scale, _), _) => pair(*scale),
        ("", Layer::LeakyRelu(x) | Layer::Elu(x) | Layer::Dropout(x) | Layer::SpatialDropout(x), _) => {
            vec![Value::Real(*x)]
        }
        ("eps", Layer::BatchNorm(norm), _) => vec![Value::Real(norm.eps)],
        ("eps", Layer::LayerNorm(norm) | Layer::GroupNorm(_, norm) | Layer::InstanceNorm(norm), _) => {
            vec![Value::Real(norm.eps)]
        }
        ("momentum", Layer::BatchNorm(norm), _) => vec![Value::Real(norm.momentum)],
        ("" | "kernel", _, Some(window)) => pair(window.kernel),
        ("stride", _, Some(window)) => pair(window.strides()),
        ("dilation", _, Some(window)) => pair(window.dilation),
        ("padding", _, Some(window)) => sides(window.sides(Dims::new(takes))),
        ("output_padding", _, Some(window)) => pair(window.more()),
        ("groups", _, Some(window)) => sizes(&[window.groups()]),
        ("multiplier", _, Some(window)) => sizes(&[window.multiplier()]),
        _ => Vec::new(),
    };
    let has_other_ends = matches!(layer, Layer::MaxPool(_) | Layer::AvgPool(_) | Layer::Transpose(_));
    let is_one_of_many = has_other_ends && matches!(item.name.as_str(), "padding" | "output_padding");
    item.numbers.iter().zip(values).map(|(written, is)| equation(written, is, is_one_of_many)).collect()
}

/// What stands after a name.
#[derive(Clone, Copy)]
enum Kind {
    /// Nothing.
    Word,
    Integer,
    Real,
    /// One integer, or of an image two.
    Pair,
    /// One integer, two or, of an image, four.
    Sides,
    /// Integers in square brackets.
    Sizes,
}

/// What a layer takes by a name, or without one: `None` where it has no such name.
fn kind(word: &str, name: &str) -> Option<Kind> {
    let is = |words: &[&str]| words.iter().any(|start| word.starts_with(start));
    let (is_mean, is_depthwise, is_mapwise) = (is(&["avg_pool"]), is(&["depthwise_conv"]), is(&["mapwise_conv"]));
    let (is_pool, is_transposed) = (is_mean || is(&["max_pool"]), is(&["conv_transpose"]));
    let is_conv = word.contains("conv");
    match (word, name) {
        ("linear" | "group_norm", "") => Some(Kind::Integer),
        ("leaky_relu" | "elu" | "dropout" | "spatial_dropout", "") => Some(Kind::Real),
        ("reshape", "") => Some(Kind::Sizes),
        ("pad2d" | "crop", "") => Some(Kind::Sides),
        ("upsample", "") => Some(Kind::Pair),
        ("batch_norm" | "layer_norm" | "group_norm" | "instance_norm", "eps") => Some(Kind::Real),
        ("batch_norm", "momentum") => Some(Kind::Real),
        ("linear", "no bias") => Some(Kind::Word),
        ("upsample", "nearest" | "bilinear") | ("pad2d", "zero" | "replicate" | "reflect") => Some(Kind::Word),
        (_, "") => (is_conv && !is_depthwise).then_some(Kind::Integer).or(is_pool.then_some(Kind::Pair)),
        (_, "kernel") => is_conv.then_some(Kind::Pair),
        (_, "stride" | "dilation") => (is_conv || is_pool).then_some(Kind::Pair),
        (_, "padding") => (is_conv || is_pool).then_some(Kind::Sides),
        (_, "padding same") => ((is_conv && !is_transposed) || is_pool).then_some(Kind::Word),
        (_, "groups") => (is_conv && !is_depthwise && !is_mapwise).then_some(Kind::Integer),
        (_, "multiplier") => is_depthwise.then_some(Kind::Integer),
        (_, "output_padding") => is_transposed.then_some(Kind::Pair),
        (_, "no bias") => (is_conv && !is_mapwise).then_some(Kind::Word),
        (_, "ceil") => is_pool.then_some(Kind::Word),
        (_, "no count") => is_mean.then_some(Kind::Word),
        _ => None,
    }
}

/// The numbers of a line by their names, without a name the first ones: `None` where the layer does not have them so.
fn numbers(word: &str, items: &[Item], rank: usize, known: &Known) -> Option<BTreeMap<String, Vec<f64>>> {
    let mut numbers = BTreeMap::new();
    let is_by_place = matches!(word, "pad2d" | "upsample"); // one word after the numbers
    for (n, item) in items.iter().enumerate() {
        let kind = kind(word, &item.name)?;
        let (count, is_image) = (item.numbers.len(), rank > 1);
        let fits = match (kind, item.around) {
            (Kind::Word, around) => around.is_none() && count == 0,
            (Kind::Integer | Kind::Real, around) => around.is_none() && count == 1,
            (Kind::Pair | Kind::Sides, None) => count == 1,
            (Kind::Pair, Some((around, _))) => around == ROUND && count == 2 && is_image,
            (Kind::Sides, Some((around, _))) => around == ROUND && (count == 2 || count == 4 && is_image),
            (Kind::Sizes, around) => around.is_some_and(|(around, _)| around == SQUARE) && (1..=3).contains(&count),
        };
        let read = |number: &Expression| match kind {
            Kind::Real => number.real(known).filter(|x| *x != 0.0 || x.is_sign_positive()).map(f64::from),
            // an integer of a layer is exact as a float
            _ => number.size(known).filter(|&n| n < 1 << 24).map(|n| n as f64),
        };
        let list = item.numbers.iter().map(read).collect::<Option<_>>()?;
        let is_in_place = if item.name.is_empty() { n == 0 } else { !is_by_place || n == 1 };
        if !fits || !is_in_place || numbers.insert(item.name.clone(), list).is_some() {
            return None;
        }
    }
    Some(numbers)
}

/// Whether numbers mean the same layer.
fn is_alike(
    word: &str,
    layer: &Layer,
    mut numbers: [BTreeMap<String, Vec<f64>>; 2],
    takes: &[usize],
    gives: &[usize],
) -> bool {
    let single = |x: f32| vec![f64::from(x)];
    for numbers in &mut numbers {
        match word {
            "leaky_relu" => _ = numbers.entry(String::new()).or_insert(single(0.01)),
            "elu" => _ = numbers.entry(String::new()).or_insert(single(1.0)),
            "pad2d" | "crop" => _ = numbers.entry(String::new()).and_modify(|sides| *sides = four(sides)),
            "upsample" => _ = numbers.entry(String::new()).and_modify(|scale| *scale = each(scale, 2)),
            _ => (),
        }
        numbers.retain(|name, list| match name.as_str() {
            "groups" | "multiplier" => *list != [1.0],
            "eps" => *list != single(1e-5),
            "zero" | "nearest" => false,
            _ => true,
        });
    }
    let momentum = numbers.each_mut().map(|numbers| numbers.remove("momentum").map_or(0.1, |list| list[0] as f32));
    if !BatchNorm::is_same_momentum(momentum[0], momentum[1]) {
        return false;
    }
    if !(word.contains("conv") || word.starts_with("max_pool") || word.starts_with("avg_pool")) {
        return numbers[0] == numbers[1];
    }
    let [Some(a), Some(b)] = numbers.each_mut().map(|numbers| window(word, numbers, &takes[1..])) else { return false };
    if numbers[0] != numbers[1] || !b.is_possible(layer, takes, gives) {
        return false;
    }
    let is_pool = word.contains("pool");
    (0..a.axes.len()).all(|n| {
        let (one, other) = (a.axes[n], b.axes[n]);
        let steps = |axis: Axis| [axis.kernel, axis.stride, axis.dilation, axis.padding[0]];
        let (size, windows) = (takes[n + 1], gives[n + 1]);
        steps(one) == steps(other)
            && if is_pool {
                // where windows lie is all there is to a largest value; a mean has the places that count too
                let counts = |window: &Window, axis| shares(&axis, size, windows, window.counts);
                let gives = |window: &Window, axis: Axis| {
                    windows == if window.ceil { axis.output_up(size) } else { axis.output(size) }
                };
                let has_windows = gives(&a, one) && gives(&b, other);
                has_windows && (word.starts_with("max") || counts(&a, one) == counts(&b, other))
            } else {
                // a transposed convolution's output padding takes back what its padding takes away
                one.padding[1] + b.more[n] == other.padding[1] + a.more[n]
            }
    })
}

/// A window's numbers.
struct Window {
    axes: Vec<Axis>,
    more: Vec<usize>,
    same: bool,
    ceil: bool,
    counts: bool,
}

impl Window {
    /// Whether the library has the layer with this window, and it gives the same sizes.
    fn is_possible(&self, layer: &Layer, takes: &[usize], gives: &[usize]) -> bool {
        // a sequence is an image of one row
        let each = |of: &dyn Fn(usize) -> usize, row: usize| match self.axes.len() {
            1 => [row, of(0)],
            _ => [of(0), of(1)],
        };
        let [top, left] = each(&|n| self.axes[n].padding[0], 0);
        let [bottom, right] = each(&|n| self.axes[n].padding[1], 0);
        let more = each(&|n| self.more[n], 0);
        let window = Sliding {
            kernel: each(&|n| self.axes[n].kernel, 1),
            stride: Some(each(&|n| self.axes[n].stride, 1)),
            dilation: each(&|n| self.axes[n].dilation, 1),
            padding: if self.same { Padding::Same } else { Padding::Sides([top, bottom, left, right]) },
            bias: true,
            channels: Channels::All,
            output_padding: (more != [0, 0]).then_some(more),
        };
        let of = |conv: &Conv| {
            let window = Sliding { bias: conv.window.bias, channels: conv.window.channels, ..window };
            Conv { channels: conv.channels, window, weight: Vec::new(), bias: Vec::new() }
        };
        let pool = Pool { window, ceil: self.ceil, counts: self.counts };
        let layer = match layer {
            Layer::Conv(conv) => Layer::Conv(of(conv)),
            Layer::Depthwise(conv) => Layer::Depthwise(of(conv)),
            Layer::Mapwise(conv) => Layer::Mapwise(of(conv)),
            Layer::Transpose(conv) => Layer::Transpose(of(conv)),
            Layer::MaxPool(_) => Layer::MaxPool(pool),
            Layer::AvgPool(_) => Layer::AvgPool(pool),
            _ => return false,
        };
        layer.after(takes).is_ok_and(|dims| dims == gives)
    }
}

/// Takes a window's numbers out of the others: over an image, or along a sequence of one size.
fn window(word: &str, numbers: &mut BTreeMap<String, Vec<f64>>, sizes: &[usize]) -> Option<Window> {
    let rank = sizes.len();
    let mut take = |name: &str| numbers.remove(name);
    let whole = |list: Vec<f64>| list.into_iter().map(|n| n as usize).collect::<Vec<_>>();
    let is_pool = word.contains("pool");
    let kernel = each(&take(if is_pool { "" } else { "kernel" })?, rank);
    let one = vec![1.0; rank];
    let stride = take("stride").map_or(if is_pool { kernel.clone() } else { one.clone() }, |list| each(&list, rank));
    let dilation = take("dilation").map_or(one, |list| each(&list, rank));
    let sides = take("padding").unwrap_or(vec![0.0]);
    let sides = if rank == 1 { each(&sides, 2) } else { four(&sides) };
    let more = take("output_padding").map_or(vec![0.0; rank], |list| each(&list, rank));
    let [same, ceil, no_count] = ["padding same", "ceil", "no count"].map(|word| take(word).is_some());
    let [kernel, stride, dilation, sides, more] = [kernel, stride, dilation, sides, more].map(whole);
    if [&kernel, &stride, &dilation, &more].iter().any(|list| list.len() != rank) || sides.len() != 2 * rank {
        return None;
    }
    let axes = (0..rank).map(|n| {
        let padding = [sides[2 * n], sides[2 * n + 1]];
        let axis = Axis { kernel: kernel[n], stride: stride[n], dilation: dilation[n], padding };
        if same { axis.same(sizes[n]) } else { axis }
    });
    Some(Window { axes: axes.collect(), more, same, ceil, counts: !no_count })
}

/// One number for each of a few, or these.
fn each(list: &[f64], count: usize) -> Vec<f64> {
    if let [one] = list { vec![*one; count] } else { list.to_vec() }
}

/// The four sides that one, two or four numbers mean.
fn four(list: &[f64]) -> Vec<f64> {
    if let [rows, columns] = *list { vec![rows, rows, columns, columns] } else { each(list, 4) }
}

#[cfg(test)]
mod tests {
    use const_cnn::Border;

    use super::*;
    use crate::windows::whole_pool;

    /// A line in this crate's spaces, if it writes this layer, after these sizes.
    fn same(line: &str, layer: &Layer, takes: &[usize], gives: &[usize]) -> Option<String> {
        let written = Written::of(line)?;
        written.is(layer, takes, gives, &Known::new()).then(|| written.to_string())
    }

    #[test]
    fn a_line_is_kept_where_it_means_the_same() {
        let mut window = whole_pool([3, 3]).window;
        (window.stride, window.padding, window.channels) = (Some([1, 1]), Padding::Sides([1; 4]), Channels::All);
        let conv = Layer::Conv(Conv { channels: 4, window, weight: vec![], bias: vec![] });
        let written = |line| same(line, &conv, &[2, 5, 5], &[4, 5, 5]);
        for line in [
            "conv2d(4, kernel 3, padding 1)",
            "conv2d(4, kernel 3, padding same)",
            "conv2d(4, padding (1, 1), kernel (3, 3), stride 1)",
            "conv2d(4, kernel 3, padding (1, 1, 1, 1), groups 1)",
            "conv2d(2 + 2, kernel (3), padding (4 - 3) * 1)",
            "conv2d(0x4, kernel 3usize, padding 1,)",
        ] {
            assert_eq!(written(line).as_deref(), Some(line));
        }
        assert_eq!(
            written("conv2d (4,\n    kernel(3,3), padding 0_1,)").unwrap(),
            "conv2d(4, kernel (3, 3), padding 0_1,)"
        );
        for line in [
            "conv2d(5, kernel 3, padding 1)",
            "conv2d(4, kernel 3)",
            "conv2d(4, kernel 3, padding 1, no bias)",
            "conv2d(4, kernel 3, padding 1, groups 2)",
            "conv2d(4, kernel 3, padding (1, 1, 1))",
            "conv2d(4, kernel 3, kernel 3, padding 1)",
            "conv2d(CHANNELS, kernel 3, padding 1)",
            "conv2d(4, kernel (3, 3,), padding 1)",
            "conv2d(4, kernel 3, padding 1 - 2)",
            "conv2d(4, kernel 3, padding 1 as usize)",
            "conv2d(4, kernel 3, padding { 1 })",
            "conv2d(4, kernel 3, padding f(1))",
            "conv2d(4, kernel 3, padding std::process::exit(1))",
            "conv2d(4, kernel 3, padding 1) } fn main() {",
            "conv2d(4, kernel 3, padding 1), // a",
            "conv2d(4, kernel 3, padding 1, ceil 1)",
            "conv2d(4, kernel 3, padding PADDING)",
            "conv2d(4, kernel 3, padding 1",
            "conv2d(4, kernel -3, padding 1)",
            "conv2d",
            "conv1d(4, kernel 3, padding 1)",
            "relu",
            "",
            "((((",
        ] {
            assert_eq!(written(line), None, "{line}");
        }
    }

    #[test]
    fn a_line_that_is_no_rust_or_no_layer_is_not_kept() {
        use crate::layer::{BatchNorm, Linear};

        let norm = || Norm { eps: 1e-5, weight: vec![], bias: vec![] };
        let window = Sliding { channels: Channels::Groups(2), ..whole_pool([3, 3]).window };
        let window = Sliding { stride: Some([2, 2]), padding: Padding::Sides([1; 4]), ..window };
        let conv = |channels, window| Layer::Conv(Conv { channels, window, weight: vec![], bias: vec![] });
        let one = Sliding { kernel: [1, 1], stride: None, bias: false, ..whole_pool([1, 1]).window };
        let linear = || Layer::Linear(Linear { outputs: 6, weight: vec![], bias: vec![0.0; 6] });
        let batch_norm = Layer::BatchNorm(BatchNorm { eps: 1e-5, momentum: 0.1, arrays: Default::default() });
        let pool = || whole_pool([2, 2]);
        type Case = (Layer, &'static [usize], &'static [usize], &'static [&'static str], &'static [&'static str]);
        let cases: Vec<Case> = vec![
            (
                linear(),
                &[8],
                &[6],
                &["linear(6)", "linear(0_6)", "linear((6))", "linear(0x6)", "linear(12 / 2,)"],
                &[
                    "linear((6)",
                    "linear(6))",
                    "linear(6e0)",
                    "linear(6.)",
                    "linear(6.0)",
                    "linear([6])",
                    "linear(6,,)",
                    "linear(6, momentum 0.1, groups 1)",
                    "linear(6, eps 1e-5)",
                    "linear(+6)",
                    "linear(-6)",
                    "linear(_6)",
                    "linear(6u8)",
                    "linear(6, bias)",
                    "linear{6}",
                ],
            ),
            (
                conv(4, window),
                &[2, 6, 6],
                &[4, 3, 3],
                &["conv2d(4, groups 2, kernel (3), stride (2, 2), padding 1)"],
                &[
                    "conv2d(4, kernel [3), stride 2, padding 1, groups 2)",
                    "conv2d(4, kernel [3, 3], stride 2, padding 1, groups 2)",
                    "conv2d(4.0, kernel 3, stride 2, padding 1, groups 2)",
                    "conv2d(4, kernel 3.0, stride 2, padding 1, groups 2)",
                    "conv2d(kernel 3, 4, stride 2, padding 1, groups 2)",
                    "conv2d(4, kernel 3, stride 2, padding 1, groups 2, multiplier 1)",
                    "conv2d(4, kernel 3, stride 2, padding 1, groups 2, output_padding 0)",
                    "conv2d(4, kernel 3, stride 2, padding 1, groups 2, eps 1e-5)",
                ],
            ),
            (
                conv(2, one),
                &[2, 3, 3],
                &[2, 3, 3],
                &["conv2d(2, kernel 1, no bias)"],
                &["conv2d(2, kernel 1, no bias, no count)", "conv2d(2, kernel 1, no bias, ceil)"],
            ),
            (
                Layer::AvgPool(pool()),
                &[2, 4, 4],
                &[2, 2, 2],
                &["avg_pool2d(2, padding 0)", "avg_pool2d(2, stride 2)"],
                &["avg_pool2d(2, padding -0)", "avg_pool2d(2, no bias)", "avg_pool2d(2, groups 1)"],
            ),
            (
                Layer::MaxPool(pool()),
                &[2, 5, 5],
                &[2, 2, 2],
                &["max_pool2d(2)"],
                // the library wants padding smaller than the kernel, and has none to count
                &["max_pool2d(2, no count)", "max_pool2d(2, padding (0, 2, 0, 2))"],
            ),
            (
                Layer::Upsample([2, 2], false),
                &[1, 2, 2],
                &[1, 4, 4],
                &["upsample((2, 2))", "upsample(2, nearest)"],
                &["upsample(2.0)", "upsample(nearest, 2)", "upsample(2, bilinear)", "upsample(2, nearest, bilinear)"],
            ),
            (
                Layer::Pad([1, 1, 2, 2], Border::Zero),
                &[1, 2, 2],
                &[1, 4, 6],
                &["pad2d((1, 2))", "pad2d((1, 1, 2, 2), zero,)"],
                &["pad2d((1, 2), reflect)", "pad2d((1, 2), zero, zero)", "pad2d(zero, (1, 2))", "pad2d((1, 2, zero))"],
            ),
            (Layer::Crop([1; 4]), &[1, 4, 4], &[1, 2, 2], &["crop((1, 1))"], &["crop([1])", "crop([1, 1])"]),
            (
                Layer::Reshape(vec![6, 25]),
                &[150],
                &[6, 25],
                &["reshape([6, 25])", "reshape([2 * 3, 25,],)"],
                &["reshape((6, 25))", "reshape(6, 25)"],
            ),
            (
                Layer::Dropout(0.25),
                &[4],
                &[4],
                &["dropout(0.250)", "dropout(2.5e-1)", "dropout(25e-2)", "dropout(0.25f32)", "dropout((0.5) / 2.0)"],
                &[
                    "dropout(.25)",
                    "dropout(0.25f64)",
                    "dropout(2_5.e-2)",
                    "dropout([0.25])",
                    "dropout(0._25)",
                    "dropout(1 / 4)",
                ],
            ),
            (Layer::Elu(1.0), &[4], &[4], &["elu", "elu(1.)", "elu(1e0)"], &["elu(1)", "elu(alpha 1.0)", "elu(1.f32)"]),
            (Layer::Elu(-0.5), &[4], &[4], &["elu(-0.50)"], &["elu(0.5)", "elu(--0.5)"]),
            (Layer::Word("relu"), &[4], &[4], &["relu"], &["relu(eps 1e-5)", "relu(1)", "relu eps"]),
            (Layer::Word("flatten"), &[4], &[4], &["flatten"], &["flatten(multiplier 1)"]),
            (Layer::Word("sigmoid"), &[4], &[4], &["sigmoid"], &["sigmoid(momentum 0.1)"]),
            (
                batch_norm,
                &[4],
                &[4],
                // ONNX holds how much is kept, and of that six digits are read
                &["batch_norm(momentum 0.1, eps 1e-5)", "batch_norm(eps 0.00001)", "batch_norm(momentum 0.1000001)"],
                &["batch_norm(eps 1e-5, groups 1)", "batch_norm(momentum 0.10001)", "batch_norm(momentum (0.1, 0.1))"],
            ),
            (
                Layer::LayerNorm(norm()),
                &[4],
                &[4],
                &["layer_norm(eps 1e-5)"],
                &["layer_norm(momentum 0.1)", "layer_norm(1e-5)"],
            ),
        ];
        for (layer, takes, gives, kept, refused) in cases {
            for line in kept {
                assert_eq!(same(line, &layer, takes, gives).as_deref(), Some(*line));
            }
            for line in refused {
                assert_eq!(same(line, &layer, takes, gives), None, "{line}");
            }
        }
    }

    #[test]
    fn means_have_the_same_places_to_count() {
        let mut pool = whole_pool([3, 3]);
        (pool.window.stride, pool.ceil) = (Some([2, 2]), true);
        pool.window.padding = Padding::Sides([1; 4]);
        let (takes, gives) = ([1, 6, 6], [1, 4, 4]);
        let written = |line| same(line, &Layer::AvgPool(pool), &takes, &gives).is_some();
        assert!(written("avg_pool2d(3, stride 2, padding 1, ceil)"));
        assert!(!written("avg_pool2d(3, stride 2, padding (1, 2, 1, 2))"));
        assert!(!written("avg_pool2d(3, stride 2, padding 1)"));
        assert!(!written("avg_pool2d(3, stride 2, padding 1, ceil, no count)"));
        let max = |line| same(line, &Layer::MaxPool(pool), &takes, &gives).is_some();
        assert!(max("max_pool2d(3, stride 2, padding (1, 2, 1, 2))"));
        assert!(max("max_pool2d(3, stride 2, padding 1, ceil)"));
        assert!(!max("max_pool2d(3, stride 2, padding 2)"));
    }
}
