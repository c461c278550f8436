//! Networks of int8: the same networks, with a quarter of the memory, whose results are the same bits on every machine.
//!
//! The rules are those of TensorFlow Lite for Microcontrollers' reference kernels. What a network does is a constant, a list of
//! [steps](plan) that is computed from what its layers compute, and its numbers are two arrays, baked into the order that
//! the kernels read.

mod arithmetic;
#[cfg(feature = "std")]
mod float;
mod kernels;
#[doc(hidden)] // what `network!` writes uses it
pub mod plan;
#[cfg(feature = "std")]
mod quantize;
mod source;
mod way;

use core::fmt;
use core::iter;
use core::marker::PhantomData;

pub use arithmetic::Multiplier;
#[cfg(feature = "std")]
pub use quantize::{Measured, Quantization, Range, quantize};
pub use source::Scale;
pub use way::{Fast, Small, Way};

use crate::layer::{Input, Output};
use crate::{Error, Fold, Layer, Message, Nested, Zero};
use kernels::{chosen, plain, rest};
use plan::{At, Kind, Part, Recipe, Step, Totals};
use source::{Source, float, int};

/// The int8 form of a network: a value of its own type, whose numbers are a quarter as large.
///
/// It does what TensorFlow Lite for Microcontrollers does, bit for bit: weights by output channel, sums of 32 bits, two roundings, a
/// softmax in fixed point. Batch normalisation is folded first, ReLU is the bound of the layer before it. Layers with an int8
/// form are convolutions (in groups, depthwise and one-dimensional ones too), dense layers, pools, `relu`, `relu6`, `flatten`,
/// `reshape`, `softmax`, `dropout`, and the blocks `residual` and `concat`.
///
/// On processors with vectors it is not faster than float, but for dense layers: with AVX2 DS-CNN takes 8 times as long and ResNet-8 4
/// times, the autoencoder 0.9 times (`cargo bench -p benches --bench int8`). It is for processors without, and for their memory.
///
/// How much memory it takes while it infers can be asked for: `Int8<Net>` is as fast as it can be, `Int8<Net, Small>` does with what
/// is alive at once and the least beside it; see [`Small`]. They are made from the same bytes, and give the same.
///
/// ```
/// use const_cnn::{Int8, network};
///
/// network! {
///     struct Net: [2] => [1] { dense: linear(1), relu: relu }
/// }
///
/// // the image's scale; the result's, then the weights' scale, the bias, the weights
/// let mut bytes = [0; Int8::<Net>::SOURCE_BYTES];
/// for (n, word) in [0.5f32.to_bits(), 0, 1f32.to_bits(), -128i32 as u32, 1f32.to_bits(), 4]
///     .into_iter()
///     .enumerate()
/// {
///     bytes[4 * n..4 * n + 4].copy_from_slice(&word.to_le_bytes());
/// }
/// bytes[24..].copy_from_slice(&[3, 2]);
/// let net = Int8::<Net>::from_le_bytes(&bytes); // in a `static` it lies in flash
///
/// let mut arena = Int8::<Net>::arena();
/// net.image_in(&mut arena).copy_from_slice(&[10, -20]);
/// // 0.5 · (3 · 10 − 2 · 20 + 4) is below 0
/// assert_eq!(net.infer_in(&mut arena), [-128]);
/// // 3 · 0.5 + 2 · 2.0 + 0.5 · 4, to the next whole number, ties upwards
/// assert_eq!(net.output(&[0.5, 2.0], &mut arena), [8.0]);
/// ```
pub type Int8<N, W = Fast> = <<N as Fold>::Folded as Form<W>>::Net;

/// What the int8 form of a network writes on: `static ARENA: Mutex<Int8Arena<Net>>`.
///
/// ```
/// use const_cnn::{Int8, Int8Arena, network};
///
/// network! {
///     struct Net: [4] => [2] { dense: linear(2) }
/// }
/// let arena: Int8Arena<Net> = Int8::<Net>::arena();
/// assert_eq!(size_of_val(&arena), Int8::<Net>::ARENA_BYTES);
/// ```
pub type Int8Arena<N, W = Fast> = <<N as Fold>::Folded as Form<W>>::Arena;

/// A folded network as [`network!`](crate::network!) writes it, with the steps of its int8 form.
///
/// ```
/// use const_cnn::{Fold, Form, Int8, network};
///
/// /// Whether an int8 form is smaller, in a function of any network.
/// fn is_smaller<N: Fold<Folded: Form>>() -> bool {
///     size_of::<Int8<N>>() < size_of::<N>()
/// }
///
/// network! {
///     struct Net: [64] => [8] { dense: linear(8) }
/// }
/// assert!(is_smaller::<Net>());
/// ```
pub trait Form<W: Way = Fast>: Layer {
    /// Its int8 form, a [`Quantized`].
    type Net;

