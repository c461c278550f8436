//! From a network whose numbers are places of integers to its int8 form.

use const_cnn::Scale;

use crate::blocks::{Line, What};
use crate::error::{Error, Result};
use crate::flow::{Flow, Op, Origin};
use crate::integers::Integers;
use crate::layer::Layer;

/// The int8 form of a network.
#[derive(Clone, Debug)]
pub struct Int8 {
    /// What `Int8::<NAME>::from_le_bytes` takes.
    pub bytes: Vec<u8>,
    /// How the image stands for real numbers.
    pub input: Scale,
    /// How the result does.
    pub output: Scale,
    /// What there is to say of the two.
    pub remarks: Vec<String>,
}

impl Int8 {
    /// What is said above the network, of how it is loaded and what it takes and gives.
    pub fn says(&self, name: &str) -> Vec<String> {
        let real = |what: &str, Scale { scale, zero_point }: Scale| {
            let sign = if zero_point > 0 { '-' } else { '+' };
            let shifted =
                if zero_point == 0 { "q".into() } else { format!("(q {sign} {})", zero_point.unsigned_abs()) };
            format!("{what}, channels last: q stands for {scale} * {shifted}.")
        };
        let mut says = vec![
            format!("Its int8 form: `Int8::<{name}>::from_le_bytes(include_bytes!(\"{name}.bin\"))`"),
            real("It takes int8, by `image_in`", self.input),
            real("It gives int8, by `infer_in`", self.output),
        ];
        says.extend(self.remarks.iter().cloned());
        if self.bytes.len() > LONG {
            says.push(
                "In a `static` it may need `#![allow(long_running_const_eval)]`, in the crate that has it.".into(),
            );
        }
        says
    }
}

/// From how many bytes on the compiler's lint may have to be allowed: for a chip's own kernels sooner than for plain loops.
const LONG: usize = 100_000;

/// That the network computes nothing but what layers of int8 do, before it is made simpler.
///
/// # Errors
///
/// [`Error::Node`] at what calculates with constants, or is none of them.
pub fn check(flow: &Flow) -> Result<()> {
    let is_known = |op: &Op| matches!(op, Op::Input | Op::Layer(_) | Op::Add | Op::Concat);
    match flow.in_order().nodes.iter().find(|node| !is_known(&node.op)) {
        None => Ok(()),
        Some(node) => node.origin.error(format!("calculates with a constant, or with itself; {POSSIBLE}")),
    }
}

/// What the int8 form has layers for.
const POSSIBLE: &str = "an int8 network has convolutions, dense layers, pools, relu, relu6, softmax, sums and concatenations of \
    values, `flatten` and `reshape`; as floats, with `--float`, it may be read";

/// The int8 form of lines whose numbers are places of integers.
///
/// # Errors
///
/// [`Error::Node`] at a layer that has no int8 form, and where a scale is not what the layer before gives.
pub fn int8(lines: &[Line], integers: &Integers) -> Result<Int8> {
    let unknown = || Error::Format("TFLite: what it takes, or gives, has no scale".into());
    let (taken, given) = integers.ends;
    let input = *integers.scales.get(&taken).ok_or_else(unknown)?;
    let output = *integers.scales.get(&given).ok_or_else(unknown)?;
    let mut writer = Writer { integers, bytes: Vec::new() };
    writer.scale(input);
    let last = lines.last().map_or_else(Origin::default, |line| line.origin.clone());
    let found = writer.lines(lines, input)?;
    same(&last, found, output, "the model gives it")?;
    Ok(Int8 { bytes: writer.bytes, input, output, remarks: integers.remarks.clone() })
}

/// That what a layer takes has the scale that is given.
fn same(origin: &Origin, given: Scale, said: Scale, what: &str) -> Result<()> {
    if given == said {
        return Ok(());
    }
    let says =
        format!("{what} in {}, and what gives it in {}; a QUANTIZE between them is possible", text(said), text(given));
    origin.error(says)
}

/// A scale in words.
pub fn text(scale: Scale) -> String {
    let Scale { scale, zero_point } = scale;
    format!("steps of {scale} from {zero_point}")
}

