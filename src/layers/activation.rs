//! A function of each value: what the layers of that kind have in common.

use core::fmt::Debug;
use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::kernels::simd::widest;
use crate::layer::{Input, Output};
use crate::{Context, Dims, Elem, Former, Layer, Nested, Operator, Shape, Works, arrays};

/// A function of one value, and its derivative: what an [`Activation`] is made of.
///
/// ```
/// use const_cnn::{Activation, Function, Layer, Vector, Zero};
///
/// /// y = x³
/// #[derive(Clone, Debug, PartialEq)]
/// struct Cube;
///
/// impl Function for Cube {
///     const OF_Y: bool = false;
///
///     fn value(x: f32) -> f32 {
///         x * x * x
///     }
///
///     fn derivative(x: f32) -> f32 {
///         3.0 * x * x
///     }
/// }
///
/// let mut y = [0.0; 2];
/// Activation::<Cube, Vector<2>>::ZERO.infer(&[2.0, -1.0], &mut (), &mut y);
/// assert_eq!((y, Cube::derivative(2.0)), ([8.0, -1.0], 12.0));
/// ```
pub trait Function: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// Whether the derivative is computed from y, rather than from x: in training too the layer then works where its input
    /// lies.
    const OF_Y: bool;

    /// The bound of a function that is nothing else: f(x) = max(x, BOUND), NaN staying NaN.
    const BOUND: Option<f32> = None;

    /// What the layer computes, as data.
    const OPERATOR: Operator = Operator::CUSTOM;

    /// f(x)
    fn value(x: f32) -> f32;

    /// f′(x), where `at` is y if it is [of y](Function::OF_Y), and x if not.
    fn derivative(at: f32) -> f32;
}

/// Maps each value by a [`Function`].
///
/// y = f(x)
///
/// The layers without parameters that do so are such types: [`Relu<X>`](crate::Relu) is `Activation<relu, X>`.
///
/// | in [`network!`](crate::network!) | f(x) |
/// |---|---|
/// | `relu`, `relu6` | max(x, 0), min(max(x, 0), 6) |
/// | `leaky_relu(S)`, `elu(A)` | x where x > 0, and elsewhere S · x, A · (eˣ − 1) |
/// | `sigmoid`, `tanh`, `softplus` | 1 / (1 + e⁻ˣ), tanh x, ln(1 + eˣ) |
/// | `silu`, `gelu` | x / (1 + e⁻ˣ), ½ · x · (1 + erf(x / √2)) |
/// | `gelu_tanh` | ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) |
/// | `hard_sigmoid`, `hard_swish` | h(x) = min(max(x + 3, 0), 6) / 6, x · h(x) |
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · f′(x); 0 where f′ is 0, whatever g
///
/// # Example
///
/// A function of one's own:
///
/// ```
/// use const_cnn::{Activation, Function, Vector, network};
///
/// /// y = x²
/// #[derive(Clone, Debug, PartialEq)]
/// struct Square;
///
/// impl Function for Square {
///     const OF_Y: bool = false; // x has a sign that y has not
///
///     fn value(x: f32) -> f32 {
///         x * x
///     }
///
///     fn derivative(x: f32) -> f32 {
///         2.0 * x
///     }
/// }
///
/// network! {
///     struct Net: [4] => [2] {
///         hidden: linear(8),
///         square: Activation<Square, Vector<8>>,
///         out: linear(2),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Activation<F, X>(PhantomData<(F, X)>);

impl<F: Function, X: Shape> Layer for Activation<F, X> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::InPlace;
    const READS_X: bool = !F::OF_Y;
    const READS_Y: bool = F::OF_Y;
    const BOUND: Option<f32> = F::BOUND;
    const OPERATOR: Operator = F::OPERATOR;

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        for y in y.flat_mut() {
            one_by_one::<V>();
            *y = V::apply([*y], |[x]| F::value(x));
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        _: &mut (),
        y: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        let at = if F::OF_Y { y.flat() } else { x.flat() };
        widest(
            #[inline(always)]
            || {
                for ((dx, &dy), &at) in dx.flat_mut().iter_mut().zip(dy.flat()).zip(at) {
                    one_by_one::<V>();
                    *dx = V::apply([dy, at], |[dy, at]| {
                        let derivative = F::derivative(at);
                        if derivative == 0.0 { 0.0 } else { dy * derivative }
                    });
                }
            },
        );
    }
}

