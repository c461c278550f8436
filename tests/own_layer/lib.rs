//! A layer, a word and a shape of a crate that is not const-cnn, without touching it: what `ARCHITECTURE.md` says of a new
//! layer holds for everyone.

use core::marker::PhantomData;

use const_cnn::{Context, Dims, Elem, Former, Input, Layer, Layout, Nested, Output, Shape, Word, Works, Zero, arrays};

/// Multiplies each channel of an image by a factor, and adds a summand, each one of `G` groups' of channels.
///
/// y\[c\] = factor\[g\] · x\[c\] + summand\[g\], g = c / (C / G)
#[derive(Clone, Debug, PartialEq)]
pub struct GroupScale<X, const G: usize> {
    /// `factor[g]`
    pub factor: [f32; G],
    /// `summand[g]`
    pub summand: [f32; G],
    shape: PhantomData<X>,
}

impl<X: Shape, const G: usize> Layer for GroupScale<X, G> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_Y: bool = false;

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut Output<Self, V>) {
        for (n, (y, &x)) in y.flat_mut().iter_mut().zip(x.flat()).enumerate() {
            let g = Self::group(n);
            *y = V::splat(self.factor[g]) * x + V::splat(self.summand[g]);
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let mut sums = [[V::ZERO; 2]; G];
        for (n, (&dy, &x)) in dy.flat().iter().zip(x.flat()).enumerate() {
            let sums = &mut sums[Self::group(n)];
            sums[0] += dy * x;
            sums[1] += dy;
        }
        for (g, [d_factor, d_summand]) in sums.into_iter().enumerate() {
            d_factor.accumulate(&mut gradient.factor[g]);
            d_summand.accumulate(&mut gradient.summand[g]);
        }
        let Some(dx) = dx else { return };
        for (n, (dx, &dy)) in dx.flat_mut().iter_mut().zip(dy.flat()).enumerate() {
            *dx = V::splat(self.factor[Self::group(n)]) * dy;
        }
    }
}

impl<X: Shape, const G: usize> GroupScale<X, G> {
    /// The group of the `n`-th value in memory, where channels are last.
    const fn group(n: usize) -> usize {
        n % X::DIMS[0] / (X::DIMS[0] / G)
    }
}

arrays! {
    impl[X, const G: usize] GroupScale<X, G> {
        factor: [G] decays,
        summand: [G],
    } with { shape: PhantomData }
}

/// The number of `group_scale(G)`.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many groups there are.
    pub groups: usize,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let image = former.takes("group_scale", 3);
        if self.groups == 0 || !image.sizes[0].is_multiple_of(self.groups) {
            let sentence = former.says("").number(self.groups).text(" groups do not divide ").number(image.sizes[0]);
            sentence.text(" channels").panic();
        }
        image
    }
}

/// How [`GroupScale`] is written in a network: `group_scale(G)`.
#[macro_export]
macro_rules! group_scale {
    (@numbers) => { $crate::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::GroupScale<const_cnn::shape!($x), { $n.groups }> };
    ($groups:expr) => { $crate::Numbers { groups: $groups } };
}

/// The value's square, in place: a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Square<X>(PhantomData<X>);

impl<X: Shape> Layer for Square<X> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::InPlace;
    const READS_Y: bool = false;

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        for y in y.flat_mut() {
            *y = *y * *y;
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        for ((dx, &dy), &x) in dx.flat_mut().iter_mut().zip(dy.flat()).zip(x.flat()) {
            *dx = V::splat(2.0) * x * dy;
        }
    }
}

arrays! { impl[X] Square<X> = Square(PhantomData) }

/// How [`Square`] is written in a network.
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum squared {}

impl<X: Shape, Flat: Shape> Word<X, Flat> for squared {
    type Layer = Square<X>;
}

/// A shape of this crate's own: pairs of values, which lie as a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairs<const N: usize>;

impl<const N: usize> Shape for Pairs<N> {
    type Of<V: Elem> = [[V; 2]; N];
    type PerChannel<T: Zero + Copy> = [T; 2];
    const LAYOUT: Layout = Layout::new(&[2, N]).stored(&[1, 0]);

    fn view<V: Elem>(flat: &[V]) -> &[[V; 2]; N] {
        flat.as_chunks().0.first_chunk().expect("a buffer holds the shape that is read from it")
    }

    fn view_mut<V: Elem>(flat: &mut [V]) -> &mut [[V; 2]; N] {
        flat.as_chunks_mut().0.first_chunk_mut().expect("a buffer holds the shape that is written to it")
    }
}