    /// What that writes on, an [`Arena`].
    type Arena;

    #[doc(hidden)]
    const STEPS: &'static [Step];

    #[doc(hidden)]
    const RECIPES: &'static [Recipe];

    #[doc(hidden)]
    const TOTALS: Totals;
}

/// The int8 form of a network; see [`Int8`].
///
/// ```
/// use const_cnn::{Int8, Zero, network};
///
/// network! {
///     struct Net: [2] => [1] { dense: linear(1) }
/// }
/// let mut net = Int8::<Net>::ZERO;
/// // with nothing but zeros for scales they are none, and it stays as it was
/// assert!(net.read_le(&[0; Int8::<Net>::SOURCE_BYTES]).is_err());
/// assert_eq!(net.input_scale().scale, 1.0);
/// ```
#[repr(C)]
pub struct Quantized<F, const WORDS: usize, const BYTES: usize, const ARENA: usize, W = Fast> {
    /// Parameters, by step.
    words: [i32; WORDS],
    /// Weights, by step, each from a multiple of four bytes on.
    bytes: [i8; BYTES],
    /// How the image stands for real numbers.
    input: Scale,
    /// How the result does.
    output: Scale,
    form: PhantomData<fn() -> (F, W)>,
}

/// What has a scale of its own in an int8 network: a layer with weights, the sum of a block, or what branches give together.
///
/// ```
/// use const_cnn::{Int8, network};
///
/// network! {
///     struct Net: [2] => [2] {
///         block: residual { dense: linear(2), relu: relu },
///     }
/// }
/// let entries = Int8::<Net>::entries();
/// let found: Vec<_> = entries.map(|entry| (entry.path.join("."), entry.weights)).collect();
/// assert_eq!(found, [("block.dense".into(), 4), ("block".into(), 0)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The names that lead to the layer or to the block.
    pub path: &'static [&'static str],
    /// Where in the bytes the scale of what it takes stands, of a `concat` that of its first branch; nowhere where that is
    /// [`Scale::SOFTMAX`].
    pub input: Option<usize>,
    /// How many outputs, or channels of them, a layer with weights has. A sum and a `concat` have none.
    pub outputs: usize,
    /// How many weights there are for all of them.
    pub weights: usize,
}

/// What inference writes on: all values that are alive at once, the image and the result among them. The type of a network's is
/// [`Int8Arena`].
///
/// ```
/// use const_cnn::{Arena, Zero};
/// assert_eq!(size_of_val(&Arena::<64>::ZERO), 64);
/// ```
#[repr(C, align(4))]
#[derive(Clone)]
pub struct Arena<const N: usize>([i8; N]);

impl<const N: usize> Zero for Arena<N> {
    const ZERO: Self = Arena([0; N]);
}

#[rustfmt::skip]
impl<F, const WORDS: usize, const BYTES: usize, const ARENA: usize, W> Clone for Quantized<F, WORDS, BYTES, ARENA, W> {
    fn clone(&self) -> Self {
        Quantized { form: PhantomData, ..*self }
    }
}

#[rustfmt::skip]
impl<F: Form<W>, const WORDS: usize, const BYTES: usize, const ARENA: usize, W: Way> fmt::Debug
    for Quantized<F, WORDS, BYTES, ARENA, W>
{
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Quantized").field("input", &self.input).field("output", &self.output).finish_non_exhaustive()
    }
}

impl<F, const WORDS: usize, const BYTES: usize, const ARENA: usize, W> Zero for Quantized<F, WORDS, BYTES, ARENA, W> {
    const ZERO: Self = {
        let one = Scale { scale: 1.0, zero_point: 0 };
        Quantized { words: [0; WORDS], bytes: [0; BYTES], input: one, output: one, form: PhantomData }
    };
}

