//! The layers of a network: how each is written, what it gives by the library's own rule, and its arrays.

use std::cell::Cell;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use const_cnn::layers::pool::Pool;
use const_cnn::layers::sliding::{Channels, Padding, Sliding};
use const_cnn::layers::{
    batch_norm, conv_transpose2d, conv2d, crop, depthwise_conv2d, dropout, group_norm, linear, mapwise_conv2d, pad2d,
    reshape, upsample,
};
use const_cnn::{Border, Dims, Former};

use crate::expression::Value;
use crate::types::without_word;

/// A layer with its numbers and its arrays, which are in PyTorch's order.
#[derive(Clone, Debug)]
pub enum Layer {
    /// What has a word, and neither numbers nor arrays: an activation, `global_avg_pool`, `flatten`.
    Word(&'static str),
    /// `leaky_relu(S)`
    LeakyRelu(f32),
    /// `elu(A)`
    Elu(f32),
    /// `prelu`
    Prelu(Vec<f32>),
    /// `conv2d`, or `conv1d` of a sequence
    Conv(Conv),
    /// `depthwise_conv2d`, or `depthwise_conv1d`
    Depthwise(Conv),
    /// `mapwise_conv2d`
    Mapwise(Conv),
    /// `conv_transpose2d`, or `conv_transpose1d`
    Transpose(Conv),
    /// `linear`
    Linear(Linear),
    /// `max_pool2d`, or `max_pool1d`
    MaxPool(Pool),
    /// `avg_pool2d`, or `avg_pool1d`
    AvgPool(Pool),
    /// `pad2d`
    Pad([usize; 4], Border),
    /// `crop`
    Crop([usize; 4]),
    /// `upsample`
    Upsample([usize; 2], bool),
    /// `reshape`
    Reshape(Vec<usize>),
    /// `batch_norm`
    BatchNorm(BatchNorm),
    /// `layer_norm`
    LayerNorm(Norm),
    /// `group_norm`
    GroupNorm(usize, Norm),
    /// `instance_norm`
    InstanceNorm(Norm),
    /// `dropout`
    Dropout(f32),
    /// `spatial_dropout`
    SpatialDropout(f32),
}

/// A convolution.
#[derive(Clone, Debug)]
pub struct Conv {
    /// How many channels it gives.
    pub channels: usize,
    /// Its window, its groups, and whether it has a bias.
    pub window: Sliding,
    /// Its weight, `[F, A, KH, KW]`, or transposed `[C, A, KH, KW]`.
    pub weight: Vec<f32>,
    /// Its bias, or nothing.
    pub bias: Vec<f32>,
}

/// A dense layer.
#[derive(Clone, Debug)]
pub struct Linear {
    /// How many values it gives.
    pub outputs: usize,
    /// Its weight, `[O, I]`.
    pub weight: Vec<f32>,
    /// Its bias, or nothing.
    pub bias: Vec<f32>,
}

/// A normalisation by what is held.
#[derive(Clone, Debug)]
pub struct BatchNorm {
    /// What is added to the variance.
    pub eps: f32,
    /// How far a batch moves what is held.
    pub momentum: f32,
    /// Weight, bias, mean and variance, of each channel.
    pub arrays: [Vec<f32>; 4],
}

/// A normalisation by the values themselves.
#[derive(Clone, Debug)]
pub struct Norm {
    /// What is added to the variance.
    pub eps: f32,
    /// Factors, one for each channel or value.
    pub weight: Vec<f32>,
    /// Summands, likewise.
    pub bias: Vec<f32>,
}

impl Layer {
    /// What the layer is called, from the sizes before it.
    pub fn word(&self, former: &[usize]) -> &'static str {
        let by_rank = |line, image| if former.len() == 2 { line } else { image };
        match self {
            Layer::Word(word) => word,
            Layer::LeakyRelu(_) => "leaky_relu",
            Layer::Elu(_) => "elu",
            Layer::Prelu(_) => "prelu",
            Layer::Conv(_) => by_rank("conv1d", "conv2d"),
            Layer::Depthwise(_) => by_rank("depthwise_conv1d", "depthwise_conv2d"),
            Layer::Mapwise(_) => "mapwise_conv2d",
            Layer::Transpose(_) => by_rank("conv_transpose1d", "conv_transpose2d"),
            Layer::Linear(_) => "linear",
            Layer::MaxPool(_) => by_rank("max_pool1d", "max_pool2d"),
            Layer::AvgPool(_) => by_rank("avg_pool1d", "avg_pool2d"),
            Layer::Pad(..) => "pad2d",
            Layer::Crop(_) => "crop",
            Layer::Upsample(..) => "upsample",
            Layer::Reshape(_) => "reshape",
            Layer::BatchNorm(_) => "batch_norm",
            Layer::LayerNorm(_) => "layer_norm",
            Layer::GroupNorm(..) => "group_norm",
            Layer::InstanceNorm(_) => "instance_norm",
            Layer::Dropout(_) => "dropout",
            Layer::SpatialDropout(_) => "spatial_dropout",
        }
    }