struct Writer<'a> {
    integers: &'a Integers,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn scale(&mut self, scale: Scale) {
        self.bytes.extend(scale.scale.to_le_bytes());
        self.bytes.extend(i32::from(scale.zero_point).to_le_bytes());
    }

    /// The scale of what an operator gives, and those of what it takes.
    fn scales(&self, origin: &Origin) -> Result<(Scale, &[usize])> {
        let tensor = origin.tensor.unwrap_or(usize::MAX);
        match (self.integers.scales.get(&tensor), self.integers.taken.get(&tensor)) {
            (Some(&scale), Some(taken)) => Ok((scale, taken)),
            _ => origin.error("the scale of what it gives is not known"),
        }
    }

    /// The scale that an operator takes a tensor in.
    fn taken(&self, origin: &Origin, taken: &[usize], n: usize) -> Result<Scale> {
        let scale = taken.get(n).and_then(|tensor| self.integers.scales.get(tensor));
        scale.copied().map_or_else(|| origin.error("the scale of what it takes is not known"), Ok)
    }

    /// Lines that take values of a scale. Gives that of what they give.
    fn lines(&mut self, lines: &[Line], mut scale: Scale) -> Result<Scale> {
        for line in lines {
            scale = self.line(line, scale)?;
        }
        Ok(scale)
    }

    fn line(&mut self, line: &Line, x: Scale) -> Result<Scale> {
        let origin = &line.origin;
        match &line.what {
            What::Layer(layer) => match layer {
                Layer::Conv(conv) | Layer::Depthwise(conv) => {
                    self.weighted(origin, x, conv.channels, &conv.weight, &conv.bias)
                }
                Layer::Linear(dense) => self.weighted(origin, x, dense.outputs, &dense.weight, &dense.bias),
                Layer::Word("softmax") => Ok(Scale::SOFTMAX),
                Layer::Word("relu" | "relu6" | "flatten" | "global_avg_pool" | "global_max_pool")
                | Layer::MaxPool(_)
                | Layer::AvgPool(_)
                | Layer::Reshape(_) => Ok(x),
                other => origin.error(format!("is `{}`, which has no int8 form; {POSSIBLE}", other.word(&line.takes))),
            },
            What::Residual(block, around) => {
                let given = [
                    self.lines(block, x)?,
                    match around {
                        Some(around) => self.lines(around, x)?,
                        None => x,
                    },
                ];
                let (sum, taken) = self.scales(origin)?;
                let said = [self.taken(origin, taken, 0)?, self.taken(origin, taken, 1)?];
                if given != said && given != [said[1], said[0]] {
                    let [a, b] = said.map(text);
                    return origin.error(format!("adds {a} and {b}, which are not the scales of what gives them"));
                }
                self.scale(sum);
                Ok(sum)
            }
            What::Concat(branches) => {
                let (all, taken) = self.scales(origin)?;
                let sources: Vec<usize> = taken.to_vec();
                self.scale(all);
                let is_whole = branches.len() == sources.len(); // or one is in it that is put together already
                for (n, (_, block)) in branches.iter().enumerate() {
                    let given = self.lines(block, x)?;
                    let said = match sources.get(n).filter(|_| is_whole) {
                        None => all,
                        Some(tensor) => match self.integers.requantised.get(tensor) {
                            None => self.taken(origin, &sources, n)?,
                            Some(&source) => {
                                // a second change of scale would round twice
                                same(origin, self.taken(origin, &sources, n)?, all, "gives values")?;
                                self.taken(origin, &[source], 0)?
                            }
                        },
                    };
                    same(origin, given, said, "takes what it puts together")?;
                }
                Ok(all)
            }
            What::Gate(_) => origin.error(format!("multiplies two values; {POSSIBLE}")),
            What::Network(_, lines) => self.lines(lines, x),
        }
    }

    /// A layer with weights: the scale of what it gives, the weights' scales, biases and weights.
    fn weighted(&mut self, origin: &Origin, x: Scale, outputs: usize, weight: &[f32], bias: &[f32]) -> Result<Scale> {
        let (output, taken) = self.scales(origin)?;
        same(origin, x, self.taken(origin, taken, 0)?, "takes what it reads")?;
        self.scale(output);
        let (mut scales, mut weights, mut biases) = (Vec::new(), Vec::new(), vec![0; outputs]);
        let integer = |place: f32| {
            self.integers.at(place).map_or_else(|| origin.error("its weights are not as they stand in the file"), Ok)
        };
        for weight in weight.chunks((weight.len() / outputs.max(1)).max(1)) {
            let (_, scale) = integer(weight[0])?;
            for weight in weight {
                let (q, own) = integer(*weight)?;
                if own != scale {
                    return origin.error("an output has weights of several scales; one for each output is possible");
                }
                weights.push(q as u8);
            }
            scales.push(scale);
        }
        for (place, bias) in bias.iter().zip(&mut biases) {
            *bias = integer(*place)?.0;
        }
        self.bytes.extend(scales.iter().flat_map(|scale| scale.to_le_bytes()));
        self.bytes.extend(biases.iter().flat_map(|bias| bias.to_le_bytes()));
        self.bytes.extend(weights);
        Ok(output)
    }
}
