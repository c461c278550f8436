//! [`network!`](crate::network!): a network written down by its layers, all shapes computed by the compiler.

use core::fmt;

use crate::{Elem, Input, Layer, Ordered, Output, Shape, Zero};

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
/// | a type | your own [`Layer`] with an inherent `const fn from_le`, or another network | |
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
///   `table()`, which can be printed, and `activations(&tape, visit)`, which shows what each layer gave
///
/// The struct of its activations, `<Digits as Layer>::Tape<f32>`, has a field for each layer: `tape.conv1.output`.
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
    ($(#[$meta:meta])* $vis:vis struct $name:tt : $input:tt => $output:tt { $($layers:tt)* }) => {
        const _: () = $crate::check::input(&$input);
        $crate::network! { @layers [[$(#[$meta])* $vis] $name $input $output] $input {} $($layers)* , }
    };

    // Each layer in turn: @layers [what was declared] [the former layer's output] {the layers so far} the layers to come.
    // An output is `[C, H, W]`, `[N]`, or `[as T]`: what the layer type T gives.
    (@layers $head:tt $former:tt {} ,) => { compile_error!("a network has at least one layer"); };
    (@layers $head:tt $former:tt $done:tt $(,)?) => { $crate::network! { @write $head $former $done } };

    // one word: a layer without numbers, or a type
    (@layers $head:tt $former:tt {$($done:tt)*} $(#[$doc:meta])* $f:ident : relu , $($rest:tt)*) => {
        $crate::network! { @layers $head $former
            {$($done)* [[$(#[$doc])*] $f $crate::Relu<$crate::network!(@shape $former)>]} $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt $(#[$doc:meta])* $f:tt : flatten , $($rest:tt)*) => {
        $crate::network! { @check $former $f flatten () }
        $crate::network! { @typed $head $former $done [$(#[$doc])* $f] flatten () $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt $(#[$doc:meta])* $f:tt : softmax , $($rest:tt)*) => {
        $crate::network! { @check $former $f softmax () }
        $crate::network! { @typed $head $former $done [$(#[$doc])* $f] softmax () $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt $(#[$doc:meta])* $f:ident : $t:tt , $($rest:tt)*) => {
        $crate::network! { @own $head $former $done [$(#[$doc])*] $f ($t) $($rest)* }
    };
    // a layer with numbers: its rule is checked once, in the user's own tokens, so that an error points at them
    (@layers $head:tt $former:tt $done:tt $(#[$doc:meta])* $f:tt : $l:tt $args:tt , $($rest:tt)*) => {
        $crate::network! { @check $former $f $l $args }
        $crate::network! { @typed $head $former $done [$(#[$doc])* $f] $l $args $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt $(#[$doc:meta])* $f:ident : $t:ty , $($rest:tt)*) => {
        $crate::network! { @own $head $former $done [$(#[$doc])*] $f ($t) $($rest)* }
    };

    // a layer of the user's: what it takes is checked as a type; one that does not fit is replaced by a placeholder
    (@own $head:tt $former:tt {$($done:tt)*} [$(#[$doc:meta])*] $f:ident ($t:ty) $($rest:tt)*) => {
        const _: () = $crate::check::fits::<$t, <($t, $crate::network!(@shape $former)) as $crate::check::Former<{
            $crate::check::reported($crate::network!(@dims $former))
        }>>::Shape>();
        $crate::network! { @layers $head [as $t]
            {$($done)* [[$(#[$doc])*] $f <($t, $crate::network!(@shape $former)) as $crate::check::Pick<{
                $crate::check::same(<<$t as $crate::Layer>::Input as $crate::Shape>::DIMS, $crate::network!(@dims $former))
            }>>::Layer]} $($rest)* }
    };

    (@check $former:tt $f:tt $l:tt $args:tt) => {
        const _: () = {
            #[allow(unused_imports)] // `conv2d!` and the like may be in scope already
            use $crate::check::rules::*;
            const LAYER: &str = stringify!($f);
            const FORMER: &[usize] = $crate::network!(@dims $former);
            $l! $args
        };
    };

    (@dims [as $t:ty]) => { <<$t as $crate::Layer>::Output as $crate::Shape>::DIMS };
    (@dims $sizes:tt) => { &$sizes };
    (@shape [as $t:ty]) => { <$t as $crate::Layer>::Output };
    (@shape [$n:expr]) => { $crate::Vector<{ $n }> };
    (@shape [$c:expr, $h:expr, $w:expr]) => { $crate::Image<{ $c }, { $h }, { $w }> };
    (@or [] $default:expr) => { $default };
    (@or [$value:expr] $default:expr) => { $value };

    // The type of a layer, and its output. Where the former output is not what the layer takes, the check has said so.
    (@typed $head:tt [as $t:ty] $done:tt $f:tt linear $($rest:tt)*) => {
        $crate::network! { @typed $head [<<$t as $crate::Layer>::Output as $crate::Shape>::LEN] $done $f linear $($rest)* }
    };
    (@typed $head:tt [as $t:ty] $done:tt $f:tt softmax $($rest:tt)*) => {
        $crate::network! { @typed $head [<<$t as $crate::Layer>::Output as $crate::Shape>::LEN] $done $f softmax $($rest)* }
    };
    (@typed $head:tt [as $t:ty] $done:tt $f:tt $($rest:tt)*) => {
        $crate::network! { @typed $head
            [$crate::check::dim(<<$t as $crate::Layer>::Output as $crate::Shape>::DIMS, 0), $crate::check::dim(<<$t as $crate::Layer>::Output as $crate::Shape>::DIMS, 1), $crate::check::dim(<<$t as $crate::Layer>::Output as $crate::Shape>::DIMS, 2)] $done $f $($rest)* }
    };
    (@typed $head:tt [$i:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] linear ($o:expr $(,)?) $($rest:tt)*) => {
        $crate::network! { @layers $head [$o] {$($done)* [[$(#[$doc])*] $f $crate::Linear<{ $i }, { $o }>]} $($rest)* }
    };
    (@typed $head:tt [$i:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] softmax () $($rest:tt)*) => {
        $crate::network! { @layers $head [as $crate::Softmax<{ $i }>]
            {$($done)* [[$(#[$doc])*] $f $crate::Softmax<{ $i }>]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] flatten () $($rest:tt)*) => {
        $crate::network! { @layers $head [$c * $h * $w] {$($done)* [[$(#[$doc])*] $f
            $crate::Flatten<$crate::Image<{ $c }, { $h }, { $w }>, $crate::Vector<{ $c * $h * $w }>>]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] conv2d
        ($n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network! { @window $head [$c, $h, $w] {$($done)*} [$(#[$doc])* $f]
            [$n, $k, $crate::network!(@or [$($s)?] 1), $crate::network!(@or [$($p)?] 0)] Conv2d [] $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] mapwise_conv2d
        ($n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network! { @window $head [$c, $h, $w] {$($done)*} [$(#[$doc])* $f]
            [$c * $n, $k, $crate::network!(@or [$($s)?] 1), $crate::network!(@or [$($p)?] 0)]
            MapwiseConv2d [{ $n },] $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] max_pool2d
        ($k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network! { @window $head [$c, $h, $w] {$($done)*} [$(#[$doc])* $f]
            [$c, $k, $crate::network!(@or [$($s)?] $k), $crate::network!(@or [$($p)?] 0)] MaxPool2d [] $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident] avg_pool2d
        ($k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network! { @window $head [$c, $h, $w] {$($done)*} [$(#[$doc])* $f]
            [$c, $k, $crate::network!(@or [$($s)?] $k), $crate::network!(@or [$($p)?] 0)] AvgPool2d [] $($rest)* }
    };
    (@typed $head:tt $former:tt {$($done:tt)*} [$(#[$doc:meta])* $f:ident] linear ($o:expr $(,)?) $($rest:tt)*) => {
        $crate::network! { @layers $head [$o] {$($done)* [[$(#[$doc])*] $f
            $crate::check::Misfit<$crate::network!(@shape $former), $crate::Vector<{ $o }>>]} $($rest)* }
    };
    (@typed $head:tt $former:tt {$($done:tt)*} [$(#[$doc:meta])* $f:ident] $l:tt $args:tt $($rest:tt)*) => {
        $crate::network! { @layers $head [0, 0, 0] {$($done)* [[$(#[$doc])*] $f
            $crate::check::Misfit<$crate::network!(@shape $former), $crate::Image<0, 0, 0>>]} $($rest)* }
    };

    // a window of $k in steps of $s over an image with $p zeros around it, giving $n channels
    (@window $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[$doc:meta])* $f:ident]
        [$n:expr, $k:expr, $s:expr, $p:expr] $layer:ident [$($own:tt)*] $($rest:tt)*) => {
        $crate::network! { @layers $head [$n, $crate::check::size($h, $k, $s, $p), $crate::check::size($w, $k, $s, $p)]
            {$($done)* [[$(#[$doc])*] $f $crate::$layer<
                $crate::Image<{ $c }, { $h }, { $w }>,
                $crate::Image<{ $n }, { $crate::check::size($h, $k, $s, $p) }, { $crate::check::size($w, $k, $s, $p) }>,
                $($own)* { $k }, { $s }, { $p }
            >]} $($rest)* }
    };

    (@write [[$(#[$meta:meta])* $vis:vis] $name:tt $input:tt $output:tt] $last:tt
        {$([[$(#[$doc:meta])*] $f:ident $t:ty])+}) => {
        const _: () = {
            use $crate::declared as $name;
            const LAST: &[usize] = $crate::network!(@dims $last);
            $name! $output
        };

        $(#[$meta])*
        $vis struct $name {
            $(
                $(#[$doc])*
                #[doc = concat!("The layer `", stringify!($f), "`.")]
                pub $f: $t,
            )+
        }

        const _: () = {
            /// The buffer of two neighbouring layers, and what each layer needs for inference.
            pub struct NetworkScratch<V: $crate::Elem> {
                buffer: [V; $crate::check::largest_pair(&[
                    $($crate::check::pair::<$t>()),+
                ])],
                $($f: <$t as $crate::Layer>::Scratch<V>,)+
            }

            /// What each layer gave and keeps, and the buffer of two neighbouring layers' gradients.
            pub struct NetworkTape<V: $crate::Elem> {
                gradients: [V; $crate::check::largest_pair(&[
                    $($crate::check::pair::<$t>()),+
                ])],
                $(
                    #[doc = concat!("What the layer `", stringify!($f), "` gave and keeps.")]
                    pub $f: $crate::Slot<<$t as $crate::Layer>::Tape<V>, $crate::Output<$t, V>>,
                )+
            }

            impl<V: $crate::Elem> $crate::Zero for NetworkScratch<V> {
                const ZERO: Self = NetworkScratch { buffer: $crate::Zero::ZERO, $($f: $crate::Zero::ZERO),+ };
            }

            impl<V: $crate::Elem> $crate::Zero for NetworkTape<V> {
                const ZERO: Self = NetworkTape { gradients: $crate::Zero::ZERO, $($f: $crate::Zero::ZERO),+ };
            }

            impl $crate::Zero for $name {
                const ZERO: Self = $name { $($f: $crate::Zero::ZERO),+ };
            }

            impl $crate::Parameters for $name {
                const ARRAYS: $crate::Arrays =
                    $crate::Arrays::Layers(&[$((stringify!($f), <$t as $crate::Parameters>::ARRAYS)),+]);

                fn values(&self, index: usize) -> &[f32] {
                    $(
                        let arrays = const { <$t as $crate::Parameters>::ARRAYS.len() };
                        if index < arrays {
                            return $crate::Parameters::values(&self.$f, index);
                        }
                        let index = index - arrays;
                    )+
                    let _ = index;
                    &[]
                }

                fn values_mut(&mut self, index: usize) -> &mut [f32] {
                    $(
                        let arrays = const { <$t as $crate::Parameters>::ARRAYS.len() };
                        if index < arrays {
                            return $crate::Parameters::values_mut(&mut self.$f, index);
                        }
                        let index = index - arrays;
                    )+
                    let _ = index;
                    &mut []
                }
            }

            impl $crate::Layer for $name {
                type Input = $crate::network!(@shape $input);
                type Output = $crate::network!(@shape $last);
                type Scratch<V: $crate::Elem> = NetworkScratch<V>;
                type Tape<V: $crate::Elem> = NetworkTape<V>;

                const MULTIPLY_ACCUMULATES: usize = 0 $(+ <$t as $crate::Layer>::MULTIPLY_ACCUMULATES)+;

                fn infer<V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, V>,
                    scratch: &mut NetworkScratch<V>,
                    y: &mut $crate::Output<Self, V>,
                ) {
                    let NetworkScratch { buffer, $($f),+ } = scratch;
                    $crate::network!(@infer (self x y buffer) [true false] $([$f $t])+);
                }

                fn forward<V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, V>,
                    tape: &mut NetworkTape<V>,
                    y: &mut $crate::Output<Self, V>,
                ) {
                    let NetworkTape { gradients: _, $($f),+ } = tape;
                    let output = x;
                    $(
                        $crate::Layer::forward(&self.$f, output, &mut $f.tape, &mut $f.output);
                        let output = &$f.output;
                    )+
                    *y = *output;
                }

                fn backward<V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, V>,
                    tape: &mut NetworkTape<V>,
                    y: &$crate::Output<Self, V>,
                    dy: &$crate::Output<Self, V>,
                    gradient: &mut Self,
                    dx: ::core::option::Option<&mut $crate::Input<Self, V>>,
                ) {
                    let NetworkTape { gradients, $($f),+ } = tape;
                    $crate::network!(@backward (self x y dy gradient dx gradients) [] $([$f $t])+);
                }
            }

            impl $crate::Network for $name {
                const NAME: &'static str = stringify!($name);
                const LAYERS: &'static [$crate::Row] = &[$($crate::Row::of::<$t>(stringify!($f))),+];

                fn activations(
                    &self,
                    tape: &NetworkTape<f32>,
                    mut visit: impl ::core::ops::FnMut(&'static str, &'static [usize], $crate::Ordered),
                ) {
                    $({
                        let layout = <<$t as $crate::Layer>::Output as $crate::Shape>::LAYOUT;
                        visit(stringify!($f), layout.dims, layout.iter($crate::Nested::flat(&tape.$f.output)));
                    })+
                }
            }

            // reading bytes is part of being a layer, whether the program does it or not
            const _: fn(&mut $crate::LeBytes) -> $name = $name::from_le;

            impl $name {
                /// How many numbers it learns.
                pub const PARAMETERS: usize = <Self as $crate::Parameters>::COUNT;

                /// The multiplications with an addition that one image takes, those with padding counted.
                pub const MULTIPLY_ACCUMULATES: usize = <Self as $crate::Layer>::MULTIPLY_ACCUMULATES;

                /// The bytes of its parameters.
                pub const PARAMETER_BYTES: usize = 4 * Self::PARAMETERS;

                /// The bytes that inference on one image writes on, beside the image and the result.
                pub const INFERENCE_BYTES: usize = ::core::mem::size_of::<NetworkScratch<f32>>();

                /// The bytes of training one image at a time: parameters, gradient, momentum and workspace.
                pub const TRAINING_BYTES: usize = Self::training_bytes::<f32>();

                /// The bytes of training with elements `V`: parameters, gradient, momentum and workspace.
                pub const fn training_bytes<V: $crate::Elem>() -> usize {
                    $crate::training_bytes::<Self, V>()
                }

                /// The network whose parameters are the next of `bytes`.
                pub const fn from_le(bytes: &mut $crate::LeBytes) -> Self {
                    $name { $($f: <$t>::from_le(bytes)),+ }
                }

                /// The network whose parameters are `bytes`, as `write_le` has written them.
                ///
                /// In a `static` it lies in read-only memory, and nothing is copied at start-up.
                ///
                /// # Panics
                ///
                /// In a constant, where it stops compilation: when a parameter is NaN or infinite.
                pub const fn from_le_bytes(bytes: &[u8; Self::PARAMETER_BYTES]) -> Self {
                    Self::from_le(&mut $crate::LeBytes::new(bytes))
                }

                /// What the network takes, from values in the order channel, row, column.
                ///
                /// # Errors
                ///
                /// `Error::Length` when their number is wrong, `Error::NotFinite` when one is NaN or infinite.
                pub fn image(values: &[f32]) -> ::core::result::Result<$crate::Input<Self, f32>, $crate::Error> {
                    <<Self as $crate::Layer>::Input as $crate::Shape>::from_slice(values)
                }

                /// The chances of the classes. Uses `INFERENCE_BYTES` of stack; `infer` takes a buffer instead.
                pub fn predict<Y: $crate::Scores>(&self, image: &$crate::Input<Self, f32>) -> Y::Of<f32>
                where
                    Self: $crate::Layer<Output = Y>,
                {
                    let mut y = <Y::Of<f32> as $crate::Zero>::ZERO;
                    let mut scratch = <NetworkScratch<f32> as $crate::Zero>::ZERO;
                    $crate::Layer::infer(self, image, &mut scratch, &mut y);
                    Y::to_probabilities($crate::Nested::flat_mut(&mut y));
                    y
                }

                /// Its layers, their sizes and the totals, to be printed.
                pub fn table() -> $crate::Table {
                    $crate::Table::of::<Self>()
                }
            }
        };
    };

    // Inference: a layer's input lies at one end of the buffer, its output at the other, and the next layer's the other
    // way round. `[true false]` says whether the output, then the input, is at the front.
    (@infer ($self:tt $x:tt $y:tt $buffer:tt) $sides:tt [$f:ident $t:ty]) => {
        $crate::Layer::infer(&$self.$f, $x, $f, $y)
    };
    (@infer ($self:tt $x:tt $y:tt $buffer:tt) [$front:tt $back:tt] [$f:ident $t:ty] $($rest:tt)+) => {
        $crate::Layer::infer(&$self.$f, $x, $f, $crate::network::output::<$t, V>($buffer, $front));
        $crate::network!(@infer_next ($self $y $buffer) [$back $front] $($rest)+)
    };
    (@infer_next ($self:tt $y:tt $buffer:tt) [$front:tt $back:tt] [$f:ident $t:ty]) => {
        $crate::Layer::infer(&$self.$f, $crate::network::input::<$t, V>($buffer, $back), $f, $y)
    };
    (@infer_next ($self:tt $y:tt $buffer:tt) [$front:tt $back:tt] [$f:ident $t:ty] $($rest:tt)+) => {
        let (input, output) = $crate::network::input_and_output::<$t, V>($buffer, $back);
        $crate::Layer::infer(&$self.$f, input, $f, output);
        $crate::network!(@infer_next ($self $y $buffer) [$back $front] $($rest)+)
    };

    // Backward: the layers in reverse; a layer's output gradient lies at one end of the buffer, its input gradient at the
    // other.
    (@backward $names:tt [$($reversed:tt)*] [$f:ident $t:ty] $($rest:tt)+) => {
        $crate::network!(@backward $names [[$f $t] $($reversed)*] $($rest)+)
    };
    (@backward ($self:tt $x:tt $y:tt $dy:tt $gradient:tt $dx:tt $buffer:tt) [] [$f:ident $t:ty]) => {{
        let _ = $buffer;
        $crate::Layer::backward(&$self.$f, $x, &mut $f.tape, $y, $dy, &mut $gradient.$f, $dx)
    }};
    (@backward ($self:tt $x:tt $y:tt $dy:tt $gradient:tt $dx:tt $buffer:tt) [[$former:ident $u:ty] $($rest:tt)*]
        [$f:ident $t:ty]) => {
        let dx_of_last = $crate::network::input::<$t, V>($buffer, true);
        $crate::Layer::backward(&$self.$f, &$former.output, &mut $f.tape, $y, $dy, &mut $gradient.$f, ::core::option::Option::Some(dx_of_last));
        $crate::network!(@backward_next ($self $x $gradient $dx $buffer) [true false] [$former $u] $($rest)*)
    };
    (@backward_next ($self:tt $x:tt $gradient:tt $dx:tt $buffer:tt) [$front:tt $back:tt] [$f:ident $t:ty]) => {
        let dy = $crate::network::output::<$t, V>($buffer, $front);
        $crate::Layer::backward(&$self.$f, $x, &mut $f.tape, &$f.output, dy, &mut $gradient.$f, $dx)
    };
    (@backward_next ($self:tt $x:tt $gradient:tt $dx:tt $buffer:tt) [$front:tt $back:tt] [$f:ident $t:ty]
        [$former:ident $u:ty] $($rest:tt)*) => {
        let (dy, dx) = $crate::network::output_and_input::<$t, V>($buffer, $front);
        $crate::Layer::backward(&$self.$f, &$former.output, &mut $f.tape, &$f.output, dy, &mut $gradient.$f, ::core::option::Option::Some(dx));
        $crate::network!(@backward_next ($self $x $gradient $dx $buffer) [$back $front] [$former $u] $($rest)*)
    };
}

/// A network that [`network!`](crate::network!) has written: its name, and what its layers are and gave.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a network written by `network!`")]
pub trait Network: Layer {
    /// The struct's name.
    const NAME: &'static str;

    /// The rows of its table.
    const LAYERS: &'static [Row];

    /// Shows what each layer gave in the training pass that wrote `tape`: the layer's name, the dimensions `[C, H, W]` or
    /// `[N]`, and the values in that order.
    fn activations(&self, tape: &Self::Tape<f32>, visit: impl FnMut(&'static str, &'static [usize], Ordered));
}

/// What the training pass of a network keeps of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot<T, Y> {
    /// What the layer keeps itself.
    pub tape: T,
    /// What it gave.
    pub output: Y,
}

impl<T: Zero, Y: Zero> Zero for Slot<T, Y> {
    const ZERO: Self = Slot { tape: T::ZERO, output: Y::ZERO };
}

/// One end of a buffer, as what a layer takes.
#[inline(always)]
pub fn input<L: Layer, V: Elem>(buffer: &mut [V], front: bool) -> &mut Input<L, V> {
    end::<L::Input, V>(buffer, front)
}

/// One end of a buffer, as what a layer gives.
#[inline(always)]
pub fn output<L: Layer, V: Elem>(buffer: &mut [V], front: bool) -> &mut Output<L, V> {
    end::<L::Output, V>(buffer, front)
}

/// Both ends of a buffer: what a layer takes, to read, at the front if `front` says so, and what it gives, to write.
#[inline(always)]
pub fn input_and_output<L: Layer, V: Elem>(buffer: &mut [V], front: bool) -> (&Input<L, V>, &mut Output<L, V>) {
    ends::<L::Input, L::Output, V>(buffer, front)
}

/// Both ends of a buffer: the gradient of what a layer gives, to read, at the front if `front` says so, and the gradient
/// of what it takes, to write.
#[inline(always)]
pub fn output_and_input<L: Layer, V: Elem>(buffer: &mut [V], front: bool) -> (&Output<L, V>, &mut Input<L, V>) {
    ends::<L::Output, L::Input, V>(buffer, front)
}

#[inline(always)]
fn end<X: Shape, V: Elem>(buffer: &mut [V], front: bool) -> &mut X::Of<V> {
    let at = if front { 0 } else { buffer.len() - X::LEN };
    X::view_mut(&mut buffer[at..])
}

#[inline(always)]
fn ends<X: Shape, Y: Shape, V: Elem>(buffer: &mut [V], front: bool) -> (&X::Of<V>, &mut Y::Of<V>) {
    if front {
        let (x, y) = buffer.split_at_mut(X::LEN);
        (X::view(x), end::<Y, V>(y, false))
    } else {
        let at = buffer.len() - X::LEN;
        let (y, x) = buffer.split_at_mut(at);
        (X::view(x), end::<Y, V>(y, true))
    }
}

/// One layer in a network's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The layer's name.
    pub name: &'static str,
    /// What it gives: `[C, H, W]` or `[N]`.
    pub output: &'static [usize],
    /// How many numbers it learns.
    pub parameters: usize,
    /// The multiplications with an addition that one image takes.
    pub multiply_accumulates: usize,
    /// The bytes of its parameters and, for one image, of its output.
    pub bytes: usize,
}

impl Row {
    /// The row of a layer called `name`.
    pub const fn of<L: Layer>(name: &'static str) -> Row {
        Row {
            name,
            output: L::Output::DIMS,
            parameters: L::COUNT,
            multiply_accumulates: L::MULTIPLY_ACCUMULATES,
            bytes: 4 * (L::COUNT + L::Output::LEN),
        }
    }
}

/// A network's layers, their sizes and the totals. Print it with `{}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// The network's name.
    pub name: &'static str,
    /// What it takes.
    pub input: &'static [usize],
    /// Its layers.
    pub rows: &'static [Row],
    /// The bytes that inference on one image writes on.
    pub inference_bytes: usize,
    /// The bytes of training one image at a time.
    pub training_bytes: usize,
}

impl Table {
    /// The table of a network.
    pub fn of<N: Network>() -> Table {
        Table {
            name: N::NAME,
            input: N::Input::DIMS,
            rows: N::LAYERS,
            inference_bytes: size_of::<N::Scratch<f32>>(),
            training_bytes: crate::training_bytes::<N, f32>(),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = |row: &Row| row.name.len();
        let width = self.rows.iter().map(name).max().unwrap_or(0).max(self.name.len()).max("total".len());
        let rule = |f: &mut fmt::Formatter| writeln!(f, "{:-<1$}", "", width + 50);
        writeln!(f, "{:width$}  {:>14}{:>12}{:>12}{:>10}", self.name, "output", "parameters", "mul-adds", "bytes")?;
        rule(f)?;
        writeln!(f, "{:width$}  {:>14}", "input", Dims(self.input))?;
        let mut total = Row { name: "total", output: &[], parameters: 0, multiply_accumulates: 0, bytes: 0 };
        for row in self.rows {
            write_row(f, row, width)?;
            total.parameters += row.parameters;
            total.multiply_accumulates += row.multiply_accumulates;
            total.bytes += row.bytes;
        }
        rule(f)?;
        write_row(f, &total, width)?;
        writeln!(f, "inference: {} bytes beside the parameters", self.inference_bytes)?;
        write!(f, "training: {} bytes, parameters included", self.training_bytes)
    }
}

fn write_row(f: &mut fmt::Formatter, row: &Row, width: usize) -> fmt::Result {
    let Row { name, output, parameters, multiply_accumulates, bytes } = *row;
    let output = Dims(output);
    writeln!(f, "{name:width$}  {output:>14}{parameters:>12}{multiply_accumulates:>12}{bytes:>10}")
}

/// Dimensions as `8x6x6`, or as nothing.
struct Dims(&'static [usize]);

impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // `pad` wants one string: it is put together on the stack
        let mut text = Text { bytes: [0; 64], len: 0 };
        for (n, size) in self.0.iter().enumerate() {
            fmt::Write::write_fmt(&mut text, format_args!("{}{size}", if n > 0 { "x" } else { "" }))?;
        }
        f.pad(core::str::from_utf8(&text.bytes[..text.len]).unwrap_or(""))
    }
}

struct Text {
    bytes: [u8; 64],
    len: usize,
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