impl<F: Form<W>, const WORDS: usize, const BYTES: usize, const ARENA: usize, W: Way>
    Quantized<F, WORDS, BYTES, ARENA, W>
{
    /// The bytes that inference writes on, the image and the result counted: those of an [`Arena`].
    pub const ARENA_BYTES: usize = {
        let () = Self::IS_KNOWN;
        size_of::<Arena<ARENA>>()
    };

    /// The bytes that a network is made from by [`from_le_bytes`](Self::from_le_bytes).
    ///
    /// They are, in the order in which the layers run, with the least byte first and nothing between:
    ///
    /// - the scale of the image, an `f32`, and its zero point, an `i32`;
    /// - of a convolution and of a dense layer the scale and the zero point of what it gives; the scale of each output
    ///   channel's weights (`f32`), its bias (`i32`, of the scale of the input times that of the weights), and all weights (`i8`, from
    ///   −127 to 127) in PyTorch's order. Without a bias in float, biases are there nevertheless;
    /// - of a residual block its lines, then its shortcut's, then the scale and the zero point of the sum;
    /// - of a `concat` the scale and the zero point of what it gives, then its branches' lines.
    ///
    /// Where a `relu` follows, the scale is that of what it gives. The other layers have none: they keep the scale of what they
    /// take, and a softmax gives steps of 1/256 from −128 on.
    pub const SOURCE_BYTES: usize = {
        let () = Self::IS_KNOWN;
        F::TOTALS.source
    };

    /// What has a scale of its own, in the order of the [bytes](Self::SOURCE_BYTES) that the network is made from.
    pub fn entries() -> impl Iterator<Item = Entry> {
        let mut at = Scale::BYTES;
        iter::from_fn(move || {
            // the first to give it: later ones keep it. Of branches it is the first as they are written
            let is_first = |step: &Step| !matches!(step.kind, Kind::Branch([_, first, _]) if first > 0);
            let mut recipes = F::RECIPES.iter().zip(F::STEPS);
            let (recipe, _) = recipes.find(|(recipe, step)| recipe.scales[2] == At::Byte(at) && is_first(step))?;
            let (outputs, weights) = (recipe.outputs, recipe.weights);
            at += Scale::BYTES + 8 * outputs + weights;
            let input = match recipe.scales[0] {
                At::Byte(at) => Some(at),
                At::Chances => None,
            };
            Some(Entry { path: recipe.path(), input, outputs, weights })
        })
    }

    /// That all layers have an int8 form.
    const IS_KNOWN: () = if let Some(name) = F::TOTALS.unknown {
        let sentence =
            Message::new("the layer `").text(name).text("` has no int8 form; these have one: convolutions, dense ");
        sentence.text("layers, pools, relu, relu6, flatten, reshape, softmax, dropout, residual and concat").panic()
    };

    /// The network of these [bytes](Self::SOURCE_BYTES).
    ///
    /// In a `static` it lies in read-only memory: `static NET: Int8<Net> = Int8::<Net>::from_le_bytes(include_bytes!("net.int8"));`
    /// The compiler takes about a second for 30 000 weights; with 250 000 its lint `long_running_const_eval` has to be
    /// allowed, in the crate that has the `static`.
    ///
    /// # Panics
    ///
    /// In a constant, where it stops compilation: when there are too few or too many bytes, when a scale is not above 0 and finite,
    /// or a zero point not of int8.
    pub const fn from_le_bytes(bytes: &[u8]) -> Self {
        let mut net = Self::ZERO;
        match Self::check(bytes) {
            Ok(()) => net.bake(bytes),
            Err(Error::Bytes { expected, found }) => {
                let sentence = Message::new("an int8 network of this type has ").number(expected);
                sentence.text(" bytes, found ").number(found).panic()
            }
            Err(_) => panic!("an int8 network's scales are above 0 and finite, and zero points from -128 to 127"),
        }
        net
    }

    /// Reads what [`from_le_bytes`](Self::from_le_bytes) takes.
    ///
    /// # Errors
    ///
    /// [`Error::Bytes`] when there are too few or too many bytes; [`Error::Setting`] when a scale is not above 0 and finite, or a zero point
    /// not of int8. The network is then as it was.
    pub fn read_le(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Self::check(bytes)?;
        self.bake(bytes);
        Ok(())
    }

    /// That bytes are those of such a network.
    const fn check(bytes: &[u8]) -> Result<(), Error> {
        const { Self::IS_KNOWN }
        if bytes.len() != F::TOTALS.source {
            return Err(Error::Bytes { expected: F::TOTALS.source, found: bytes.len() });
        }
        let mut checked = check_scale(bytes, 0);
        let mut n = 0;
        while n < F::RECIPES.len() && checked.is_ok() {
            let recipe = &F::RECIPES[n];
            if let At::Byte(at) = recipe.scales[2] {
                checked = check_scale(bytes, at);
            }
            let mut f = 0;
            while f < recipe.outputs && checked.is_ok() {
                checked = check_positive(float(bytes, recipe.source + 4 * f));
                f += 1;
            }
            n += 1;
        }
        checked
    }

    /// Writes words and bytes.
    const fn bake(&mut self, source: &[u8]) {
        self.input = Scale::read(source, 0);
        self.output = F::TOTALS.scale.read(source);
        let mut n = 0;
        while n < F::STEPS.len() {
            let (step, recipe) = (&F::STEPS[n], &F::RECIPES[n]);
            let [x, other, output] =
                [recipe.scales[0].read(source), recipe.scales[1].read(source), recipe.scales[2].read(source)];
            let bounds = rest::bounds(output, recipe.range.0, recipe.range.1);
            let layer = Source { bytes: source, at: recipe.source, outputs: recipe.outputs, input: x, output, bounds };
            let words = self.words.split_at_mut(step.words.at).1.split_at_mut(step.words.len).0;
            let bytes = self.bytes.split_at_mut(step.bytes.at).1.split_at_mut(step.bytes.len).0;
            match &step.kind {
                Kind::Conv(_) => chosen::bake_conv(&recipe.window, &layer, words, bytes),
                Kind::Depthwise(_) => chosen::bake_depthwise(&recipe.window, &layer, words, bytes),
                Kind::OtherConv(sizes) => plain::bake_conv(sizes, &layer, words, bytes),
                Kind::OtherDepthwise(sizes) => plain::bake_depthwise(sizes, &layer, words, bytes),
                Kind::Dense | Kind::Narrow => chosen::bake_linear(step.x.len, &layer, words, bytes),
                Kind::Add => rest::bake_add(x, other, output, bounds, words),
                Kind::Branch(_) => rest::bake_branch(x, output, words),
                Kind::AvgPool(..) | Kind::OtherAvgPool(..) => words[0] = x.zero_point as i32,
                Kind::Bound => (words[0], words[1]) = (bounds.0 as i32, bounds.1 as i32),
                Kind::Chances => rest::bake_softmax(x, words),
                Kind::MaxPool(_) | Kind::OtherMaxPool(_) | Kind::Reorder(_) => (),
            }
            n += 1;
        }
    }

    /// An arena. It is a constant: of a `static` it is the value.
    pub const fn arena() -> Arena<ARENA> {
        Arena::ZERO
    }

    /// How the image stands for real numbers.
    pub const fn input_scale(&self) -> Scale {
        self.input
    }

    /// How the result stands for real numbers.
    pub const fn output_scale(&self) -> Scale {
        self.output
    }

    /// Where the image lies in an arena, to be written before [`infer_in`](Self::infer_in): channels last, `[H][W][C]`.
    pub fn image_in<'a>(&self, arena: &'a mut Arena<ARENA>) -> &'a mut [i8] {
        part_mut(&mut arena.0, F::TOTALS.image)
    }

    /// Infers on the image in the arena. What it gives lies there too, channels last.
    pub fn infer_in<'a>(&self, arena: &'a mut Arena<ARENA>) -> &'a [i8] {
        const { Self::IS_KNOWN }
        for step in F::STEPS {
            run::<F, W>(step, &self.words, &self.bytes, &mut arena.0);
        }
        part(&arena.0, F::TOTALS.result)
    }

    /// What the network gives for an image of real numbers.
    pub fn output(&self, image: &Input<F, f32>, arena: &mut Arena<ARENA>) -> Output<F, f32> {
        for (q, &x) in self.image_in(arena).iter_mut().zip(image.flat()) {
            *q = self.input.quantize(x);
        }
        let mut y = Output::<F, f32>::ZERO;
        for (y, &q) in y.flat_mut().iter_mut().zip(self.infer_in(arena)) {
            *y = self.output.real(q);
        }
        y
    }

    /// Infers on the image in the arena, and shows what each step gives: the names that lead to its layer, the dimensions
    /// `[C, H, W]`, `[C, L]` or `[N]`, and the values, channels last. A bound that is part of the step before it is not shown, and
    /// each branch of a `concat` shows what is there of all.
    pub fn activations(
        &self,
        arena: &mut Arena<ARENA>,
        mut visit: impl FnMut(&'static [&'static str], &'static [usize], &[i8]),
    ) {
        const { Self::IS_KNOWN }
        for (step, recipe) in F::STEPS.iter().zip(F::RECIPES) {
            run::<F, W>(step, &self.words, &self.bytes, &mut arena.0);
            visit(recipe.path(), recipe.dims, part(&arena.0, step.y));
        }
    }
}