    /// What it gives after sizes, by the library's rule; or that rule's sentence.
    pub fn after(&self, former: &[usize]) -> Result<Vec<usize>, String> {
        let before = Former { name: "", dims: Dims::new(former) };
        let (word, rank) = (self.word(former), former.len());
        let dims = rule(|| match self {
            Layer::Word("flatten") => Dims::new(&[before.dims.len()]),
            Layer::Word("global_avg_pool" | "global_max_pool") => {
                assert!(rank > 1, "{word} takes an image or a sequence");
                Dims::new(&[former[0]])
            }
            Layer::Word("softmax") => before.takes(word, 1),
            Layer::Word(_)
            | Layer::LeakyRelu(_)
            | Layer::Elu(_)
            | Layer::Prelu(_)
            | Layer::LayerNorm(_)
            | Layer::InstanceNorm(_) => before.takes_any(word),
            Layer::Conv(Conv { channels, window, .. }) => {
                conv2d::Numbers { channels: *channels, window: *window }.after_rank(before, word, rank)
            }
            Layer::Depthwise(Conv { window, .. }) => {
                depthwise_conv2d::Numbers { window: *window }.after_rank(before, word, rank)
            }
            Layer::Mapwise(Conv { channels, window, .. }) => {
                mapwise_conv2d::Numbers { kernels: *channels, window: *window }.after(before)
            }
            Layer::Transpose(Conv { channels, window, .. }) => {
                conv_transpose2d::Numbers { channels: *channels, window: *window }.after_rank(before, word, rank)
            }
            Layer::Linear(Linear { outputs, bias, .. }) => {
                linear::Numbers { outputs: *outputs, bias: !bias.is_empty() }.after(before)
            }
            Layer::MaxPool(pool) => pool.max_after(before, word, rank),
            Layer::AvgPool(pool) => pool.after(before, word, rank),
            Layer::Pad(sides, border) => pad2d::Numbers { sides: *sides, border: *border }.after(before),
            Layer::Crop(sides) => crop::Numbers { sides: *sides }.after(before),
            Layer::Upsample(scale, bilinear) => upsample::Numbers { scale: *scale, bilinear: *bilinear }.after(before),
            Layer::Reshape(dims) => reshape::Numbers { dims: Dims::new(dims) }.after(before),
            Layer::BatchNorm(norm) => batch_norm::Numbers { eps: norm.eps, momentum: norm.momentum }.after(before),
            Layer::GroupNorm(groups, norm) => group_norm::Numbers { groups: *groups, eps: norm.eps }.after(before),
            Layer::Dropout(p) | Layer::SpatialDropout(p) => dropout::Numbers { layer: word, p: *p }.after(before),
        })?;
        let dims = rule(|| before.gives(word, dims, 0))?;
        Ok(dims.sizes[..dims.rank].to_vec())
    }

    /// Its arrays, in the order in which the library reads them.
    pub fn arrays(&self) -> Vec<&[f32]> {
        let arrays: Vec<&Vec<f32>> = match self {
            Layer::Prelu(weight) => vec![weight],
            Layer::Conv(conv) | Layer::Depthwise(conv) | Layer::Mapwise(conv) | Layer::Transpose(conv) => {
                vec![&conv.weight, &conv.bias]
            }
            Layer::Linear(linear) => vec![&linear.weight, &linear.bias],
            Layer::BatchNorm(norm) => norm.arrays.iter().collect(),
            Layer::LayerNorm(norm) | Layer::GroupNorm(_, norm) | Layer::InstanceNorm(norm) => {
                vec![&norm.weight, &norm.bias]
            }
            _ => Vec::new(),
        };
        arrays.into_iter().map(Vec::as_slice).collect()
    }

