//! What [`network!`](crate::network!) writes for a network and not for its blocks.

/// The int8 form, the constants and the methods.
#[doc(hidden)]
#[macro_export]
macro_rules! network_whole {
    // the int8 form, which is computed from what the folded one computes, in either way
    (@int8) => {
        const _: () = {
            const __ROWS: &[$crate::Row] = <__ConstCnnFolded as $crate::Layer>::ROWS;
            const __MOST: usize = $crate::int8::plan::most(__ROWS);
            const __FAST: &$crate::int8::plan::Program<__MOST> = &$crate::int8::plan::Program::of(__ROWS, false);
            const __SMALL: &$crate::int8::plan::Program<__MOST> =
                if $crate::int8::plan::HAS_WAYS { &$crate::int8::plan::Program::of(__ROWS, true) } else { __FAST };
            $crate::network_whole! { @int8 Fast __FAST }
            $crate::network_whole! { @int8 Small __SMALL }
        };
    };
    (@int8 $way:ident $program:ident) => {
        impl $crate::Form<$crate::int8::$way> for __ConstCnnFolded {
            type Net = $crate::Quantized<
                Self,
                { $program.totals.words },
                { $program.totals.bytes },
                { $program.totals.arena },
                $crate::int8::$way,
            >;
            type Arena = $crate::Arena<{ $program.totals.arena }>;
            const STEPS: &'static [$crate::int8::plan::Step] =
                &$crate::int8::plan::first::<_, { $program.count }, __MOST>(&$program.steps);
            const RECIPES: &'static [$crate::int8::plan::Recipe] =
                &$crate::int8::plan::first::<_, { $program.count }, __MOST>(&$program.recipes);
            const TOTALS: $crate::int8::plan::Totals = $program.totals;
        }
    };

    // what a network has that its blocks have not
    (@network $name:tt $last:tt {$([$n:tt $f:tt])+}) => {
        const _: () = {
            const __NEED: $crate::place::Need = <$name as $crate::Layer>::NEED;
            const __ALIVE: usize = __NEED.alive(true, true);
            type __Shown = $crate::network::inference::Between<{ __NEED.alive(false, false) }, true>;

            impl $crate::Network for $name {
                const NAME: &'static str = __ConstCnnSizes::NAME;
                type Arena<__V: $crate::Elem> = [__V; __ALIVE];

                fn infer_in<'a, __V: $crate::Elem>(
                    &self,
                    arena: &'a mut Self::Arena<__V>,
                ) -> &'a $crate::Output<Self, __V> {
                    let memory = &mut $crate::Handed::<[__V; 0], _, [__V; 0]>(&[], arena, &mut []);
                    $crate::Layer::infer_at::<__V, $crate::network::inference::Whole<Self>, _>(self, memory);
                    let result = const { $crate::network::inference::result::<Self>() };
                    <<Self as $crate::Layer>::Output as $crate::Shape>::view(&arena[result..])
                }

                fn activations(
                    &self,
                    x: &$crate::Input<Self, f32>,
                    stretch: &mut <Self as $crate::Layer>::Scratch<f32>,
                    y: &mut $crate::Output<Self, f32>,
                    visit: impl ::core::ops::FnMut(&'static str, &'static [usize], $crate::Ordered),
                ) {
                    let memory = &mut $crate::network::chain::Shown($crate::Handed(x, stretch, y), visit);
                    $crate::Layer::infer_at::<f32, __Shown, _>(self, memory);
                }
            }

            // reading bytes is part of being a layer, whether the program does it or not
            const _: fn(&mut $crate::LeBytes) -> $name = $name::from_le;

            impl $name {
                /// How many numbers it has: learned ones, and those that training holds.
                pub const PARAMETERS: usize = <Self as $crate::Parameters>::COUNT;

                /// The multiplications with an addition that one image takes, those with padding counted.
                pub const MULTIPLY_ACCUMULATES: usize = <Self as $crate::Layer>::MULTIPLY_ACCUMULATES;

                /// The bytes of its parameters.
                pub const PARAMETER_BYTES: usize = 4 * Self::PARAMETERS;

                /// The bytes that inference on one image writes on, beside the image and the result: what is alive at once.
                pub const INFERENCE_BYTES: usize = 4 * __NEED.alive(false, false);

                /// The values that are alive at once while it infers, the image and the result counted: those of its
                /// `Arena`.
                pub const ALIVE: usize = __ALIVE;

                /// The bytes of training one image at a time: parameters, gradient, momentum and workspace.
                pub const TRAINING_BYTES: usize = Self::training_bytes::<f32>();

                /// The bytes of training with elements `__V`: parameters, gradient, momentum and workspace.
                pub const fn training_bytes<__V: $crate::Elem>() -> usize {
                    $crate::whole::training_bytes::<Self, __V>()
                }

                /// The network whose parameters are `bytes`, as `write_le` has written them.
                ///
                /// In a `static` it lies in read-only memory, and nothing is copied at start-up. The compiler takes about ten
                /// seconds for a million numbers; from 1.3 million on its lint `long_running_const_eval` has to be allowed, in
                /// the crate that has the `static`.
                ///
                /// # Panics
                ///
                /// In a constant, where it stops compilation: when a parameter is NaN or infinite.
                pub const fn from_le_bytes(bytes: &[u8; Self::PARAMETER_BYTES]) -> Self {
                    Self::from_le(&mut $crate::LeBytes::new(bytes))
                }

                /// The network of a file that `save` has written, or `write_file`, whose header the compiler checks:
                /// `static NET: Net = Net::from_file_bytes(include_bytes!("net.bin"));`
                ///
                /// # Panics
                ///
                /// In a constant, where it stops compilation: when the file is of other arrays, and when a parameter is NaN or
                /// infinite.
                pub const fn from_file_bytes(bytes: &[u8]) -> Self {
                    let numbers = $crate::header::numbers(&<Self as $crate::Parameters>::ARRAYS, bytes);
                    Self::from_le(&mut $crate::LeBytes::new(numbers))
                }

                /// Images for the network, with what is expected of each: labels, or the values of a shape.
                ///
                /// # Errors
                ///
                /// `Error::Labels` and `Error::Empty`, where they do not fit together.
                pub fn dataset<'a, __T>(
                    images: &'a [$crate::Input<Self, f32>],
                    targets: &'a [__T],
                ) -> ::core::result::Result<$crate::Dataset<'a, <Self as $crate::Layer>::Input, __T>, $crate::Error>
                {
                    $crate::Dataset::new(images, targets)
                }

                /// Infers, and shows what each layer gives: its name, the dimensions `[C, H, W]`, `[C, L]` or `[N]`, and the
                /// values in that order.
                pub fn activations(
                    &self,
                    image: &$crate::Input<Self, f32>,
                    scratch: &mut <Self as $crate::Layer>::Scratch<f32>,
                    y: &mut $crate::Output<Self, f32>,
                    visit: impl ::core::ops::FnMut(&'static str, &'static [usize], $crate::Ordered),
                ) {
                    <Self as $crate::Network>::activations(self, image, scratch, y, visit)
                }

                /// What the network takes, from values in the order channel, row, column: those of a photograph, row after row
                /// of red, green and blue, `image_of` takes.
                ///
                /// # Errors
                ///
                /// `Error::Length` when their number is wrong, `Error::NotFinite` when one is NaN or infinite.
                pub fn image(values: &[f32]) -> ::core::result::Result<$crate::Input<Self, f32>, $crate::Error> {
                    <<Self as $crate::Layer>::Input as $crate::Shape>::from_slice(values)
                }

                /// What the network takes, from pixels of any type and in either order.
                ///
                /// # Errors
                ///
                /// As `image`.
                pub fn image_of<__P: ::core::marker::Copy + ::core::convert::Into<f32>>(
                    how: &$crate::Pixels,
                    pixels: &[__P],
                ) -> ::core::result::Result<$crate::Input<Self, f32>, $crate::Error> {
                    how.image::<<Self as $crate::Layer>::Input, __P>(pixels)
                }

                /// What the network gives, whatever it is: logits, chances, values, an image.
                ///
                /// It takes `INFERENCE_BYTES` of stack for its scratch, and some KiB for the passes; a thread that is not
                /// the main one has 2 MiB. Where that is not enough, `infer` does it with a scratch of yours:
                /// `<Net as Layer>::Scratch::<f32>::boxed()`, or one in a `static`.
                pub fn output(&self, image: &$crate::Input<Self, f32>) -> $crate::Output<Self, f32> {
                    <Self as $crate::Network>::output(self, image)
                }

                /// The chances of the classes: of a classifier, whose training has the softmax in its loss, or which ends in
                /// `softmax`. It takes the stack that `output` takes.
                pub fn predict<Y: $crate::Scores>(&self, image: &$crate::Input<Self, f32>) -> Y::Of<f32>
                where
                    Self: $crate::Layer<Output = Y>,
                    $crate::whole::Classes<{ <<Self as $crate::Layer>::Output as $crate::Shape>::LEN != 1 }>:
                        $crate::whole::ClassesOf<Y>,
                {
                    <Self as $crate::Network>::predict(self, image)
                }

                /// Its layers, their sizes and the totals, to be printed.
                pub fn table() -> $crate::Table {
                    $crate::Table::of::<Self>()
                }
            }
        };
    };
}