/// Writes `pub static NAME: Int8<TYPE>`, made from `bytes`, as Rust source.
///
/// ```
/// let (mut source, bytes) = (String::new(), [0, 255]);
/// const_cnn::write_int8_source(&bytes, "NET", "crate::Net", &mut source).unwrap();
/// assert_eq!(source, "\
/// pub static NET: const_cnn::Int8<crate::Net> =
///     const_cnn::Int8::<crate::Net>::from_le_bytes(&[0, 255]);
/// ");
/// ```
///
/// # Errors
///
/// Those of `to`.
pub fn write_int8_source(bytes: &[u8], name: &str, type_path: &str, to: &mut impl fmt::Write) -> fmt::Result {
    writeln!(to, "pub static {name}: const_cnn::Int8<{type_path}> =")?;
    writeln!(to, "    const_cnn::Int8::<{type_path}>::from_le_bytes(&{bytes:?});")
}

/// That a scale is one.
const fn check_scale(bytes: &[u8], at: usize) -> Result<(), Error> {
    let zero_point = int(bytes, at + 4);
    if zero_point < -128 || zero_point > 127 {
        return Err(Error::Setting { name: "zero point", expected: "from -128 to 127", found: zero_point as f32 });
    }
    check_positive(float(bytes, at))
}

const fn check_positive(scale: f32) -> Result<(), Error> {
    if scale > 0.0 && scale < f32::INFINITY {
        Ok(())
    } else {
        Err(Error::Setting { name: "scale", expected: "above 0 and finite", found: scale })
    }
}