    /// How many numbers it has.
    pub fn parameters(&self) -> usize {
        self.arrays().iter().map(|array| array.len()).sum()
    }

    /// How it is written after sizes: `conv2d(8, kernel 3, padding 1)`.
    pub fn text(&self, former: &[usize]) -> String {
        let word = self.word(former);
        if let Some(written) = without_word(word, former) {
            return written;
        }
        let numbers = match self {
            Layer::LeakyRelu(slope) if *slope == 0.01 => String::new(),
            Layer::Elu(alpha) if *alpha == 1.0 => String::new(),
            Layer::LeakyRelu(x) | Layer::Elu(x) | Layer::Dropout(x) | Layer::SpatialDropout(x) => number(*x),
            Layer::Conv(Conv { channels, window, .. }) | Layer::Mapwise(Conv { channels, window, .. }) => {
                let window = &written(window, former);
                format!("{channels}, kernel {}{}", pair(window.kernel, former), sliding(window, former))
            }
            Layer::Transpose(Conv { channels, window, .. }) => {
                format!("{channels}, kernel {}{}", pair(window.kernel, former), sliding(window, former))
            }
            Layer::Depthwise(Conv { window, .. }) => {
                let window = &written(window, former);
                format!("kernel {}{}", pair(window.kernel, former), sliding(window, former))
            }
            Layer::Linear(Linear { outputs, bias, .. }) => {
                format!("{outputs}{}", if bias.is_empty() { ", no bias" } else { "" })
            }
            Layer::MaxPool(pool) | Layer::AvgPool(pool) => {
                // left out, the stride is the kernel
                let stride = pool.window.stride.filter(|&stride| stride != pool.window.kernel);
                let stride = stride.map_or(String::new(), |stride| format!(", stride {}", pair(stride, former)));
                let window = Sliding { stride: None, ..written(&pool.window, former) };
                let mut text = format!("{}{stride}{}", pair(window.kernel, former), sliding(&window, former));
                text += if pool.ceil { ", ceil" } else { "" };
                text += if pool.counts { "" } else { ", no count" };
                text
            }
            Layer::Pad(padding, border) => {
                let border = match border {
                    Border::Zero => "",
                    Border::Replicate => ", replicate",
                    Border::Reflect => ", reflect",
                };
                format!("{}{border}", sides(*padding, former))
            }
            Layer::Crop(cropped) => sides(*cropped, former),
            Layer::Upsample(scale, bilinear) => {
                format!("{}{}", pair(*scale, former), if *bilinear { ", bilinear" } else { "" })
            }
            Layer::Reshape(dims) => format!("{dims:?}"),
            Layer::BatchNorm(BatchNorm { eps, momentum, .. }) => {
                let eps = (*eps != 1e-5).then(|| format!("eps {}", number(*eps)));
                let momentum = (*momentum != 0.1).then(|| format!("momentum {}", number(*momentum)));
                [eps, momentum].into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
            Layer::GroupNorm(groups, Norm { eps, .. }) if *eps != 1e-5 => format!("{groups}, eps {}", number(*eps)),
            Layer::GroupNorm(groups, _) => groups.to_string(),
            Layer::LayerNorm(Norm { eps, .. }) | Layer::InstanceNorm(Norm { eps, .. }) if *eps != 1e-5 => {
                format!("eps {}", number(*eps))
            }
            _ => String::new(),
        };
        if numbers.is_empty() { word.to_string() } else { format!("{word}({numbers})") }
    }

    /// The multiplications with an addition that one image takes.
    pub fn multiply_accumulates(&self, former: &[usize], output: &[usize]) -> usize {
        let places = |dims: &[usize]| dims[1..].iter().product::<usize>();
        match self {
            Layer::Conv(conv) | Layer::Depthwise(conv) => conv.weight.len() * places(output),
            Layer::Mapwise(conv) => former[0] * conv.weight.len() * places(output),
            Layer::Transpose(conv) => conv.weight.len() * places(former),
            Layer::Linear(linear) => linear.weight.len(),
            _ => 0,
        }
    }
}

impl BatchNorm {
    /// How much of what is held a batch leaves, as ONNX says it.
    pub fn keeps(momentum: f32) -> f32 {
        (1.0 - f64::from(momentum)) as f32
    }

