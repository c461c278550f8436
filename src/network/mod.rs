//! [`network!`](crate::network!): a network written down by its layers, all shapes computed by the compiler.

pub mod concat;
mod gate;
pub mod lines;
pub mod plan;
mod residual;
mod rules;
pub mod sizes;
mod table;

pub use gate::{Gate, gate_scratch};
pub use residual::{Residual, residual_around, residual_kept, residual_scratch};
pub use table::{Row, Table};

use crate::layer::{Input, Output};
use crate::{Elem, Layer, Layout, Ordered, Shape, Zero};

/// Writes a network's type from its layers: no output size is ever written.
///
/// ```
/// use const_cnn::network;
///
/// network! {
///     /// Classifies grey digits of 8 × 8 pixels.
///     #[derive(Clone)]
///     pub struct Digits: [1, 8, 8] => [10] {
///         conv1: conv2d(8, kernel 3, padding 1),
///         relu1: relu,
///         pool1: max_pool2d(2),
///         conv2: conv2d(16, kernel 3, padding 1),
///         relu2: relu,
///         pool2: max_pool2d(2),
///         flatten: flatten,
///         dense: linear(10),
///     }
/// }
///
/// assert_eq!(Digits::PARAMETERS, 80 + 1168 + 650);
/// const _: () = assert!(Digits::INFERENCE_BYTES <= 4 * 1024);
/// ```
///
/// # Layers
///
/// After the struct's name stand what it takes, `[C, H, W]` or `[N]`, and what it gives. Each layer has a name, which is
/// a public field of the struct, and is one of these:
///
/// | written | layer | default |
/// |---|---|---|
/// | `conv2d(F, kernel K, stride S, padding P)` | [`Conv2d`](crate::Conv2d) | stride 1, padding 0 |
/// | `mapwise_conv2d(N, kernel K, stride S, padding P)` | [`MapwiseConv2d`](crate::MapwiseConv2d) | stride 1, padding 0 |
/// | `max_pool2d(K, stride S, padding P)` | [`MaxPool2d`](crate::MaxPool2d) | stride K, padding 0 |
/// | `avg_pool2d(K, stride S, padding P)` | [`AvgPool2d`](crate::AvgPool2d) | stride K, padding 0 |
/// | `linear(O)` | [`Linear`](crate::Linear) | |
/// | `relu` | [`Relu`](crate::Relu) | |
/// | `flatten` | [`Flatten`](crate::Flatten) | |
/// | `softmax` | [`Softmax`](crate::Softmax) | |
/// | `batch_norm`, `batch_norm(eps E, momentum M)` | [`BatchNorm`](crate::BatchNorm) | eps 1e-5, momentum 0.1 |
/// | `dropout(P)` | [`Dropout`](crate::Dropout) | |
/// | a type | your own [`Layer`] with an inherent `const fn from_le`, or another network | |
///
/// Numbers with names stand in the order that the table has. A layer of your own, and a network inside this one, bring
/// the sizes that their types say.
///
/// # What it writes
///
/// The struct, with a public field for each layer, and for it:
///
/// - [`Layer`], so a network can stand in another, [`Parameters`](crate::Parameters) and [`Zero`]
/// - [`Network`], with the table of its layers
/// - the constants `PARAMETERS`, `MULTIPLY_ACCUMULATES`, `PARAMETER_BYTES`, `INFERENCE_BYTES` and `TRAINING_BYTES`, and
///   `const fn training_bytes<V: Elem>()`
/// - `image(&[f32])`, which makes what the network takes, `predict(&image)`, which gives the chances of the classes,
///   `dataset(&images, &labels, &mut order)`, and `table()`, which can be printed
/// - `activations(&tape, visit)`, which shows what each layer gave
/// - `from_le_bytes(&[u8; PARAMETER_BYTES])`, a `const fn`: a trained network as a `static` in flash
///
/// The struct of its activations, `<Digits as Layer>::Tape<f32>`, has a field for each layer: `tape.conv1.output`.
///
/// ```
/// # const_cnn::network! {
/// #     pub struct Digits: [1, 8, 8] => [10] { flatten: flatten, dense: linear(10) }
/// # }
/// use const_cnn::{Layer, Zero};
/// let (net, image) = (Digits::ZERO, Digits::image(&[0.5; 64])?);
/// let mut tape = <Digits as Layer>::Tape::ZERO;
/// net.forward(&image, &mut tape, &mut [0.0; 10]);
/// net.activations(&tape, |name, dims, values| {
///     println!("{name} {dims:?}: largest {}", values.fold(f32::MIN, f32::max));
/// });
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// A network of more than 40 layers needs `#![recursion_limit = "256"]`, as the compiler then says.
///
/// # Compile-time checks
///
/// Each mistake is one error, at the line that is wrong, already in `cargo check`:
///
/// ```compile_fail,E0080
/// const_cnn::network! {
///     struct Wrong: [1, 8, 8] => [10] {
///         conv: conv2d(8, kernel 11), // the kernel 11x11 does not fit inside the image 8x8
///         flatten: flatten,
///         dense: linear(10),
///     }
/// }
/// ```
#[macro_export]
macro_rules! network {
    ($(#[$($meta:tt)*])* $vis:vis struct $name:tt : $input:tt => $output:tt { $($lines:tt)* }) => {
        $crate::network_rules! { @meta [[$vis] $name $input $output] [] [] {$(#[$($meta)*])*} {$($lines)*} }
    };
    ($(#[$($meta:tt)*])* $vis:vis struct $name:tt < $($rest:tt)*) => {
        const _: () = {
            use $crate::network::sizes::Generic as $name;
            $crate::network::sizes::no_generics::<$name>()
        };
    };
}

/// A network that [`network!`](crate::network!) has written, or its folded form.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a network written by `network!`")]
pub trait Network: Layer {
    /// The struct's name.
    const NAME: &'static str;

    /// The rows of its table.
    const LAYERS: &'static [Row] = Self::ROWS;

    /// The values that are alive at once while it infers, the image and the result counted.
    type Arena<V: Elem>: Zero + crate::Nested<V>;

    /// Where the image lies in an arena before [`infer_in`](Network::infer_in).
    fn image_in<V: Elem>(arena: &mut Self::Arena<V>) -> &mut Input<Self, V> {
        Self::Input::view_mut(crate::Nested::flat_mut(arena))
    }

    /// Inference on the image that lies in `arena`, which it overwrites, and where the result lies then.
    fn infer_in<'a, V: Elem>(&self, arena: &'a mut Self::Arena<V>) -> &'a Output<Self, V>;

    /// Infers, and shows what each layer gives: its name, the dimensions `[C, H, W]`, `[C, L]` or `[N]`, and the values in that
    /// order.
    fn activations(
        &self,
        image: &Input<Self, f32>,
        scratch: &mut Self::Scratch<f32>,
        y: &mut Output<Self, f32>,
        visit: impl FnMut(&'static str, &'static [usize], Ordered),
    );
}

/// The blocks that a line is made of.
pub trait Ways {
    /// The block in its braces.
    type Block;
    /// The way around it.
    type Shortcut;
}

// What the passes of a network use. They take the layer for its type alone, which need not be written then.

/// How many arrays of parameters a layer has.
#[inline(always)]
pub fn arrays<L: Layer>(_: &L) -> usize {
    const { L::ARRAYS.len() }
}

/// The dimensions and the order of what a layer gives.
pub fn output_layout<L: Layer>(_: &L) -> Layout {
    L::Output::LAYOUT
}
