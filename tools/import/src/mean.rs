//! A mean of int8 that has a scale of its own, as a convolution whose weights are all 1.
//!
//! The pools of an int8 network keep the scale of what they take. The operator MEAN does not: it multiplies the sum, less the
//! zero points, with a number of 31 bits, the scales' ratio divided by the count and cut off. A convolution multiplies with
//! what follows from the scale of its weights, an `f32`: that is sought which gives the same for each sum that there can be.

use const_cnn::{Multiplier, Scale};

use crate::error::Result;
use crate::graph::{Attribute, Tensor};
use crate::tflite::{Operator, Reader};

/// Of how many values there is a mean at most.
const MAX_COUNT: usize = 1 << 14;

/// How many scales are tried to either side of the nearest.
const TRIED: u32 = 16;

/// The scale of weights of 1 by which a sum of `count` values is their mean, as the operator rounds it, if there is one.
pub fn scale(from: Scale, to: Scale, count: usize) -> Option<f32> {
    let count = i64::try_from(count).ok().filter(|&count| (1..=MAX_COUNT as i64).contains(&count))?;
    let ratio = Multiplier::of(f64::from(from.scale) / f64::from(to.scale));
    let shift = count.ilog2().min(u32::try_from(31 + ratio.s).ok()?);
    let q = i32::try_from((i64::from(ratio.q) << shift) / count).ok()?;
    let rule = Multiplier { q, s: ratio.s - shift as i32 };

    let value = |multiplier: Multiplier, sum: i32| {
        multiplier.times(sum).saturating_add(i32::from(to.zero_point)).clamp(-128, 127)
    };
    let least = (-128 - i64::from(from.zero_point)) * count;
    let sums = least as i32..=(least + 255 * count) as i32; // below 2²³
    let nearest = (f64::from(q) * 2f64.powi(rule.s - 31) * f64::from(to.scale) / f64::from(from.scale)) as f32;
    let tried = (0..=TRIED).flat_map(|n| [nearest.to_bits().checked_add(n), nearest.to_bits().checked_sub(n)]);
    tried.flatten().map(f32::from_bits).filter(|scale| *scale > 0.0 && scale.is_finite()).find(|&scale| {
        let own = Multiplier::of(f64::from(from.scale) * f64::from(scale) / f64::from(to.scale));
        sums.clone().all(|sum| value(own, sum) == value(rule, sum))
    })
}

impl Reader {
    /// The mean over all rows and columns of an int8 tensor, as a convolution; the name of what it gives.
    pub fn mean(&mut self, of: &Operator) -> Result<String> {
        let (Some(Ok(x)), Some(given)) = (of.tensors.first().map(|&tensor| usize::try_from(tensor)), of.node.tensor)
        else {
            return of.node.error("takes nothing");
        };
        let dims = self.tensors[x].dims.clone();
        let rank = dims.len() as i64;
        let mut axes: Vec<i64> = self
            .known(of, 1)?
            .into_iter()
            .map(|axis| if axis < 0 { axis.saturating_add(rank) } else { axis })
            .collect();
        axes.sort_unstable();
        if !(3..=4).contains(&rank) || axes != (1..rank - 1).collect::<Vec<_>>() {
            let says = format!("is over the axes {axes:?} of {dims:?}; over all rows and columns it is possible");
            return of.node.error(says);
        }
        let (places, channels) = (&dims[1..dims.len() - 1], dims[dims.len() - 1]);
        let count = places.iter().product();
        let ints = |n: i64| Attribute::Ints(vec![n; places.len()]);
        let sizes = [&[channels, 1], places].concat();
        let Some(integers) = &mut self.graph.integers else { return of.node.error("takes floats") };
        let (Some(&from), Some(&to)) = (integers.scales.get(&x), integers.scales.get(&given)) else {
            return of.node.error("takes or gives what has no scale");
        };
        let Some(scale) = scale(from, to, count) else {
            return of
                .node
                .error("rounds as no layer here does; AVERAGE_POOL_2D over all of the image is possible, and floats, with `--float`");
        };
        let Some(ones) = integers.push(vec![1; count * channels], vec![scale], 1) else {
            return of.node.error("takes too many values");
        };
        if !integers.remarks.iter().any(|remark| remark == REMARK) {
            integers.remarks.push(REMARK.into());
        }
        let weight = format!("ones of tensor {given}");
        self.graph.constants.insert(weight.clone(), std::rc::Rc::new(Tensor::floats(sizes, ones)));
        let attributes = vec![("strides", ints(1)), ("dilations", ints(1)), ("group", Attribute::Int(channels as i64))];
        let mean = self.push(of, "Conv", vec![of.inputs[0].clone(), weight], attributes);
        Ok(if of.option_byte(0)? != 0 {
            mean
        } else {
            self.push(of, "Squeeze", vec![mean], vec![("axes", Attribute::Ints(axes))])
        })
    }
}

/// What is said of it.
const REMARK: &str =
    "A MEAN is a convolution here whose weights are all 1: it rounds as in the file, which a pool does not.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_rounded_as_the_operator_does() {
        let scales =
            [(0.0098, -26, 0.002, -128), (0.0098, -26, 0.0042, -50), (0.5, 3, 0.5, 3), (0.007, -128, 0.009, 0)];
        for (a, zero_a, b, zero_b) in scales {
            let (from, to) = (Scale { scale: a, zero_point: zero_a }, Scale { scale: b, zero_point: zero_b });
            for count in [1, 2, 4, 16, 64, 128] {
                let scale = scale(from, to, count).unwrap_or_else(|| panic!("{a} {b} {count}"));
                assert!((scale * count as f32 - 1.0).abs() < 1e-5, "{count}: {scale}");
            }
        }
        let one = Scale { scale: 1.0, zero_point: 0 };
        // the operator's factor has a bit less than a convolution's, whose sums are then rounded at another place
        assert_eq!(scale(Scale { scale: 1.1, ..one }, one, 7), None);
        assert!(scale(Scale { scale: 1.9, ..one }, one, 7).is_some());
        assert_eq!(scale(one, one, 0), None);
        assert_eq!(scale(one, one, MAX_COUNT + 1), None);
    }
}
