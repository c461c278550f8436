//! What the operators of a TFLite file of integers must be, so that the int8 form gives the same bits.

use const_cnn::Scale;

use crate::error::Result;
use crate::flat::Table;
use crate::graph::{Quantised, Tensor};
use crate::integers::Integers;
use crate::tflite::{Operator, Reader, kind, value};

/// The operators that keep the scale of what they take.
const KEEPS: &[&str] = &[
    "AVERAGE_POOL_2D",
    "BATCH_TO_SPACE_ND",
    "EXPAND_DIMS",
    "MAX_POOL_2D",
    "PAD",
    "PADV2",
    "REDUCE_MAX",
    "RELU6",
    "RESHAPE",
    "SPACE_TO_BATCH_ND",
    "SQUEEZE",
    "TRANSPOSE",
];

/// The number of the operator that puts values together.
const CONCATENATION: i32 = 2;

/// The others; QUANTIZE and DEQUANTIZE are at the ends.
const OTHERS: &[&str] = &[
    "ADD",
    "CONCATENATION",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "MEAN",
    "RELU",
    "SOFTMAX",
    "QUANTIZE",
    "DEQUANTIZE",
];

impl Reader {
    /// Whether a network computes with integers: it takes them, or an operator gives them.
    pub fn is_of_integers(&self, input: i32, operators: &[Table]) -> Result<bool> {
        let is_one = |tensor: i32| Ok([kind::INT8, kind::UINT8, kind::INT16].contains(&self.tensor(tensor)?.kind));
        let mut is = is_one(input)?;
        for operator in operators {
            for tensor in operator.ints(2)? {
                is |= is_one(tensor)?;
            }
        }
        Ok(is)
    }

    /// A network of integers, before its operators are read.
    pub fn integers_of(&self, [input, output]: [i32; 2], operators: &[Table]) -> Result<Integers> {
        let mut integers = Integers::new(input as usize, output as usize);
        integers.alone.insert(output as usize);
        for &operator in operators {
            if self.code(operator)? != CONCATENATION {
                let taken = operator.ints(1)?.into_iter().filter_map(|tensor| usize::try_from(tensor).ok());
                integers.alone.extend(taken);
            }
        }
        Ok(integers)
    }

    /// Whether an operator gives the same values in another scale, as a layer of its own.
    pub fn rescales(&self, of: &Operator) -> bool {
        let Some((integers, given)) = self.graph.integers.as_ref().zip(of.node.tensor) else { return false };
        let taken = of.tensors.first().and_then(|&tensor| usize::try_from(tensor).ok());
        let scales = taken.and_then(|taken| integers.scales.get(&taken)).zip(integers.scales.get(&given));
        scales.is_some_and(|(from, to)| from != to) && !integers.requantised.contains_key(&given)
    }

    /// That weights and biases that are integers have a scale.
    pub fn have_scales(&self, of: &Operator) -> Result<()> {
        for &tensor in of.tensors.iter().skip(1) {
            let Some(described) = usize::try_from(tensor).ok().and_then(|tensor| self.tensors.get(tensor)) else {
                continue;
            };
            let is_float = [kind::FLOAT32, kind::FLOAT16].contains(&described.kind);
            let is_target = of.node.written == "TRANSPOSE_CONV" && described.kind == kind::INT32; // sizes
            if described.constant.is_some() && described.quantised.is_none() && !is_float && !is_target {
                return of
                    .node
                    .error_of(&described.name, format!("is {} and has no scale", kind::name(described.kind)));
            }
        }
        Ok(())
    }

    /// Checks an operator of a network of integers; its weight and its bias become places among all integers.
    pub fn of_integers(&mut self, of: &mut Operator, name: &str, given: usize) -> Result<()> {
        let is_count = |kind: u8| [kind::INT32, kind::INT64, kind::BOOL].contains(&kind);
        if is_count(self.tensors[given].kind) {
            return Ok(()); // sizes
        }
        if !KEEPS.contains(&name) && !OTHERS.contains(&name) {
            let possible: Vec<&str> = OTHERS.iter().chain(KEEPS).copied().collect();
            let possible = possible.join(", ");
            return of
                .node
                .error(format!("has no int8 form, which {possible} have; as floats, with `--float`, it may be read"));
        }
        let places = of.tensors.iter().filter_map(|&tensor| usize::try_from(tensor).ok());
        let values = places.filter(|&tensor| self.tensors[tensor].constant.is_none());
        let taken: Vec<usize> = values.filter(|&tensor| !is_count(self.tensors[tensor].kind)).collect();
        match name {
            "QUANTIZE" => self.quantize(of, &taken, given)?,
            "DEQUANTIZE" => self.dequantize(of, &taken, given)?,
            _ => {
                let to = self.scale(of, given)?;
                for &tensor in &taken {
                    let from = self.scale(of, tensor)?;
                    if KEEPS.contains(&name) && from != to {
                        let says = format!(
                            "takes {} and gives {}; in int8 it keeps the scale of what it takes",
                            crate::int8::text(from),
                            crate::int8::text(to)
                        );
                        return of.node.error(says);
                    }
                }
                if name == "SOFTMAX" && to != Scale::SOFTMAX {
                    let says =
                        format!("gives {}; {} is possible", crate::int8::text(to), crate::int8::text(Scale::SOFTMAX));
                    return of.node.error(says);
                }
            }
        }
        match name {
            "CONV_2D" | "FULLY_CONNECTED" => self.weighted(of, 0)?,
            "DEPTHWISE_CONV_2D" => self.weighted(of, 3)?,
            _ => (),
        }
        if name == "FULLY_CONNECTED" && of.option_byte(1)? != 0 {
            return of.node.error_of("weights_format", "is shuffled; the default is possible");
        }
        if let Some(integers) = &mut self.graph.integers {
            integers.taken.insert(given, taken);
        }
        Ok(())
    }