arrays! { impl[F, X] Activation<F, X> = Activation(PhantomData) }

/// Writes the word of an activation, a type without values that is its [`Function`] too. A function with a number is a word
/// with the number's bits, of which one is left out: `[SLOPE = 0.01]`.
macro_rules! activation {
    ($word:ident $([$number:ident = $default:expr])?) => {
        /// The function, and how the layer is written in a network.
        #[doc(hidden)]
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[allow(non_camel_case_types)] // it is a word of `network!`
        pub enum $word $(<const $number: u32 = { f32::to_bits($default) }>)? {}

        impl<X: $crate::Shape, Flat: $crate::Shape, $(const $number: u32)?> $crate::Word<X, Flat> for $word $(<$number>)? {
            type Layer = $crate::Activation<$word $(<$number>)?, X>;
        }
    };
}
pub(super) use activation;

/// The number of an activation that has one.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How the layer is written.
    pub layer: &'static str,
    /// What the number is called.
    pub called: &'static str,
    /// The number.
    pub number: f32,
}

impl Numbers {
    /// What the layer gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let dims = former.takes_any(self.layer);
        if !self.number.is_finite() {
            former.says("the ").text(self.called).text(" of ").text(self.layer).text(" is a finite number").panic();
        }
        dims
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{F32x8, Vector, Zero};

    /// y and dx, for a gradient of 2 everywhere.
    fn passes<F: Function, V: Elem, const N: usize>(x: [f32; N]) -> [[V; N]; 2] {
        let (layer, x, mut y, mut dx) = (Activation::<F, Vector<N>>::ZERO, x.map(V::splat), [V::ZERO; N], [V::ZERO; N]);
        layer.infer(&x, &mut (), &mut y);
        layer.backward(&Context::EVALUATION, &x, &mut (), &y, &[V::splat(2.0); N], &mut layer.clone(), Some(&mut dx));
        [y, dx]
    }

    /// An activation's values and derivatives are those, to a few units; NaN stays NaN, and of no finite number it is made.
    #[track_caller]
    pub fn check<F: Function, const N: usize>(x: [f32; N], y: [f32; N], derivatives: [f32; N]) {
        let [found, dx] = passes::<F, f32, N>(x);
        for n in 0..N {
            let near = |found: f32, expected: f32| (found - expected).abs() <= 1e-6 * expected.abs().max(1.0);
            assert!(near(found[n], y[n]), "f({}) is {}, not {}", x[n], found[n], y[n]);
            assert!(near(dx[n], 2.0 * derivatives[n]), "2 f′({}) is {}", x[n], dx[n]);
        }
        assert_eq!(passes::<F, F32x8, N>(x), [found.map(F32x8::splat), dx.map(F32x8::splat)]);
        assert!(F::value(f32::NAN).is_nan());
        for x in [0.0, 1e-45, 1e-20, 1.0, 15.0, 80.0, 1e4, 1e20, f32::MAX].into_iter().flat_map(|x| [x, -x]) {
            let y = F::value(x);
            let derivative = F::derivative(if F::OF_Y { y } else { x });
            assert!(!y.is_nan() && derivative.abs() < 2.0, "{x}: {y}, {derivative}");
        }
    }

    #[test]
    fn where_the_derivative_is_0_the_gradient_is() {
        let (layer, mut dx) = (Activation::<crate::words::relu, Vector<3>>::ZERO, [f32::NAN; 3]);
        let dy = [f32::INFINITY, f32::NAN, -1.0];
        layer.backward(&Context::EVALUATION, &[-1.0; 3], &mut (), &[0.0; 3], &dy, &mut layer.clone(), Some(&mut dx));
        assert_eq!(dx.map(f32::to_bits), [0; 3]);
    }
}