#[inline(always)]
fn part<T>(of: &[T], Part { at, len }: Part) -> &[T] {
    of.get(at..).and_then(|rest| rest.get(..len)).unwrap_or(&[])
}

#[inline(always)]
fn part_mut<T>(of: &mut [T], Part { at, len }: Part) -> &mut [T] {
    of.get_mut(at..).and_then(|rest| rest.get_mut(..len)).unwrap_or(&mut [])
}

/// One step. Kernels of kinds that the network does not have are left out of the program.
#[inline(always)]
fn run<F: Form<W>, W: Way>(step: &Step, words: &[i32], bytes: &[i8], arena: &mut [i8]) {
    /// Whether the network has steps of such a kind.
    macro_rules! has {
        ($kind:pat) => {
            const {
                let (mut has, mut n) = (false, 0);
                while n < F::STEPS.len() {
                    has |= matches!(F::STEPS[n].kind, $kind);
                    n += 1;
                }
                has
            }
        };
    }
    let (words, bytes) = (part(words, step.words), part(bytes, step.bytes));
    let range = |part: Part| part.at..part.at.saturating_add(part.len);
    // what works in place has no x
    let x = if step.x.at == step.y.at { 0..0 } else { range(step.x) };
    let Ok([x, y, scratch]) = arena.get_disjoint_mut([x, range(step.y), range(step.scratch)]) else { return };
    let x = &*x;
    match &step.kind {
        Kind::Conv(how) if has!(Kind::Conv(_)) => chosen::conv(how, words, bytes, x, scratch, y),
        Kind::OtherConv(sizes) if has!(Kind::OtherConv(_)) => plain::conv(sizes, words, bytes, x, scratch, y),
        Kind::Depthwise(how) if has!(Kind::Depthwise(_)) => chosen::depthwise(how, words, bytes, x, scratch, y),
        Kind::OtherDepthwise(sizes) if has!(Kind::OtherDepthwise(_)) => {
            plain::depthwise(sizes, words, bytes, x, scratch, y);
        }
        Kind::Dense if has!(Kind::Dense) => chosen::linear(words, bytes, x, scratch, y),
        Kind::Narrow if has!(Kind::Narrow) => chosen::narrow(words, bytes, x, y),
        Kind::MaxPool(sizes) if has!(Kind::MaxPool(_)) => chosen::max_pool(sizes, x, y),
        Kind::OtherMaxPool(sizes) if has!(Kind::OtherMaxPool(_)) => rest::max_pool(sizes, x, y),
        Kind::AvgPool(sizes, counts) if has!(Kind::AvgPool(..)) => chosen::avg_pool(sizes, *counts, words, x, y),
        Kind::OtherAvgPool(sizes, counts) if has!(Kind::OtherAvgPool(..)) => {
            rest::avg_pool(sizes, *counts, words, x, y);
        }
        Kind::Add if has!(Kind::Add) => chosen::add(words, x, y),
        Kind::Branch(channels) if has!(Kind::Branch(_)) => rest::branch(words, *channels, x, y),
        Kind::Reorder(channels) if has!(Kind::Reorder(_)) => rest::reorder(*channels, x, y),
        Kind::Bound if has!(Kind::Bound) => {
            copy(x, y);
            rest::bound(words, y);
        }
        Kind::Chances if has!(Kind::Chances) => {
            copy(x, y);
            rest::softmax(words, y);
        }
        _ => (),
    }
}

#[inline(always)]
fn copy(x: &[i8], y: &mut [i8]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = x;
    }
}