    /// The scale of a value, which is then known.
    fn scale(&mut self, of: &Operator, tensor: usize) -> Result<Scale> {
        let described = &self.tensors[tensor];
        let says = match described.kind {
            kind::INT8 => match described.quantised.as_ref().map(one) {
                Some(Ok(scale)) => {
                    if let Some(integers) = &mut self.graph.integers {
                        integers.scales.insert(tensor, scale);
                    }
                    return Ok(scale);
                }
                Some(Err(says)) => says,
                None => "has no scale".into(),
            },
            kind::UINT8 => "is uint8, which is possible at the ends alone; let the converter make it int8 \
                            (`inference_input_type`, `OpsSet.TFLITE_BUILTINS_INT8`)"
                .into(),
            kind::FLOAT32 => "is float32 among integers; int8 is possible, and floats at the ends, by QUANTIZE and \
                              DEQUANTIZE"
                .into(),
            other => format!("is {}; values of int8 are possible", kind::name(other)),
        };
        of.node.error_of(&described.name, says)
    }

    /// From floats, or from uint8, at the beginning; to uint8 at the end; else to another scale.
    fn quantize(&mut self, of: &Operator, taken: &[usize], given: usize) -> Result<()> {
        let &[x] = taken else { return of.node.error("takes one value of the network") };
        let (from, to) = (self.tensors[x].kind, self.tensors[given].kind);
        let ends = self.graph.integers.as_ref().map_or((0, 0), |integers| integers.ends);
        let (tensor, other, remark) = match (from, to) {
            (kind::FLOAT32, kind::INT8) if x == ends.0 => (
                given,
                x,
                "The file takes floats and quantises them first, as `output` does; `image_in` is after that.",
            ),
            (kind::UINT8, kind::INT8) if x == ends.0 => {
                self.is_shifted(of, x, given)?;
                (given, x, "The file takes uint8: what `image_in` takes is less by 128.")
            }
            (kind::INT8, kind::UINT8) if given == ends.1 => {
                self.is_shifted(of, given, x)?;
                (x, given, "The file gives uint8: what `infer_in` gives is less by 128.")
            }
            _ => {
                let to = self.scale(of, given)?;
                let from = self.scale(of, x)?;
                let integers = self.graph.integers.as_mut().filter(|integers| !integers.alone.contains(&given));
                if let Some(integers) = integers.filter(|_| from != to) {
                    integers.requantised.insert(given, x);
                }
                return Ok(());
            }
        };
        self.end(of, tensor, other, remark)
    }

    /// To floats, at the end.
    fn dequantize(&mut self, of: &Operator, taken: &[usize], given: usize) -> Result<()> {
        let ends = self.graph.integers.as_ref().map_or((0, 0), |integers| integers.ends);
        match taken {
            &[x] if given == ends.1 && self.tensors[given].kind == kind::FLOAT32 => {
                self.end(of, x, given, "The file gives floats, as `output` does; `infer_in` is before that.")
            }
            _ => of.node.error("makes floats of integers, which is possible at the end alone"),
        }
    }

    /// Lets an end of the model have the scale of the int8 tensor beside it.
    fn end(&mut self, of: &Operator, tensor: usize, end: usize, remark: &str) -> Result<()> {
        let scale = self.scale(of, tensor)?;
        if let Some(integers) = &mut self.graph.integers {
            if integers.scales.insert(end, scale).is_some_and(|before| before != scale) {
                return of.node.error("quantises what the model takes in a second way; one is possible");
            }
            if !integers.remarks.iter().any(|before| before == remark) {
                integers.remarks.push(remark.into());
            }
        }
        Ok(())
    }

    /// That a tensor of uint8 is one of int8 but for 128.
    fn is_shifted(&self, of: &Operator, bytes: usize, int8: usize) -> Result<()> {
        let of_one = |tensor: usize| match &self.tensors[tensor].quantised {
            Some(Quantised { scales, zero_points, .. }) => match (&scales[..], &zero_points[..]) {
                (&[scale], &[zero_point]) => Some((scale, zero_point)),
                _ => None,
            },
            None => None,
        };
        match (of_one(bytes), of_one(int8)) {
            (Some((a, zero_a)), Some((b, zero_b))) if a == b && zero_a.checked_sub(128) == Some(zero_b) => Ok(()),
            _ => of.node.error("changes the scale of uint8; possible is what differs by 128"),
        }
    }

