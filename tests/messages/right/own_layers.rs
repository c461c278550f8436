use const_cnn::{Elem, Input, Layer, Output, Shape, Zero, network};

mod layers {
    use super::*;

    /// Gives `N` values, whatever it is given: enough of a layer for its shapes to be checked.
    pub struct Constant<X, const N: usize>(core::marker::PhantomData<X>);

    const_cnn::arrays! { impl[X, const N: usize] Constant<X, N> = Constant(core::marker::PhantomData) }

    impl<X: Shape, const N: usize> Layer for Constant<X, N> {
        type Input = X;
        type Output = const_cnn::Vector<N>;
        type Scratch<V: Elem> = ();
        type Tape<V: Elem> = ();

        fn infer<V: Elem>(&self, _: &Input<Self, V>, _: &mut (), y: &mut Output<Self, V>) {
            *y = Zero::ZERO;
        }

        fn backward<V: Elem>(
            &self,
            _: &const_cnn::Context,
            _: &Input<Self, V>,
            _: &mut (),
            _: &Output<Self, V>,
            _: &Output<Self, V>,
            _: &mut Self,
            dx: Option<&mut Input<Self, V>>,
        ) {
            if let Some(dx) = dx {
                *dx = Zero::ZERO;
            }
        }
    }

    /// Its output, unlike its input, is an image.
    pub type Halve = const_cnn::AvgPool2d<const_cnn::Image<2, 6, 4>, const_cnn::Image<2, 3, 2>, const_cnn::Square<2, 2>>;
}

use layers::Halve;

type Six = layers::Constant<const_cnn::Image<2, 3, 2>, 6>;
type Again = layers::Constant<const_cnn::Vector<6>, { 2 * 3 }>;

network! {
    /// Types by one name, by a path, and with parameters; first, last, and one after another.
    struct Net: [2, 6, 4] => [9] {
        halve: Halve,
        relu1: relu,
        six: Six,
        again: Again,
        relu2: const_cnn::Relu<const_cnn::Vector<6>>,
        dense: linear(8),
        nine: layers::Constant<const_cnn::Vector<8>, 9>,
    }
}

type Same = const_cnn::Relu<const_cnn::Image<2, 3, 2>>;

network! {
    /// Each built-in layer after one of the user's.
    struct AfterOwn: [2, 6, 4] => [6] {
        own1: Halve,
        conv: conv2d(2, kernel 3, padding 1),
        own2: Same,
        maps: mapwise_conv2d(1, kernel 3, padding 1),
        own3: Same,
        max: max_pool2d(1),
        own4: Same,
        mean: avg_pool2d(3, stride 1, padding 1),
        own5: Same,
        flatten: flatten,
        small: linear(6),
        again1: Again,
        dense: linear(6),
        again2: Again,
        relu: relu,
        again3: Again,
        chances: softmax,
    }
}

network! {
    struct OneLayer: [6] => [6] {
        again: Again
    }
}

fn main() {
    println!("{:?}", Net::ZERO.predict(&[[[0.0; 2]; 4]; 6]));
    println!("{:?}", AfterOwn::ZERO.predict(&[[[0.0; 2]; 4]; 6]));
    println!("{:?}", OneLayer::ZERO.predict(&[0.0; 6]));
}