/// Maps a vector to pairs of neighbours, by itself: a layer that is written as a type.
#[derive(Clone, Debug, PartialEq)]
pub struct InPairs<X, Y>(PhantomData<(X, Y)>);

impl<X: Shape, Y: Shape> Layer for InPairs<X, Y> {
    type Input = X;
    type Output = Y;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::Nothing;
    const READS_X: bool = false;
    const READS_Y: bool = false;

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        if let Some(dx) = dx {
            dx.flat_mut().copy_from_slice(dy.flat());
        }
    }
}

arrays! { impl[X, Y] InPairs<X, Y> = InPairs(PhantomData) }

#[cfg(test)]
mod tests {
    use const_cnn::{Image, Network, Parameters, Sgd, Trainer, Vector, network, worst_gradient};

    use super::*;

    network! {
        /// This crate's layers beside the built-in ones, in a block too.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Net: [1, 4, 4] => [2] {
            conv: conv2d(4, kernel 3, padding 1),
            scale: group_scale(2),
            squared: squared,
            block: residual {
                scale: group_scale(4),
                relu: relu,
                plain: GroupScale<Image<4, 4, 4>, 1>,
            },
            flatten: flatten,
            pairs: InPairs<Vector<64>, Pairs<32>>,
            positive: relu,
            back: InPairs<Pairs<32>, Vector<64>>,
            logits: linear(2),
        }
    }

    fn net() -> Net {
        let mut net = Net::ZERO;
        let mut seed = 1u32;
        for index in 0..Net::ARRAYS.len() {
            for value in net.values_mut(index) {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *value = (seed >> 8) as f32 / (1 << 24) as f32 - 0.4;
            }
        }
        net
    }

    #[test]
    fn its_arrays_have_the_names_of_the_lines() {
        let names: Vec<String> = net().arrays().map(|(array, _)| array.to_string()).collect();
        let expected = [
            "conv.weight [4, 1, 3, 3]",
            "conv.bias [4]",
            "scale.factor [2]",
            "scale.summand [2]",
            "block.scale.factor [4]",
            "block.scale.summand [4]",
            "block.plain.factor [1]",
            "block.plain.summand [1]",
            "logits.weight [2, 64]",
            "logits.bias [2]",
        ];
        assert_eq!(names, expected);
        let mut bytes = [0; Net::PARAMETER_BYTES];
        net().write_le(&mut bytes).unwrap();
        assert_eq!(Net::from_le_bytes(&bytes), net());
    }

    #[test]
    fn its_layers_keep_the_contract() {
        let mut scale = GroupScale::<Image<4, 1, 2>, 2> { factor: [0.5, -2.0], summand: [1.0, 3.0], ..Zero::ZERO };
        let (mut x, dy) = ([[[0.5, -1.0, 2.0, 0.25], [1.5, 3.0, -0.75, 1.0]]], [[[1.0, 2.0, -0.5, 1.5]; 2]; 1]);
        let mut y = x;
        scale.infer(&x, &mut (), &mut y);
        assert_eq!(y, [[[1.25, 0.5, -1.0, 2.5], [1.75, 2.5, 4.5, 1.0]]]);
        let worst = worst_gradient(&mut scale, &mut x, &dy, 1.0 / 64.0);
        assert!(worst.error() < 1e-3, "{worst}");
        let mut square = Square::<Vector<3>>::ZERO;
        let worst = worst_gradient(&mut square, &mut [0.5, -2.0, 1.0], &[1.0, 3.0, -1.0], 1.0 / 64.0);
        assert!(worst.error() < 1e-3, "{worst}");
        let mut image = [[[0.0]; 4]; 4];
        image.as_flattened_mut().iter_mut().enumerate().for_each(|(n, value)| *value = [n as f32 / 7.0 - 1.1]);
        let worst = worst_gradient(&mut net(), &mut image, &[1.0, -0.5], 1.0 / 256.0);
        assert!(worst.error() < 2e-2, "{worst}");
    }

    #[test]
    fn it_trains_beside_the_built_in_layers() {
        let (mut net, mut trainer) = (net(), Trainer::<Net>::ZERO);
        let images = [0, 1, 2, 3].map(|n| Net::image(&[n as f32 / 4.0; 16]).unwrap());
        let batch = || images.iter().zip([0, 0, 1, 1]);
        let sgd = Sgd::new(0.01, 0.9).unwrap();
        let first = trainer.step(&mut net, &sgd, batch()).unwrap().loss();
        let last = (0..100).map(|_| trainer.step(&mut net, &sgd, batch()).unwrap().loss()).last().unwrap();
        assert!(last < first / 2.0, "{first} {last}");
        assert_eq!(Net::LAYERS.len(), 9);
    }
}