    /// Puts the places of integers where the weight and the bias of an operator are; outputs are along an axis.
    fn weighted(&mut self, of: &mut Operator, axis: usize) -> Result<()> {
        let (weight, rank) = self.constant_of(of, 1, kind::INT8, "weight")?;
        let dims = self.tensors[weight].dims.clone();
        if dims.len() != rank || dims.contains(&0) {
            return of.node.error_of(&self.tensors[weight].name, format!("has the sizes {dims:?}"));
        }
        let name = self.tensors[weight].name.clone();
        let Some(Quantised { scales, zero_points, axis: said }) = self.tensors[weight].quantised.clone() else {
            return of.node.error_of(&name, "has no scale");
        };
        let is_positive = |scale: &f32| *scale > 0.0 && scale.is_finite();
        if !scales.iter().all(is_positive) {
            return of.node.error_of(&name, "has a scale that is not above 0 and finite");
        }
        if zero_points.iter().any(|&zero_point| zero_point != 0) {
            return of.node.error_of(&name, "has a zero point that is not 0, as weights of int8 have it");
        }
        if scales.len() != 1 && (said != axis || scales.len() != dims[axis]) {
            let says =
                format!("has {} scales along axis {said} of {dims:?}; one, or one for each output, is", scales.len());
            return of.node.error_of(&name, says);
        }
        let same = if scales.len() == 1 { dims.iter().product() } else { dims[axis + 1..].iter().product() };
        self.places(of, 1, weight, scales, same)?;
        if of.tensors.get(2).is_some_and(|&bias| bias >= 0) {
            let (bias, _) = self.constant_of(of, 2, kind::INT32, "bias")?;
            let described = &self.tensors[bias];
            if let Some(Quantised { scales, zero_points, .. }) = &described.quantised {
                let is_scale = |scale: &f32| *scale >= 0.0 && scale.is_finite();
                if !scales.iter().all(is_scale) || zero_points.iter().any(|&zero_point| zero_point != 0) {
                    return of.node.error_of(&described.name, "has a scale below 0 or not finite, or a zero point");
                }
            }
            self.places(of, 2, bias, vec![1.0], 1)?; // its scale is that of its input times that of the weights
        }
        Ok(())
    }

    /// An input that must be a constant of a type, and how many sizes such a weight has.
    fn constant_of(&self, of: &Operator, n: usize, is: u8, what: &str) -> Result<(usize, usize)> {
        let tensor = of.tensors.get(n).and_then(|&tensor| usize::try_from(tensor).ok());
        let Some(tensor) = tensor else { return of.node.error(format!("its {what} is left out")) };
        let described = &self.tensors[tensor];
        if described.kind != is || described.constant.is_none() {
            let is_constant = if described.constant.is_none() { "computed by the network" } else { "a constant" };
            let (found, expected) = (kind::name(described.kind), kind::name(is));
            let says = format!("is the {what}, {is_constant} of {found}; a constant of {expected} is possible");
            return of.node.error_of(&described.name, says);
        }
        Ok((tensor, if of.node.written == "FULLY_CONNECTED" { 2 } else { 4 }))
    }

    /// Lets an operator take the places of a constant's integers.
    fn places(&mut self, of: &mut Operator, n: usize, tensor: usize, scales: Vec<f32>, same: usize) -> Result<()> {
        let described = &self.tensors[tensor];
        let all = match (&described.integers, &described.constant) {
            (Some(integers), _) => integers.clone(),
            (None, Some(constant)) => constant.to_ints().unwrap_or_default(),
            (None, None) => Vec::new(),
        };
        let (dims, count) = (described.dims.clone(), all.len());
        let integers: Vec<i32> = all.into_iter().filter_map(|integer| i32::try_from(integer).ok()).collect();
        if integers.len() != count || integers.len() != dims.iter().product::<usize>() {
            return of.node.error_of(&described.name, "does not have the values that its sizes say");
        }
        let places = self.graph.integers.as_mut().and_then(|all| all.push(integers, scales, same));
        let Some(places) = places else {
            return of.node.error(format!("until here there are more than {} integers", Integers::MAX_LEN));
        };
        let name = format!("places {n} of {}", value(of.node.tensor.unwrap_or(0) as i32));
        of.inputs[n] = name.clone();
        self.graph.constants.insert(name, std::rc::Rc::new(Tensor::floats(dims, places)));
        Ok(())
    }
}

/// The scale of a value: one, and a zero point of int8.
fn one(quantised: &Quantised) -> std::result::Result<Scale, String> {
    let Quantised { scales, zero_points, .. } = quantised;
    let (&[scale], &[zero_point]) = (&scales[..], &zero_points[..]) else {
        return Err(format!("has {} scales and {} zero points; one is possible", scales.len(), zero_points.len()));
    };
    match i8::try_from(zero_point) {
        Ok(zero_point) if scale > 0.0 && scale.is_finite() => Ok(Scale { scale, zero_point }),
        _ => Err(format!(
            "has the scale {scale} and the zero point {zero_point}; above 0 and finite, and from -128 to 127, is possible"
        )),
    }
}
