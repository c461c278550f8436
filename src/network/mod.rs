//! [`network!`](crate::network!): a network written down by its layers, all shapes computed by the compiler.

pub mod branches;
pub mod chain;
pub mod concat;
mod gate;
pub mod inference;
pub mod lines;
pub mod mistakes;
mod numbers;
pub mod plan;
mod residual;
mod rules;
pub mod sizes;

pub use gate::{Gate, gate_scratch};
pub use numbers::*;
pub use residual::{Residual, residual_around, residual_kept, residual_scratch};

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
/// After the struct's name stand what it takes, `[C, H, W]`, a sequence `[C, L]` or `[N]`, and what it gives. Each layer has a
/// name, which is a public field of the struct, and is one of these:
///
/// | written | layer | left out, it is |
/// |---|---|---|
/// | `conv2d(F, kernel K, stride S, dilation D, padding P, groups G, no bias)` | [`Conv2d`](crate::Conv2d) | stride 1, dilation 1, padding 0, one group, a bias |
/// | `depthwise_conv2d(kernel K, stride S, dilation D, padding P, multiplier M, no bias)` | [`DepthwiseConv2d`](crate::DepthwiseConv2d) | the same, multiplier 1 |
/// | `conv1d(F, kernel K, ..)`, `depthwise_conv1d(kernel K, ..)` | [`Conv1d`](crate::Conv1d), [`DepthwiseConv1d`](crate::DepthwiseConv1d), of sequences | the same |
/// | `conv_transpose2d(F, kernel K, .., output_padding O)`, `conv_transpose1d(F, kernel K, ..)` | [`ConvTranspose2d`](crate::ConvTranspose2d), [`ConvTranspose1d`](crate::ConvTranspose1d) | as of `conv2d`, output padding 0 |
/// | `mapwise_conv2d(N, kernel K, stride S, dilation D, padding P)` | [`MapwiseConv2d`](crate::MapwiseConv2d) | the same |
/// | `max_pool2d(K, stride S, dilation D, padding P, ceil)` | [`MaxPool2d`](crate::MaxPool2d) | stride K, dilation 1, padding 0, rounded down |
/// | `avg_pool2d(K, stride S, dilation D, padding P, ceil, no count)` | [`AvgPool2d`](crate::AvgPool2d) | the same; padding counts |
/// | `max_pool1d(K, ..)`, `avg_pool1d(K, ..)` | [`MaxPool1d`](crate::MaxPool1d), [`AvgPool1d`](crate::AvgPool1d) | the same |
/// | `global_avg_pool`, `global_max_pool` | [`GlobalAvgPool`](crate::GlobalAvgPool), [`GlobalMaxPool`](crate::GlobalMaxPool) | |
/// | `pad2d(P, zero)`, `replicate`, `reflect` | [`Pad2d`](crate::Pad2d) | zeros |
/// | `crop(P)` | [`Crop`](crate::Crop) | |
/// | `upsample(S, nearest)`, `bilinear` | [`Upsample`](crate::Upsample) | the nearest value |
/// | `linear(O, no bias)` | [`Linear`](crate::Linear) | a bias |
/// | `batch_norm`, `batch_norm(eps E, momentum M)` | [`BatchNorm`](crate::BatchNorm) | eps 1e-5, momentum 0.1 |
/// | `layer_norm`, `layer_norm(eps E)` | [`LayerNorm`](crate::LayerNorm), over all values of an image | eps 1e-5 |
/// | `group_norm(G, eps E)` | [`GroupNorm`](crate::GroupNorm), over each of G groups of channels | eps 1e-5 |
/// | `instance_norm`, `instance_norm(eps E)` | [`InstanceNorm`](crate::InstanceNorm), over each channel | eps 1e-5 |
/// | `dropout(P)`, `spatial_dropout(P)` | [`Dropout`](crate::Dropout), [`SpatialDropout`](crate::SpatialDropout) of whole channels | |
/// | `fake_quant` | [`FakeQuant`](crate::FakeQuant): rounded as int8, in training | |
/// | `reshape([C, H, W])`, `[C, L]`, `[N]` | [`Reshape`](crate::Reshape) | |
/// | `relu`, `relu6`, `hard_sigmoid`, `hard_swish` | [`Relu`](crate::Relu), [`Relu6`](crate::Relu6), [`HardSigmoid`](crate::HardSigmoid), [`HardSwish`](crate::HardSwish) | |
/// | `leaky_relu`, `leaky_relu(S)` | [`LeakyRelu`](crate::LeakyRelu) | slope 0.01 |
/// | `prelu` | [`Prelu`](crate::Prelu): slopes that are learned, by channel | |
/// | `elu`, `elu(A)` | [`Elu`](crate::Elu) | alpha 1 |
/// | `gelu`, `gelu_tanh`, `silu`, `softplus` | [`Gelu`](crate::Gelu), [`GeluTanh`](crate::GeluTanh), [`Silu`](crate::Silu), [`Softplus`](crate::Softplus) | |
/// | `sigmoid`, `tanh` | [`Sigmoid`](crate::Sigmoid), [`Tanh`](crate::Tanh) | |
/// | `flatten`, `softmax` | [`Flatten`](crate::Flatten), [`Softmax`](crate::Softmax) | |
/// | `residual { .. }`, `residual { .. } shortcut { .. }` | [`Residual`](crate::Residual): x + f(x), or g(x) + f(x) | |
/// | `gate { .. }` | [`Gate`](crate::Gate): x · f(x), by channel or by value | |
/// | `concat { a { .. }, b { .. } }` | the channels of all branches; `{}` is the input itself | |
/// | a type | your own [`Layer`](crate::Layer), or another network | |
/// | `my_layer(..)` | a layer of yours with numbers, by a macro `my_layer!` | |
///
/// Named numbers stand in any order. Of a window, a number stands for both axes, `kernel (3, 5)` for rows and columns, and
/// `padding (0, 1, 0, 1)` for the top, the bottom, the left and the right; `padding same` is TensorFlow's. Along a sequence a
/// padding of two is by side: `(2, 0)` sees no later value. What is padded and cropped is written as a padding is. Blocks nest;
/// their lines are fields, `net.block1.conv1` and `net.block1.shortcut.conv`, and names of arrays: `block1.conv1.weight`.
///
/// With `ceil` a pool has one window more where rows or columns are left over, as PyTorch's `ceil_mode`: it starts inside the image
/// or the padding before it, and what of it lies behind the padding does not count. With `no count` padding does not count in a
/// mean, as TensorFlow has it always, and PyTorch by `count_include_pad=False`.
///
/// A layer may have docs above it, and no other attribute. A layer of a public network is public too. Names that begin with
/// `__ConstCnn` are the macro's own.
///
/// # What it writes
///
/// The struct, with a public field for each layer, and for it:
///
/// - [`Layer`](crate::Layer), so a network can stand in another, [`Parameters`](crate::Parameters), and [`Zero`](crate::Zero): `ZERO` is then drawn, with
///   `Init`, or loaded; trained as it is, a network of several layers
///   [stays at the loss ln C](crate::Trainer#starting-values)
/// - [`Network`](crate::Network), with the table of its layers
/// - the constants `PARAMETERS`, `MULTIPLY_ACCUMULATES`, `PARAMETER_BYTES`, `INFERENCE_BYTES`, `ALIVE` and `TRAINING_BYTES`, and
///   `const fn training_bytes<V: Elem>()`
/// - `image(&[f32])`, which makes what the network takes, or `image_of(&Pixels, &[u8])`; `output(&image)`, what it gives, and
///   `predict(&image)`, the chances of a classifier's classes; `dataset(&images, &labels)`, and `table()`, which can be printed
/// - `activations(&image, &mut scratch, &mut y, visit)`, which infers and shows what each layer gives
/// - `from_le_bytes(&[u8; PARAMETER_BYTES])` and `from_file_bytes(&[u8])`, `const fn`s: a trained network as a `static` in flash
/// - `fold()`, which gives the network in evaluation, its normalisation taken into the layers before it: a
///   [`Folded`](crate::Folded)`<Self>`, with the same names
/// - its int8 form, an [`Int8`](crate::Int8)`<Self>`, which [`quantize`](crate::quantize) makes from it
///
/// ```
/// # const_cnn::network! {
/// #     pub struct Digits: [1, 8, 8] => [10] { flatten: flatten, dense: linear(10) }
/// # }
/// use const_cnn::{Layer, Zero};
/// let (net, image) = (Digits::ZERO, Digits::image(&[0.5; 64])?);
/// let (mut scratch, mut y) = (<Digits as Layer>::Scratch::ZERO, [0.0; 10]);
/// net.activations(&image, &mut scratch, &mut y, |name, dims, values| {
///     println!("{name} {dims:?}: largest {}", values.fold(f32::MIN, f32::max));
/// });
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// # Memory
///
/// Inference writes on one stretch, `<Net as Layer>::Scratch<V>`, which holds what is alive at once: what a line reads and
/// writes, what blocks around it keep for a sum, a gate or a `concat`, whose branches lie beside it until they are written to
/// their channels, and what the layer needs for itself. Layers that work in place add nothing, nor
/// does it matter whether lines stand in a network within.
/// `INFERENCE_BYTES` says how large it is for one image; the image and the result are the caller's, beside it. An
/// [`Arena`](crate::Network::Arena) holds these too, `ALIVE` values in all:
///
/// ```
/// use const_cnn::{Network, Zero, network};
/// network! {
///     struct Edges: [1, 8, 8] => [10] {
///         conv: conv2d(4, kernel 3, padding 1),
///         relu: relu,
///         block: residual { conv: conv2d(4, kernel 3, padding 1) },
///         flatten: flatten,
///         dense: linear(10),
///     }
/// }
/// // what the block reads, and adds to what it gives
/// assert_eq!(Edges::ALIVE, 2 * 4 * 8 * 8);
/// let mut arena = <Edges as Network>::Arena::<f32>::ZERO;
/// Edges::image_in(&mut arena)[4][4] = [1.0];
/// assert_eq!(Edges::ZERO.infer_in(&mut arena), &[0.0; 10]);
/// ```
///
/// A network, its trainer, evaluator and scratch are values of known sizes, which may be larger than a stack. With `std`,
/// [`boxed`](crate::Zero::boxed) makes them on the heap, in builds without optimisation too. `predict` takes `INFERENCE_BYTES` of
/// stack, and some KiB more; `infer` takes a scratch instead:
///
/// ```
/// # const_cnn::network! {
/// #     pub struct Photos: [3, 32, 32] => [10] { flatten: flatten, dense: linear(10) }
/// # }
/// # #[cfg(feature = "std")] {
/// use const_cnn::{Layer, Trainer, Zero, argmax};
/// let (net, trainer) = (Photos::boxed(), Trainer::<Photos>::boxed());
/// let mut scratch = <Photos as Layer>::Scratch::<f32>::boxed();
/// let (image, mut logits) = ([[[0.5; 3]; 32]; 32], [0.0; 10]);
/// net.infer(&image, &mut scratch, &mut logits);
/// println!("class {}", argmax(&logits));
/// # drop(trainer);
/// # }
/// ```
///
/// # Limits
///
/// A network or block has at most 256 lines, and a `concat` eight branches. More than about 110 lines, docs counted, need
/// `#![recursion_limit = "512"]`, as the compiler then says. A layer takes and gives at most 4 194 304 values and has at most
/// 16 777 216 parameters, since the compiler makes constants of all of these, and more memory than it has would end it without a
/// word.
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
            use $crate::network::mistakes::Generic as $name;
            $crate::network::mistakes::no_generics::<$name>()
        };
    };
}

/// The blocks that a line is made of.
pub trait Ways {
    /// The block in its braces.
    type Block;
    /// The way around it.
    type Shortcut;
}
