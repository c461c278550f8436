//! What the normalisations of one image have in common.
//!
//! In memory an image is channels after channels, place after place. A group is `size` neighbouring channels of all places, or
//! all values, of which each then is a channel.

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
///
/// Values are reached by places that are looked up: optimised for size, iterators over chunks would be functions of their own,
/// in which the compiler does not see that they cannot panic.
#[inline(always)]
pub(super) fn normalise<V: Elem>(
    y: &mut [V],
    size: usize,
    eps: f32,
    [weight, bias]: [&[f32]; 2],
    mut keep: impl FnMut(usize, Moments<V>),
) {
    let (channels, groups, places) = (weight.len(), weight.len() / size, y.len() / weight.len());
    for g in 0..groups {
        let group = |place: usize| place * channels + g * size..place * channels + g * size + size;
        let (Some(weight), Some(bias)) = (weight.get(group(0)), bias.get(group(0))) else { return };
        let values = (0..places).filter_map(|place| y.get(group(place))).flatten();
        let [mean, factor] = moments(values, places * size, eps);
        keep(g, [mean, factor]);
        for place in 0..places {
            let Some(y) = y.get_mut(group(place)) else { return };
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
    let (channels, groups, places) = (weight.len(), weight.len() / size, x.len() / weight.len());
    for g in 0..groups {
        let Some(&[mean, factor]) = moments.get(g) else { return };
        let normalised = |x: V| (x - mean) * factor;
        let mut means = [V::ZERO; 2];
        for c in g * size..g * size + size {
            let (Some(&weight), Some(d_weight), Some(d_bias)) = (weight.get(c), d_weight.get_mut(c), d_bias.get_mut(c))
            else {
                return;
            };
            let mut sums = [V::ZERO; 2];
            for place in 0..places {
                let n = place * channels + c;
                if let (Some(&x), Some(&dy)) = (x.get(n), dy.get(n)) {
                    sums[0] += dy;
                    sums[1] += dy * normalised(x);
                }
            }
            sums[0].accumulate(d_bias);
            sums[1].accumulate(d_weight);
            means[0] += sums[0] * V::splat(weight);
            means[1] += sums[1] * V::splat(weight);
        }
        let Some(dx) = dx.as_deref_mut() else { continue };
        let n = V::splat((places * size) as f32);
        let (a, b) = (means[0] / n, means[1] / n);
        for place in 0..places {
            for c in g * size..g * size + size {
                let n = place * channels + c;
                if let (Some(dx), Some(&x), Some(&dy), Some(&weight)) =
                    (dx.get_mut(n), x.get(n), dy.get(n), weight.get(c))
                {
                    *dx = (dy * V::splat(weight) - a - normalised(x) * b) * factor;
                }
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
