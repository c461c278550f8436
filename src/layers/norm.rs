//! What the normalisations of one image have in common.
//!
//! In memory an image is channels after channels, place after place. A group is `size` neighbouring channels of all places, or
//! all values, of which each then is a channel: so its values are every so-many-th `size` neighbours.

use crate::{Elem, math};

/// Mean of a group, and 1 / √(variance + ε), for each image.
pub(super) type Moments<V> = [V; 2];

/// The mean of `n` values and the root of their mean square distance from it, with ε, as a factor.
///
/// The second pass is over the distances from the mean of the first, whose own mean is then what rounding left of it.
#[inline(always)]
fn moments<'a, V: Elem>(values: impl Iterator<Item = &'a V> + Clone, n: usize, eps: f32) -> Moments<V> {
    let (n, mut sum) = (V::splat(n as f32), V::ZERO);
    for &value in values.clone() {
        sum += value;
    }
    let mean = sum / n;
    let (mut left, mut squares) = (V::ZERO, V::ZERO);
    for &value in values {
        let distance = value - mean;
        left += distance;
        squares += distance * distance;
    }
    let left = left / n;
    let factor = V::apply([squares / n - left * left], |[variance]| {
        1.0 / math::sqrt(if variance < 0.0 { 0.0 } else { variance } + eps)
    });
    [mean + left, factor]
}

/// Normalises each group of `size` channels, times `weight`, plus `bias`; `keep` is told the moments of each.
#[inline(always)]
pub(super) fn normalise<V: Elem>(
    y: &mut [V],
    size: usize,
    eps: f32,
    [weight, bias]: [&[f32]; 2],
    mut keep: impl FnMut(usize, Moments<V>),
) {
    let (groups, n) = (weight.len() / size, y.len() / weight.len() * size);
    for (g, (weight, bias)) in weight.chunks_exact(size).zip(bias.chunks_exact(size)).enumerate() {
        let [mean, factor] = moments(y.chunks_exact(size).skip(g).step_by(groups).flatten(), n, eps);
        keep(g, [mean, factor]);
        for y in y.chunks_exact_mut(size).skip(g).step_by(groups) {
            for ((y, &weight), &bias) in y.iter_mut().zip(weight).zip(bias) {
                *y = (*y - mean) * factor * V::splat(weight) + V::splat(bias);
            }
        }
    }
}

/// The pass backward of [`normalise`], from x and the moments that were kept.
///
/// For x̂ = (x − mean) · factor, over the places of a channel: ∂L/∂bias = Σ g, ∂L/∂weight = Σ g · x̂; and ∂L/∂x = factor ·
/// (g · weight − a − x̂ · b), where a and b are the means of g · weight and of g · weight · x̂ over the group.
#[inline(always)]
pub(super) fn backward<V: Elem>(
    [x, dy]: [&[V]; 2],
    size: usize,
    moments: &[Moments<V>],
    weight: &[f32],
    [d_weight, d_bias]: [&mut [f32]; 2],
    mut dx: Option<&mut [V]>,
) {
    let (channels, groups) = (weight.len(), weight.len() / size);
    let n = V::splat((x.len() / channels * size) as f32);
    let gradients = d_weight.chunks_exact_mut(size).zip(d_bias.chunks_exact_mut(size));
    for ((g, (weight, (d_weight, d_bias))), &[mean, factor]) in
        weight.chunks_exact(size).zip(gradients).enumerate().zip(moments)
    {
        let normalised = |x: V| (x - mean) * factor;
        let mut means = [V::ZERO; 2];
        for (c, ((&weight, d_weight), d_bias)) in weight.iter().zip(d_weight).zip(d_bias).enumerate() {
            let mut sums = [V::ZERO; 2];
            let place = g * size + c;
            let places = x.iter().skip(place).step_by(channels).zip(dy.iter().skip(place).step_by(channels));
            for (&x, &dy) in places {
                sums[0] += dy;
                sums[1] += dy * normalised(x);
            }
            sums[0].accumulate(d_bias);
            sums[1].accumulate(d_weight);
            means[0] += sums[0] * V::splat(weight);
            means[1] += sums[1] * V::splat(weight);
        }
        let Some(dx) = dx.as_deref_mut() else { continue };
        let [a, b] = means.map(|sum| sum / n);
        let values = x.chunks_exact(size).zip(dy.chunks_exact(size)).zip(dx.chunks_exact_mut(size));
        for ((x, dy), dx) in values.skip(g).step_by(groups) {
            for (((dx, &x), &dy), &weight) in dx.iter_mut().zip(x).zip(dy).zip(weight) {
                *dx = (dy * V::splat(weight) - a - normalised(x) * b) * factor;
            }
        }
    }
}

/// The ε that is not written.
#[doc(hidden)]
pub const EPSILON: f32 = 1e-5;

/// Whether ε is a number that can be added to a variance.
pub(super) const fn is_epsilon(eps: f32) -> bool {
    eps > 0.0 && eps.is_finite()
}
