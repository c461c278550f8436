//! Images from wherever they lie into the lanes of an element.

use core::borrow::Borrow;

use crate::layer::Input;
use crate::{Elem, Layer, Nested};

/// The most images that an element holds.
pub(crate) const MAX_LANES: usize = 8;

/// Takes as many images as an element holds, and their labels; in the places of those that are missing is the first one
/// again.
///
/// What an image gives with these parameters is finite or is not: a copy, which has no gradient, spoils nothing that its
/// original does not. Of an image of zeros that could not be said.
pub(crate) fn fill<'a, N: Layer, V: Elem, X: Borrow<Input<N, f32>>>(
    images: &mut Input<N, V>,
    labels: &'a mut [usize; MAX_LANES],
    batch: &mut impl Iterator<Item = (X, usize)>,
) -> &'a [usize] {
    let values = images.flat_mut();
    // images that are only referred to are read at once, those that are moved one by one: eight may not fit on the stack
    let count = if V::LANES == MAX_LANES && size_of::<X>() <= 2 * size_of::<usize>() {
        at_once::<N, V, X>(values, labels, batch)
    } else {
        in_turn::<N, V, X>(values, labels, batch)
    };
    &labels[..count]
}

fn in_turn<N: Layer, V: Elem, X: Borrow<Input<N, f32>>>(
    values: &mut [V],
    labels: &mut [usize; MAX_LANES],
    batch: &mut impl Iterator<Item = (X, usize)>,
) -> usize {
    let mut count = 0;
    for (lane, (image, label)) in (0..V::LANES).zip(batch) {
        for (value, &pixel) in values.iter_mut().zip(image.borrow().flat()) {
            value.lanes_mut()[lane] = pixel;
        }
        labels[lane] = label;
        count += 1;
    }
    if count > 0 && count < V::LANES {
        for value in values {
            let first = value.lanes()[0];
            value.lanes_mut().iter_mut().skip(count).for_each(|missing| *missing = first);
        }
    }
    count
}

/// Waits for memory once where [`in_turn`] waits eight times: a quarter of the time for images of 28 × 28 in random
/// order.
fn at_once<N: Layer, V: Elem, X: Borrow<Input<N, f32>>>(
    values: &mut [V],
    labels: &mut [usize; MAX_LANES],
    batch: &mut impl Iterator<Item = (X, usize)>,
) -> usize {
    let mut held = [const { None }; MAX_LANES];
    let mut count = 0;
    for (held, label) in held.iter_mut().zip(labels) {
        let Some((image, its_label)) = batch.next() else { break };
        (*held, *label) = (Some(image), its_label);
        count += 1;
    }
    let Some(first) = &held[0] else { return 0 };
    let images = held.each_ref().map(|image| image.as_ref().unwrap_or(first).borrow().flat());
    for (n, value) in values.iter_mut().enumerate() {
        for (value, image) in value.lanes_mut().iter_mut().zip(images) {
            *value = image[n];
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::{F32x8, Relu, Vector};

    /// What is filled from `count` images, and how many are left.
    fn filled<V: Elem, X: Borrow<[f32; 3]>>(count: usize, image: impl Fn(usize) -> X) -> (Vec<usize>, [V; 3], usize) {
        let mut batch = (0..count).map(|n| (image(n), 10 * n));
        let (mut images, mut labels) = ([V::splat(f32::NAN); 3], [7; MAX_LANES]);
        let labels = fill::<Relu<Vector<3>>, V, X>(&mut images, &mut labels, &mut batch);
        (labels.to_vec(), images, batch.count())
    }

    #[test]
    fn each_image_has_its_lane() {
        let pixels: Vec<[f32; 3]> = (0..10).map(|n| [1.0, 2.0, 3.0].map(|pixel| pixel + 10.0 * n as f32)).collect();
        for count in 1..10 {
            let expected: [F32x8; 3] = core::array::from_fn(|n| {
                F32x8(core::array::from_fn(|lane| pixels[if lane < count { lane } else { 0 }][n]))
            });
            let labels: Vec<usize> = (0..count.min(8)).map(|n| 10 * n).collect();
            let expected = (labels, expected, count.saturating_sub(8));
            assert_eq!(filled::<F32x8, _>(count, |n| &pixels[n]), expected, "{count} references");
            assert_eq!(
                filled::<F32x8, _>(count, |n| Large { image: pixels[n], _more: [0; 9] }),
                expected,
                "{count} values"
            );
            assert_eq!(filled::<f32, _>(count, |n| &pixels[n]), (vec![0], pixels[0], count - 1));
        }
    }

    #[test]
    fn no_images_leave_the_values() {
        let (labels, images, left) = filled::<f32, &[f32; 3]>(0, |_| unreachable!());
        assert!(labels.is_empty() && left == 0 && images.iter().all(|value| value.is_nan()));
    }

    /// Too large to be held eight times.
    struct Large {
        image: [f32; 3],
        _more: [usize; 9],
    }

    impl Borrow<[f32; 3]> for Large {
        fn borrow(&self) -> &[f32; 3] {
            &self.image
        }
    }
}
