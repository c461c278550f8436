//! [`network!`](crate::network!): a network written down by its layers, all shapes computed by the compiler.

use crate::{Elem, Input, Layer, Layout, Ordered, Output, Row, Shape, Zero};

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
/// A layer may have docs above it, but no other attributes. Names that begin with `ConstCnn`, `CONST_CNN_` and
/// `const_cnn_` are the macro's own.
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
/// # Large networks
///
/// A network, its trainer, evaluator and scratch are values of known sizes, which may be larger than a stack. With `std`,
/// [`boxed`](Zero::boxed) makes them on the heap, in builds without optimisation too. `predict` takes `INFERENCE_BYTES` of
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
/// A layer takes and gives at most 4 194 304 values and has at most 16 777 216 weights, since the compiler makes constants
/// of all of these, and more memory than it has would end it without a word.
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
    ($(#[$meta:meta])* $vis:vis struct $name:tt : $input:tt => $output:tt { $($layers:tt)* }) => {
        const _: () = {
            use $crate::declared_input as $name;
            $name! $input
        };
        $crate::network_rules! { @input [[$(#[$meta])* $vis] $name] $input $output $($layers)* , }
    };
}

/// What [`network!`](crate::network!) does, in four steps.
///
/// 1. `@layers` takes one line after the other. For a built-in layer with numbers it first pastes the user's own tokens
///    as the call of a macro of the layer's name, `conv2d!(8, kernel 3)`, which checks the rule: an error then points at
///    the user's line. Then `@typed` appends the layer's type, with its sizes as expressions of the former ones, and
///    hands the new output on. Types that are not built in go through `@word`.
/// 2. What an output is, is carried as `[C, H, W]`, `[N]` or `[as T]`; `@dims` and `@shape` turn it into a constant and
///    into a type. After a mistake, sizes are 0, and nothing more is reported of them. The traits that pick placeholders
///    for what does not fit are in `check.rs`.
/// 3. `@write` writes the struct, its buffers and its implementations.
/// 4. `@infer` and `@backward` write the passes, one statement a layer. Two neighbouring layers share one buffer: the
///    first one's output lies at the front, and is the next one's input; that one's output lies at the back, and so on in
///    turn. [`Chain`](crate::Chain) is the same idea for two layers, without macros: read it first.
#[doc(hidden)]
#[macro_export]
macro_rules! network_rules {
    // what the network takes; where that is not a shape, the check has said so
    (@input [$($head:tt)*] [$n:expr $(,)?] $output:tt $($layers:tt)*) => {
        $crate::network_rules! { @layers [$($head)* [$n] $output] [$n] {} $($layers)* }
    };
    (@input [$($head:tt)*] [$c:expr, $h:expr, $w:expr $(,)?] $output:tt $($layers:tt)*) => {
        $crate::network_rules! { @layers [$($head)* [$c, $h, $w] $output] [$c, $h, $w] {} $($layers)* }
    };
    (@input [$($head:tt)*] $input:tt $output:tt $($layers:tt)*) => {
        $crate::network_rules! { @layers [$($head)* [0, 0, 0] $output] [0, 0, 0] {} $($layers)* }
    };

    // Each layer in turn: @layers [what was declared] [the former layer's output] {the layers so far} the layers to
    // come.
    // An output is `[C, H, W]`, `[N]`, or `[as T]`, that of the layer type T. Zeros stand where a mistake has been
    // reported.
    (@layers [$declared:tt $name:tt $input:tt $output:tt] $former:tt {} ,) => {
        const _: () = {
            use $crate::no_layers as $name;
            $name! $output
        };
        $crate::network_rules! { @write [$declared $name $input $output] [0, 0, 0] {[[] none $crate::check::Unknown]} }
    };
    (@layers $head:tt $former:tt $done:tt $(,)?) => { $crate::network_rules! { @write $head $former $done } };

    // one word: a layer without numbers, or a type
    (@layers $head:tt $former:tt $done:tt $(#[doc $($doc:tt)*])* $f:ident : $t:tt , $($rest:tt)*) => {
        $crate::network_rules! { @word $head $former $done [$(#[doc $($doc)*])* $f] $t ($t) $($rest)* }
    };
    // a layer with numbers: its rule is checked once, in the user's own tokens, so that an error points at them
    (@layers $head:tt $former:tt $done:tt $(#[doc $($doc:tt)*])* $f:ident : $l:tt $args:tt , $($rest:tt)*) => {
        const _: () = {
            const CONST_CNN_LAYER: &str = ::core::stringify!($f);
            const CONST_CNN_FORMER: &[usize] = $crate::network_rules!(@dims $former);
            $crate::network_rules! { @rule $l $l }
            $l! $args
        };
        $crate::network_rules! { @typed $head $former $done [$(#[doc $($doc)*])* $f] $l $args $($rest)* }
    };
    // no comma, or no layer at all
    (@layers $head:tt $former:tt $done:tt $(#[doc $($doc:tt)*])* $f:ident : $l:tt ($($args:tt)*) $next:tt $($rest:tt)*) => {
        $crate::comma! { $next }
        $crate::network_rules! { @layers $head $former $done $(#[doc $($doc)*])* $f : $l ($($args)*) , $next $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt $(#[doc $($doc:tt)*])* $f:ident : $l:ident $next:tt : $($rest:tt)*) => {
        $crate::comma! { $next }
        $crate::network_rules! { @layers $head $former $done $(#[doc $($doc)*])* $f : $l , $next : $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt $(#[doc $($doc:tt)*])* $f:ident : $t:ty , $($rest:tt)*) => {
        $crate::network_rules! { @word $head $former $done [$(#[doc $($doc)*])* $f] () ($t) $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt ; $($rest:tt)*) => {
        $crate::network_rules! { @layers $head $former $done $($rest)* } // it stood for a comma
    };
    // an attribute: the line goes on without it, and without the docs above it
    (@layers $head:tt $former:tt $done:tt #[doc $($doc:tt)*] $($rest:tt)*) => {
        $crate::network_rules! { @layers $head $former $done $($rest)* }
    };
    (@layers $head:tt $former:tt $done:tt # [$word:tt $($attribute:tt)*] $($rest:tt)*) => {
        const _: () = {
            use $crate::check::Word as $word;
            $crate::check::attribute::<$word>()
        };
        $crate::network_rules! { @layers $head $former $done $($rest)* }
    };
    (@layers $head:tt $former:tt {$($done:tt)*} $line:tt $($rest:tt)*) => {
        $crate::layer! { $line }
        $crate::network_rules! { @write $head [0, 0, 0] {$($done)* [[] none $crate::check::Unknown]} }
    };

    (@word $head:tt $former:tt {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] $l:tt (relu) $($rest:tt)*) => {
        $crate::network_rules! { @layers $head $former
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::network_rules!(@relu $former)]} $($rest)* }
    };
    (@word $head:tt $former:tt $done:tt $field:tt $l:tt (flatten) $($rest:tt)*) => {
        const _: () = {
            type ConstCnnFormer = $crate::network_rules!(@shape $former);
            const CONST_CNN_FITS: bool = $crate::check::is_image($crate::network_rules!(@dims $former));
            {
                use $crate::check::Word as $l;
                $crate::check::flatten::<$l, ConstCnnFormer, CONST_CNN_FITS>()
            }
        };
        $crate::network_rules! { @typed $head $former $done $field flatten () $($rest)* }
    };
    (@word $head:tt $former:tt $done:tt $field:tt $l:tt (softmax) $($rest:tt)*) => {
        const _: () = {
            type ConstCnnFormer = $crate::network_rules!(@shape $former);
            const CONST_CNN_FITS: bool = $crate::check::is_vector($crate::network_rules!(@dims $former));
            {
                use $crate::check::Word as $l;
                $crate::check::softmax::<$l, ConstCnnFormer, CONST_CNN_FITS>()
            }
        };
        $crate::network_rules! { @typed $head $former $done $field softmax () $($rest)* }
    };
    // A layer of the user's: what it takes is checked as a type. One that is not a layer is replaced by a placeholder.
    (@word $head:tt $former:tt {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] $l:tt ($t:ty) $($rest:tt)*) => {
        const _: () = $crate::check::fits::<$t, <$crate::network_rules!(@own $t) as $crate::check::After<
            $crate::network_rules!(@shape $former),
            { !$crate::network_rules!(@is_layer $t) || $crate::check::reported($crate::network_rules!(@dims $former)) },
        >>::Shape, { $crate::network_rules!(@is_layer $t) }>();
        const _: () = $crate::check::supported::<$t, {
            $crate::check::is_supported($crate::network_rules!(@dims [as $crate::network_rules!(@own $t)]))
        }>();
        const _: () = $crate::check::reads::<$t, {
            !$crate::network_rules!(@is_layer $t) || $crate::network_rules!(@has_from_le $t)
        }>();
        $crate::network_rules! { @layers $head [as $crate::network_rules!(@own $t)]
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::network_rules!(@own $t)]} $($rest)* }
    };
    (@own $t:ty) => { <$t as $crate::check::Pick<{
        $crate::network_rules!(@is_layer $t) && $crate::network_rules!(@has_from_le $t)
    }>>::Layer };
    // in an `impl`, since elsewhere the compiler reports a name that does not exist once more, with another advice
    (@is_layer $t:ty) => {{
        struct ConstCnnProbe;
        impl ConstCnnProbe {
            const IS_LAYER: bool = {
                #[allow(unused_imports)] // it is for types that are not
                use $crate::check::NotALayer as _;
                <$crate::check::Probe<$t>>::IS_LAYER
            };
        }
        ConstCnnProbe::IS_LAYER
    }};

    (@has_from_le $t:ty) => {{
        struct ConstCnnProbe;
        impl ConstCnnProbe {
            const HAS_FROM_LE: bool = {
                #[allow(unused_imports)] // it is for types that have none
                use $crate::check::NoFromLe as _;
                ::core::mem::size_of_val(&<$t>::from_le) == 0
            };
        }
        ConstCnnProbe::HAS_FROM_LE
    }};

    // the rule of a layer, under the user's own name for it
    (@rule $l:tt conv2d) => { use $crate::conv2d as $l; };
    (@rule $l:tt mapwise_conv2d) => { use $crate::mapwise_conv2d as $l; };
    (@rule $l:tt max_pool2d) => { use $crate::max_pool2d as $l; };
    (@rule $l:tt avg_pool2d) => { use $crate::avg_pool2d as $l; };
    (@rule $l:tt linear) => { use $crate::linear as $l; };
    (@rule $l:tt $unknown:tt) => {
        const CONST_CNN_UNKNOWN: &str = ::core::stringify!($l);
        use $crate::unknown_layer as $l;
    };

    (@dims [as $t:ty]) => {{
        struct ConstCnnProbe;
        impl ConstCnnProbe {
            const DIMS: &'static [usize] = <<$t as $crate::Layer>::Output as $crate::Shape>::DIMS;
        }
        ConstCnnProbe::DIMS
    }};
    (@dims $sizes:tt) => { &$sizes };
    (@shape [as $t:ty]) => { <$t as $crate::Layer>::Output };
    (@shape [$n:expr $(,)?]) => { $crate::Vector<{ $n }> };
    (@shape [$c:expr, $h:expr, $w:expr $(,)?]) => { $crate::Image<{ $c }, { $h }, { $w }> };
    (@shape $sizes:tt) => { $crate::Vector<0> };
    (@relu [as $t:ty]) => { <$t as $crate::check::Followed>::Relu };
    (@relu $former:tt) => { $crate::Relu<$crate::network_rules!(@shape $former)> };
    (@or [] $default:expr) => { $default };
    (@or [$value:expr] $default:expr) => { $value };
    (@size $n:expr, $k:expr, [$($s:expr)?] $stride:expr, [$($p:expr)?] $padding:expr) => {
        $crate::check::size($n, $k, $crate::network_rules!(@or [$($s)?] $stride), $crate::network_rules!(@or [$($p)?] $padding))
    };

    // the type of a layer, and its output
    (@typed $head:tt [$i:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] linear ($o:expr $(,)?) $($rest:tt)*) => {
        $crate::network_rules! { @layers $head [$crate::check::bounded($o, &[$i, $o])]
            {$($done)* [[$(#[doc $($doc)*])*] $f
                $crate::Linear<{ $i }, { $crate::check::bounded($o, &[$i, $o]) }>]} $($rest)* }
    };
    (@typed $head:tt [$i:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] softmax () $($rest:tt)*) => {
        $crate::network_rules! { @layers $head [as $crate::Softmax<{ $i }>]
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::Softmax<{ $i }>]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] flatten ()
        $($rest:tt)*) => {
        $crate::network_rules! { @layers $head [$c * $h * $w] {$($done)* [[$(#[doc $($doc)*])*] $f
            $crate::Flatten<$crate::Image<{ $c }, { $h }, { $w }>, $crate::Vector<{ $c * $h * $w }>>]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] conv2d
        ($n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network_rules! { @layers $head
            [$crate::check::bounded($n, &[$n, $c, $k, $k]),
                $crate::network_rules!(@size $h, $k, [$($s)?] 1, [$($p)?] 0),
                $crate::network_rules!(@size $w, $k, [$($s)?] 1, [$($p)?] 0)]
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::Conv2d<
                $crate::Image<{ $c }, { $h }, { $w }>,
                $crate::Image<
                    { $crate::check::bounded($n, &[$n, $c, $k, $k]) },
                    { $crate::network_rules!(@size $h, $k, [$($s)?] 1, [$($p)?] 0) },
                    { $crate::network_rules!(@size $w, $k, [$($s)?] 1, [$($p)?] 0) },
                >,
                { $k }, { $crate::network_rules!(@or [$($s)?] 1) }, { $crate::network_rules!(@or [$($p)?] 0) }
            >]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] mapwise_conv2d
        ($n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network_rules! { @layers $head
            [$crate::check::maps($c, $n),
                $crate::network_rules!(@size $h, $k, [$($s)?] 1, [$($p)?] 0),
                $crate::network_rules!(@size $w, $k, [$($s)?] 1, [$($p)?] 0)]
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::MapwiseConv2d<
                $crate::Image<{ $c }, { $h }, { $w }>,
                $crate::Image<
                    { $crate::check::maps($c, $n) },
                    { $crate::network_rules!(@size $h, $k, [$($s)?] 1, [$($p)?] 0) },
                    { $crate::network_rules!(@size $w, $k, [$($s)?] 1, [$($p)?] 0) },
                >,
                { $crate::check::bounded($n, &[$n, $k, $k]) }, { $k }, { $crate::network_rules!(@or [$($s)?] 1) }, { $crate::network_rules!(@or [$($p)?] 0) }
            >]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] max_pool2d
        ($k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network_rules! { @layers $head
            [$c,
                $crate::network_rules!(@size $h, $k, [$($s)?] $k, [$($p)?] 0),
                $crate::network_rules!(@size $w, $k, [$($s)?] $k, [$($p)?] 0)]
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::MaxPool2d<
                $crate::Image<{ $c }, { $h }, { $w }>,
                $crate::Image<
                    { $c },
                    { $crate::network_rules!(@size $h, $k, [$($s)?] $k, [$($p)?] 0) },
                    { $crate::network_rules!(@size $w, $k, [$($s)?] $k, [$($p)?] 0) },
                >,
                { $k }, { $crate::network_rules!(@or [$($s)?] $k) }, { $crate::network_rules!(@or [$($p)?] 0) }
            >]} $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] avg_pool2d
        ($k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) $($rest:tt)*) => {
        $crate::network_rules! { @layers $head
            [$c,
                $crate::network_rules!(@size $h, $k, [$($s)?] $k, [$($p)?] 0),
                $crate::network_rules!(@size $w, $k, [$($s)?] $k, [$($p)?] 0)]
            {$($done)* [[$(#[doc $($doc)*])*] $f $crate::AvgPool2d<
                $crate::Image<{ $c }, { $h }, { $w }>,
                $crate::Image<
                    { $c },
                    { $crate::network_rules!(@size $h, $k, [$($s)?] $k, [$($p)?] 0) },
                    { $crate::network_rules!(@size $w, $k, [$($s)?] $k, [$($p)?] 0) },
                >,
                { $k }, { $crate::network_rules!(@or [$($s)?] $k) }, { $crate::network_rules!(@or [$($p)?] 0) }
            >]} $($rest)* }
    };
    // A layer after one of the user's, or after one whose output it does not take: the check has said so, and sizes
    // are 0.
    (@typed $head:tt [as $t:ty] $done:tt $field:tt linear $($rest:tt)*) => {
        $crate::network_rules! { @typed $head
            [$crate::check::len($crate::network_rules!(@dims [as $t]))] $done $field linear $($rest)* }
    };
    (@typed $head:tt [as $t:ty] $done:tt $field:tt softmax $($rest:tt)*) => {
        $crate::network_rules! { @typed $head
            [$crate::check::len($crate::network_rules!(@dims [as $t]))] $done $field softmax $($rest)* }
    };
    (@typed $head:tt [as $t:ty] $done:tt $field:tt $($rest:tt)*) => {
        $crate::network_rules! { @typed $head [
            $crate::check::dim($crate::network_rules!(@dims [as $t]), 0),
            $crate::check::dim($crate::network_rules!(@dims [as $t]), 1),
            $crate::check::dim($crate::network_rules!(@dims [as $t]), 2)
        ] $done $field $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] $done:tt $field:tt linear ($o:expr $(,)?) $($rest:tt)*) => {
        $crate::network_rules! { @typed $head [0] $done $field linear ($o) $($rest)* }
    };
    (@typed $head:tt [$c:expr, $h:expr, $w:expr] $done:tt $field:tt softmax () $($rest:tt)*) => {
        $crate::network_rules! { @typed $head [0] $done $field softmax () $($rest)* }
    };
    (@typed $head:tt [$n:expr] $done:tt $field:tt $($rest:tt)*) => {
        $crate::network_rules! { @typed $head [0, 0, 0] $done $field $($rest)* }
    };
    (@typed $head:tt $former:tt {$($done:tt)*} [$(#[doc $($doc:tt)*])* $f:ident] $l:tt $args:tt $($rest:tt)*) => {
        $crate::network_rules! { @layers $head [0, 0, 0] {$($done)* [[$(#[doc $($doc)*])*] $f $crate::check::Unknown]} $($rest)* }
    };

    (@write [[$(#[$meta:meta])* $vis:vis] $name:tt $input:tt $output:tt] $last:tt
        {$([[$(#[doc $($doc:tt)*])*] $f:ident $t:ty])+}) => {
        const _: () = {
            use $crate::declared as $name;
            const CONST_CNN_LAST: &[usize] = $crate::network_rules!(@dims $last);
            $name! $output
        };

        $(#[$meta])*
        $vis struct $name {
            $(
                $(#[doc $($doc)*])*
                #[doc = ::core::concat!("The layer `", ::core::stringify!($f), "`.")]
                pub $f: $t,
            )+
        }

        // everything is named by its path, since items are not hygienic: what is around may have any name
        const _: () = {
            const CONST_CNN_BUFFER: usize = $crate::check::largest_pair(&[$($crate::check::pair::<$t>()),+]);

            /// The buffer of two neighbouring layers, and what each layer needs for inference.
            pub struct ConstCnnScratch<ConstCnnElem: $crate::Elem> {
                const_cnn_buffer: [ConstCnnElem; CONST_CNN_BUFFER],
                $($f: <$t as $crate::Layer>::Scratch<ConstCnnElem>,)+
            }

            /// What each layer gave and keeps, and the buffer of two neighbouring layers' gradients.
            pub struct ConstCnnTape<ConstCnnElem: $crate::Elem> {
                const_cnn_gradients: $crate::network::Gradients<[ConstCnnElem; CONST_CNN_BUFFER]>,
                $(
                    #[doc = ::core::concat!("What the layer `", ::core::stringify!($f), "` gave and keeps.")]
                    pub $f: $crate::Slot<<$t as $crate::Layer>::Tape<ConstCnnElem>, $crate::Output<$t, ConstCnnElem>>,
                )+
            }

            impl<V: $crate::Elem> $crate::Zero for ConstCnnScratch<V> {
                const ZERO: Self = ConstCnnScratch { const_cnn_buffer: $crate::Zero::ZERO, $($f: $crate::Zero::ZERO),+ };
            }

            impl<V: $crate::Elem> $crate::Zero for ConstCnnTape<V> {
                const ZERO: Self = ConstCnnTape { const_cnn_gradients: $crate::Zero::ZERO, $($f: $crate::Zero::ZERO),+ };
            }

            impl $crate::Zero for $name {
                const ZERO: Self = $name { $($f: $crate::Zero::ZERO),+ };
            }

            impl $crate::Parameters for $name {
                const ARRAYS: $crate::Arrays =
                    $crate::Arrays::Layers(&[$((::core::stringify!($f), <$t as $crate::Parameters>::ARRAYS)),+]);

                fn values(&self, index: usize) -> &[f32] {
                    $(
                        let arrays = $crate::network::arrays(&self.$f);
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
                        let arrays = $crate::network::arrays(&self.$f);
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
                type Input = $crate::network_rules!(@shape $input);
                type Output = <$crate::network_rules!(@shape $last) as $crate::check::Or<
                    $crate::network_rules!(@shape $output),
                    { $crate::check::same($crate::network_rules!(@dims $last), &$output) },
                >>::Shape;
                type Scratch<V: $crate::Elem> = ConstCnnScratch<V>;
                type Tape<V: $crate::Elem> = ConstCnnTape<V>;

                const MULTIPLY_ACCUMULATES: usize = $crate::network::multiply_accumulates::<Self>();

                fn infer<V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, V>,
                    scratch: &mut ConstCnnScratch<V>,
                    y: &mut $crate::Output<Self, V>,
                ) {
                    let buffer = &mut scratch.const_cnn_buffer;
                    let y = $crate::Nested::flat_mut(y);
                    $crate::network_rules!(@infer (self x y scratch buffer) [true false] $($f)+);
                }

                fn forward<V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, V>,
                    tape: &mut ConstCnnTape<V>,
                    y: &mut $crate::Output<Self, V>,
                ) {
                    let output = $crate::Nested::flat(x);
                    $(
                        let input = $crate::network::input(&self.$f, output);
                        $crate::Layer::forward(&self.$f, input, &mut tape.$f.tape, &mut tape.$f.output);
                        let output = $crate::Nested::flat(&tape.$f.output);
                    )+
                    *y = *$crate::network::output(self, output);
                }

                fn backward<V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, V>,
                    tape: &mut ConstCnnTape<V>,
                    y: &$crate::Output<Self, V>,
                    dy: &$crate::Output<Self, V>,
                    gradient: &mut Self,
                    dx: ::core::option::Option<&mut $crate::Input<Self, V>>,
                ) {
                    let gradients = &mut tape.const_cnn_gradients.0;
                    let (y, dy) = ($crate::Nested::flat(y), $crate::Nested::flat(dy));
                    $crate::network_rules!(@backward (self x y dy gradient dx tape gradients) $($f)+);
                }
            }

            impl $crate::Network for $name {
                const NAME: &'static str = ::core::stringify!($name);
                const LAYERS: &'static [$crate::Row] = &[$($crate::Row::of::<$t>(::core::stringify!($f))),+];

                fn activations(
                    &self,
                    tape: &ConstCnnTape<f32>,
                    mut visit: impl ::core::ops::FnMut(&'static str, &'static [usize], $crate::Ordered),
                ) {
                    $({
                        let layout = $crate::network::output_layout(&self.$f);
                        visit(::core::stringify!($f), layout.dims, layout.iter($crate::Nested::flat(&tape.$f.output)));
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
                pub const INFERENCE_BYTES: usize = ::core::mem::size_of::<ConstCnnScratch<f32>>();

                /// The bytes of training one image at a time: parameters, gradient, momentum and workspace.
                pub const TRAINING_BYTES: usize = Self::training_bytes::<f32>();

                /// The bytes of training with elements `V`: parameters, gradient, momentum and workspace.
                pub const fn training_bytes<V: $crate::Elem>() -> usize {
                    $crate::training_bytes::<Self, V>()
                }

                /// The network whose parameters are the next of `bytes`.
                pub const fn from_le(bytes: &mut $crate::LeBytes) -> Self {
                    $name {
                        $($f: {
                            let start = bytes.position();
                            let layer = <$t>::from_le(bytes);
                            ::core::assert!(
                                bytes.position() - start == 4 * <$t as $crate::Parameters>::COUNT,
                                ::core::concat!(::core::stringify!($f), ": `from_le` does not read as many numbers as `ARRAYS` has"),
                            );
                            layer
                        }),+
                    }
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

                /// Images for the network, with labels; `order` holds the indices of those that are used.
                ///
                /// # Errors
                ///
                /// `Error::Labels`, `Error::Empty` and `Error::Index`, where they do not fit together.
                pub fn dataset<'a>(
                    images: &'a [$crate::Input<Self, f32>],
                    labels: &'a [usize],
                    order: &'a mut [usize],
                ) -> ::core::result::Result<$crate::Dataset<'a, <Self as $crate::Layer>::Input>, $crate::Error> {
                    $crate::Dataset::new(images, labels, order)
                }

                /// Shows what each layer gave in the training pass that wrote `tape`: its name, the dimensions
                /// `[C, H, W]` or `[N]`, and the values in that order.
                pub fn activations(
                    &self,
                    tape: &<Self as $crate::Layer>::Tape<f32>,
                    visit: impl ::core::ops::FnMut(&'static str, &'static [usize], $crate::Ordered),
                ) {
                    <Self as $crate::Network>::activations(self, tape, visit)
                }

                /// What the network takes, from values in the order channel, row, column.
                ///
                /// # Errors
                ///
                /// `Error::Length` when their number is wrong, `Error::NotFinite` when one is NaN or infinite.
                pub fn image(values: &[f32]) -> ::core::result::Result<$crate::Input<Self, f32>, $crate::Error> {
                    <<Self as $crate::Layer>::Input as $crate::Shape>::from_slice(values)
                }

                /// The chances of the classes.
                ///
                /// It takes `INFERENCE_BYTES` of stack for its scratch, and some KiB for the passes; a thread that is not
                /// the main one has 2 MiB. Where that is not enough, `infer` gives the logits, or the chances of a
                /// network that ends in `softmax`, with a scratch of yours: `<Net as Layer>::Scratch::<f32>::boxed()`,
                /// or one in a `static`.
                pub fn predict<Y: $crate::Scores>(&self, image: &$crate::Input<Self, f32>) -> Y::Of<f32>
                where
                    Self: $crate::Layer<Output = Y>,
                {
                    let mut y = <Y::Of<f32> as $crate::Zero>::ZERO;
                    let mut scratch = $crate::Zero::ZERO;
                    <Self as $crate::Layer>::infer(self, image, &mut scratch, &mut y);
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
    (@infer ($self:tt $x:tt $y:tt $scratch:tt $buffer:tt) $sides:tt $f:ident) => {
        let _ = $buffer;
        let input = $crate::network::input(&$self.$f, $crate::Nested::flat($x));
        $crate::Layer::infer(&$self.$f, input, &mut $scratch.$f, $crate::network::output_mut(&$self.$f, $y))
    };
    (@infer ($self:tt $x:tt $y:tt $scratch:tt $buffer:tt) [$front:tt $back:tt] $f:ident $($rest:tt)+) => {
        let input = $crate::network::input(&$self.$f, $crate::Nested::flat($x));
        $crate::Layer::infer(&$self.$f, input, &mut $scratch.$f, $crate::network::output_end(&$self.$f, $buffer, $front));
        $crate::network_rules!(@infer_next ($self $y $scratch $buffer) [$back $front] $($rest)+)
    };
    (@infer_next ($self:tt $y:tt $scratch:tt $buffer:tt) [$front:tt $back:tt] $f:ident) => {
        let input = $crate::network::input_end(&$self.$f, $buffer, $back);
        $crate::Layer::infer(&$self.$f, input, &mut $scratch.$f, $crate::network::output_mut(&$self.$f, $y))
    };
    (@infer_next ($self:tt $y:tt $scratch:tt $buffer:tt) [$front:tt $back:tt] $f:ident $($rest:tt)+) => {
        let (input, output) = $crate::network::ends(&$self.$f, $buffer, $back);
        $crate::Layer::infer(&$self.$f, input, &mut $scratch.$f, output);
        $crate::network_rules!(@infer_next ($self $y $scratch $buffer) [$back $front] $($rest)+)
    };

    // Backward: the layers after this one, then this one. A layer's output gradient lies at one end of the buffer, its
    // input gradient at the other: `[true false]` says whether the output's, then the input's, is at the front.
    (@backward ($self:tt $x:tt $y:tt $dy:tt $gradient:tt $dx:tt $tape:tt $buffer:tt) $f:ident) => {
        let _ = $buffer;
        let input = $crate::network::input(&$self.$f, $crate::Nested::flat($x));
        let dx = $dx.map(|dx| $crate::network::d_input(&$self.$f, $crate::Nested::flat_mut(dx)));
        let (y, dy) = ($crate::network::output(&$self.$f, $y), $crate::network::output(&$self.$f, $dy));
        $crate::Layer::backward(&$self.$f, input, &mut $tape.$f.tape, y, dy, &mut $gradient.$f, dx)
    };
    (@backward ($self:tt $x:tt $y:tt $dy:tt $gradient:tt $dx:tt $tape:tt $buffer:tt) $f:ident $($rest:tt)+) => {
        $crate::network_rules!(@backward_next ($self $y $dy $gradient $tape $buffer) $f [false true] $($rest)+);
        let input = $crate::network::input(&$self.$f, $crate::Nested::flat($x));
        let dy = $crate::network::output_end(&$self.$f, $buffer, true);
        let dx = $dx.map(|dx| $crate::network::d_input(&$self.$f, $crate::Nested::flat_mut(dx)));
        $crate::Layer::backward(&$self.$f, input, &mut $tape.$f.tape, &$tape.$f.output, dy, &mut $gradient.$f, dx)
    };
    (@backward_next ($self:tt $y:tt $dy:tt $gradient:tt $tape:tt $buffer:tt) $former:ident [$front:tt $back:tt] $f:ident) => {
        let input = $crate::network::input(&$self.$f, $crate::Nested::flat(&$tape.$former.output));
        let dx = ::core::option::Option::Some($crate::network::input_end(&$self.$f, $buffer, $back));
        let (y, dy) = ($crate::network::output(&$self.$f, $y), $crate::network::output(&$self.$f, $dy));
        $crate::Layer::backward(&$self.$f, input, &mut $tape.$f.tape, y, dy, &mut $gradient.$f, dx);
    };
    (@backward_next ($self:tt $y:tt $dy:tt $gradient:tt $tape:tt $buffer:tt) $former:ident [$front:tt $back:tt] $f:ident
        $($rest:tt)+) => {
        $crate::network_rules!(@backward_next ($self $y $dy $gradient $tape $buffer) $f [$back $front] $($rest)+);
        let input = $crate::network::input(&$self.$f, $crate::Nested::flat(&$tape.$former.output));
        let (dy, dx) = $crate::network::ends_back(&$self.$f, $buffer, $front);
        $crate::Layer::backward(&$self.$f, input, &mut $tape.$f.tape, &$tape.$f.output, dy, &mut $gradient.$f,
            ::core::option::Option::Some(dx));
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

/// The buffer of two neighbouring layers' gradients.
///
/// With the feature `simd` it begins on a cache line: of gradients at its front no vector then lies on two, where the
/// channels are a multiple of eight, 93 → 101 % of the peak for the kernel gradient of 8 to 16 channels.
#[cfg_attr(feature = "simd", repr(align(64)))]
pub struct Gradients<T>(pub T);

impl<T: Zero> Zero for Gradients<T> {
    const ZERO: Self = Gradients(T::ZERO);
}

// What the passes of a network use. They take the layer for its type alone, which need not be written then: the types of
// deep networks are long.

/// How many arrays of parameters a layer has.
#[inline(always)]
pub fn arrays<L: Layer>(_: &L) -> usize {
    const { L::ARRAYS.len() }
}

/// The multiply-accumulates of a network's layers together.
pub const fn multiply_accumulates<N: Network>() -> usize {
    let (mut sum, mut n) = (0, 0);
    while n < N::LAYERS.len() {
        sum += N::LAYERS[n].multiply_accumulates;
        n += 1;
    }
    sum
}

/// The dimensions and the order of what a layer gives.
pub fn output_layout<L: Layer>(_: &L) -> Layout {
    L::Output::LAYOUT
}

/// What the layer before gave, as what this one takes: the same shape, or the network does not compile.
#[inline(always)]
pub fn input<'a, L: Layer, V: Elem>(_: &L, values: &'a [V]) -> &'a Input<L, V> {
    L::Input::view(values)
}

/// As [`input`], its gradient, to write on.
#[inline(always)]
pub fn d_input<'a, L: Layer, V: Elem>(_: &L, values: &'a mut [V]) -> &'a mut Input<L, V> {
    L::Input::view_mut(values)
}

/// What the last layer gave, as what the network gives, or the other way round.
#[inline(always)]
pub fn output<'a, L: Layer, V: Elem>(_: &L, values: &'a [V]) -> &'a Output<L, V> {
    L::Output::view(values)
}

/// As [`output`], to write on.
#[inline(always)]
pub fn output_mut<'a, L: Layer, V: Elem>(_: &L, values: &'a mut [V]) -> &'a mut Output<L, V> {
    L::Output::view_mut(values)
}

/// One end of a buffer, as a layer's input.
#[inline(always)]
pub fn input_end<'a, L: Layer, V: Elem>(_: &L, buffer: &'a mut [V], front: bool) -> &'a mut Input<L, V> {
    end::<L::Input, V>(buffer, front)
}

/// One end of a buffer, as a layer's output.
#[inline(always)]
pub fn output_end<'a, L: Layer, V: Elem>(_: &L, buffer: &'a mut [V], front: bool) -> &'a mut Output<L, V> {
    end::<L::Output, V>(buffer, front)
}

/// Both ends of a buffer: a layer's input to read, at the front if `front` says so, and its output to write.
#[inline(always)]
pub fn ends<'a, L: Layer, V: Elem>(_: &L, buffer: &'a mut [V], front: bool) -> (&'a Input<L, V>, &'a mut Output<L, V>) {
    both::<L::Input, L::Output, V>(buffer, front)
}

/// Both ends of a buffer: a layer's output gradient to read, at the front if `front` says so, and its input gradient to
/// write.
#[inline(always)]
pub fn ends_back<'a, L: Layer, V: Elem>(
    _: &L,
    buffer: &'a mut [V],
    front: bool,
) -> (&'a Output<L, V>, &'a mut Input<L, V>) {
    both::<L::Output, L::Input, V>(buffer, front)
}

#[inline(always)]
fn end<X: Shape, V: Elem>(buffer: &mut [V], front: bool) -> &mut X::Of<V> {
    let at = if front { 0 } else { buffer.len() - X::LEN };
    X::view_mut(&mut buffer[at..])
}

#[inline(always)]
fn both<X: Shape, Y: Shape, V: Elem>(buffer: &mut [V], front: bool) -> (&X::Of<V>, &mut Y::Of<V>) {
    if front {
        let (x, y) = buffer.split_at_mut(X::LEN);
        (X::view(x), end::<Y, V>(y, false))
    } else {
        let at = buffer.len() - X::LEN;
        let (y, x) = buffer.split_at_mut(at);
        (X::view(x), end::<Y, V>(y, true))
    }
}
