//! Images from wherever they lie, and what is expected of them, into the lanes of an element.

use core::borrow::Borrow;

use crate::layer::{Input, Output};
use crate::losses::{Expected, ExpectedOf, MAX_LANES, Target};
use crate::{Elem, Error, Layer, Loss, Metrics, Nested, Zero};

/// The least weight but 0. Of smaller ones gradients would lose their digits, and the mean could not be taken.
const LEAST_WEIGHT: f32 = 1e-20;

/// The images of an element, and what the loss `L` expects of them.
pub(crate) struct Samples<N: Layer, V: Elem, L: Loss<N::Output>> {
    pub images: Input<N, V>,
    targets: ExpectedOf<L, N::Output, V>,
    weights: [f32; MAX_LANES],
    /// How many lanes hold an image.
    pub count: usize,
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Zero for Samples<N, V, L> {
    const ZERO: Self =
        Samples { images: Input::<N, V>::ZERO, targets: Zero::ZERO, weights: [0.0; MAX_LANES], count: 0 };
}

impl<N, V, L> Clone for Samples<N, V, L>
where
    N: Layer,
    V: Elem,
    L: Loss<N::Output, Target: Target<Lanes<V>: Clone>>,
{
    fn clone(&self) -> Self {
        Samples { images: self.images, targets: self.targets.clone(), weights: self.weights, count: self.count }
    }
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Samples<N, V, L> {
    /// Takes as many images as an element holds; in the places of those that are missing is the first one again.
    ///
    /// What an image gives with these parameters is finite or is not: a copy, which has no gradient, spoils nothing that its
    /// original does not. Of an image of zeros that could not be said.
    ///
    /// # Errors
    ///
    /// What [`Loss::check`] says, of a place among these images; [`Error::Weight`] of a weight that is none. The images before
    /// that one have been taken.
    pub fn fill<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        &mut self,
        loss: &L,
        batch: &mut impl Iterator<Item = (X, T)>,
    ) -> Result<(), Error> {
        // images that are only referred to are read at once, those that are moved one by one: eight may not fit on the stack
        self.count = 0;
        if V::LANES == MAX_LANES && size_of::<X>() <= 2 * size_of::<usize>() {
            self.at_once(loss, batch)
        } else {
            self.in_turn(loss, batch)
        }
    }

    fn in_turn<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        &mut self,
        loss: &L,
        batch: &mut impl Iterator<Item = (X, T)>,
    ) -> Result<(), Error> {
        let mut refused = Ok(());
        for (lane, (image, target)) in (0..V::LANES).zip(batch) {
            for (value, &pixel) in self.images.flat_mut().iter_mut().zip(image.borrow().flat()) {
                value.lanes_mut()[lane] = pixel;
            }
            refused = self.expect(loss, target.borrow(), lane);
            if refused.is_err() {
                break;
            }
        }
        if self.count > 0 && self.count < V::LANES {
            for value in self.images.flat_mut() {
                let first = value.lanes()[0];
                value.lanes_mut().iter_mut().skip(self.count).for_each(|missing| *missing = first);
            }
        }
        refused
    }

    /// Waits for memory once where [`in_turn`](Samples::in_turn) waits eight times: a quarter of the time for images of
    /// 28 × 28 in random order.
    fn at_once<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        &mut self,
        loss: &L,
        batch: &mut impl Iterator<Item = (X, T)>,
    ) -> Result<(), Error> {
        let (mut held, mut refused) = ([const { None }; MAX_LANES], Ok(()));
        for (lane, held) in held.iter_mut().enumerate() {
            let Some((image, target)) = batch.next() else { break };
            refused = self.expect(loss, target.borrow(), lane);
            if refused.is_err() {
                break;
            }
            *held = Some(image);
        }
        let Some(first) = &held[0] else { return refused };
        let images = held.each_ref().map(|image| image.as_ref().unwrap_or(first).borrow().flat());
        for (n, value) in self.images.flat_mut().iter_mut().enumerate() {
            for (value, image) in value.lanes_mut().iter_mut().zip(images) {
                *value = image[n];
            }
        }
        refused
    }

    /// Puts what is expected where its lane is; that of the first image also where there will be none.
    fn expect(&mut self, loss: &L, target: &Expected<L, N::Output>, lane: usize) -> Result<(), Error> {
        loss.check(target).map_err(|error| error.of_image(|_| lane))?;
        let weight = loss.weight(target);
        if weight != 0.0 && !(weight >= LEAST_WEIGHT && weight.is_finite()) {
            return Err(Error::Weight { index: lane, found: weight });
        }
        let lanes = if lane == 0 { 0..V::LANES } else { lane..lane + 1 };
        lanes.for_each(|lane| L::Target::put::<V>(target, lane, &mut self.targets));
        self.weights[lane] = weight;
        self.count = lane + 1;
        Ok(())
    }

    /// Writes to `target` what is expected of a lane's image.
    pub fn expected(&self, lane: usize, target: &mut Expected<L, N::Output>) {
        L::Target::take::<V>(&self.targets, lane, target);
    }

    /// Adds to `metrics` what the network's outputs `y` give, and assigns the gradient of their losses: none to lanes
    /// without an image.
    ///
    /// # Errors
    ///
    /// As [`Metrics::add`].
    pub fn loss(&self, loss: &L, y: &Output<N, V>, dy: &mut Output<N, V>, metrics: &mut Metrics) -> Result<(), Error> {
        let losses = loss.loss(y, &self.targets, dy);
        let weights = self.weights.get(..self.count).unwrap_or(&self.weights);
        for lane in 0..V::LANES {
            let weight = weights.get(lane).copied().unwrap_or(0.0);
            if weight != 1.0 {
                for dy in dy.flat_mut() {
                    let dy = &mut dy.lanes_mut()[lane];
                    *dy = if weight > 0.0 { *dy * weight } else { 0.0 };
                }
            }
        }
        metrics.add(losses, weights, |lane| loss.is_correct(y, &self.targets, lane))
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::{F32x8, Relu, SoftmaxCrossEntropy, Vector};

    /// What is filled from `count` images, and how many are left.
    fn filled<V: Elem, X: Borrow<[f32; 3]>>(count: usize, image: impl Fn(usize) -> X) -> (Vec<usize>, [V; 3], usize) {
        let mut batch = (0..count).map(|n| (image(n), n % 3));
        let mut samples = Samples::<Relu<Vector<3>>, V, SoftmaxCrossEntropy>::ZERO;
        samples.images = [V::splat(f32::NAN); 3];
        samples.fill(&SoftmaxCrossEntropy, &mut batch).unwrap();
        (samples.targets[..samples.count].to_vec(), samples.images, batch.count())
    }

    #[test]
    fn each_image_has_its_lane() {
        let pixels: Vec<[f32; 3]> = (0..10).map(|n| [1.0, 2.0, 3.0].map(|pixel| pixel + 10.0 * n as f32)).collect();
        for count in 1..10 {
            let expected: [F32x8; 3] = core::array::from_fn(|n| {
                F32x8(core::array::from_fn(|lane| pixels[if lane < count { lane } else { 0 }][n]))
            });
            let labels: Vec<usize> = (0..count.min(8)).map(|n| n % 3).collect();
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