    /// The momentum, of six digits, of a layer that keeps so much.
    pub fn momentum(keeps: f32) -> f32 {
        ((1e6 * (1.0 - f64::from(keeps))).round() / 1e6) as f32
    }

    /// Whether both are one momentum once they have been in a file.
    pub fn is_same_momentum(a: f32, b: f32) -> bool {
        let is_possible = |momentum: f32| (0.0..=1.0).contains(&momentum);
        let in_file = |momentum| BatchNorm::momentum(BatchNorm::keeps(momentum));
        is_possible(a) && is_possible(b) && in_file(a) == in_file(b)
    }
}

impl Conv {
    /// How many of its channels' neighbours in `weight` one output channel has: its kernel's numbers.
    pub fn per_channel(&self) -> usize {
        self.weight.len() / self.channels.max(1)
    }
}

thread_local! {
    /// Whether a rule is asked: what it says is then an error, and not printed.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// What one of the library's rules gives, which is written for the compiler: it panics with a sentence.
fn rule<T>(rule: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let print = take_hook();
        set_hook(Box::new(move |panic| {
            if !ASKED.get() {
                print(panic)
            }
        }));
    });
    ASKED.set(true);
    let given = catch_unwind(AssertUnwindSafe(rule));
    ASKED.set(false);
    given.map_err(|says| {
        let sentence = says.downcast_ref::<String>().map(String::as_str).or(says.downcast_ref::<&str>().copied());
        sentence.unwrap_or("the library's rule refuses it").trim_start_matches(": ").to_string()
    })
}

/// A float as it is written.
fn number(x: f32) -> String {
    Value::Real(x).to_string()
}

/// Two numbers along rows and columns, as one where that says it; along a sequence the second one.
fn pair([rows, columns]: [usize; 2], former: &[usize]) -> String {
    if rows == columns || former.len() == 2 { columns.to_string() } else { format!("({rows}, {columns})") }
}

/// A number for each side.
fn sides([top, bottom, left, right]: [usize; 4], former: &[usize]) -> String {
    match former.len() {
        2 if left == right => left.to_string(),
        2 => format!("({left}, {right})"),
        _ if top == bottom && left == right => pair([top, left], former),
        _ => format!("({top}, {bottom}, {left}, {right})"),
    }
}

/// A window with its padding as a person would write it, however the file says it: `same` where the sides are uneven as
/// TensorFlow has them, or else their numbers.
fn written(window: &Sliding, former: &[usize]) -> Sliding {
    let dims = Dims::new(former);
    let of = |window: Sliding| window.axes(dims).map(|axis| axis.padding);
    let ([rows, columns], same) = (of(*window), of(Sliding { padding: Padding::Same, ..*window }));
    let is_uneven = rows[0] != rows[1] || columns[0] != columns[1];
    let sides = Padding::Sides([rows[0], rows[1], columns[0], columns[1]]);
    Sliding { padding: if is_uneven && same == [rows, columns] { Padding::Same } else { sides }, ..*window }
}

/// What of a window is not the default.
fn sliding(window: &Sliding, former: &[usize]) -> String {
    let mut text = String::new();
    let mut say = |what: &str, number: String| {
        let _ = write!(text, ", {what}{number}"); // to a string it never fails
    };
    if let Some(stride) = window.stride.filter(|&stride| stride != [1, 1]) {
        say("stride ", pair(stride, former));
    }
    if window.dilation != [1, 1] {
        say("dilation ", pair(window.dilation, former));
    }
    match window.padding {
        Padding::Same => say("padding ", "same".to_string()),
        Padding::Sides([0, 0, 0, 0]) => (),
        Padding::Sides(padding) => say("padding ", sides(padding, former)),
    }
    match window.channels {
        Channels::Groups(groups) if groups > 1 => say("groups ", groups.to_string()),
        Channels::Multiplier(multiplier) if multiplier > 1 => say("multiplier ", multiplier.to_string()),
        _ => (),
    }
    if let Some(more) = window.output_padding.filter(|&more| more != [0, 0]) {
        say("output_padding ", pair(more, former));
    }
    if !window.bias {
        say("no bias", String::new());
    }
    text
}
