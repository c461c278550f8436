//! The passes that [`network!`](crate::network!) writes.

/// The passes of a struct of lines, and of what it is folded to: a call a line, of those of `chain` or of `concat`.
#[doc(hidden)]
#[macro_export]
macro_rules! network_passes {
    // What a struct of lines has, or of branches: its passes, those of `how`, and the same for its folded form. `fold` says how
    // a line is folded; `back` are the lines in the order of the pass backward.
    (@passes $head:tt $name:tt $last:tt $how:ident $fold:ident [$input:ty, $output:ty] $lines:tt $back:tt) => {
        $crate::network_passes! { @folded $head $name $fold $lines }
        $crate::network_passes! { @form $head $name $last $how [$input, $output] $lines $back }
        $crate::network_passes! { @form $head __ConstCnnFolded $last $how [$input, $output] $lines $back }
    };
    (@form [$derives:tt [$vis:vis]] $name:tt $last:tt $how:ident [$input:ty, $output:ty]
        {$([$n:tt $f:tt $kind:tt $line:tt])+} {$([$back_n:tt $back_f:tt])+}) => {
        impl $crate::Zero for $name {
            const ZERO: Self = $name { $($f: $crate::Zero::ZERO),+ };
        }
        impl $name {
            /// Its layers' parameters, which are the next of `bytes`.
            pub const fn from_le(bytes: &mut $crate::LeBytes) -> Self {
                $name {
                    $($f: $crate::network_passes!(
                        @read $kind $crate::network::sizes::LayerOf<$name, $crate::network::$n>, bytes
                    ),)+
                }
            }
        }
        const _: () = {
            const __COUNT: usize = $crate::network::$last;

            const __LINES: &[$crate::network::lines::Line; __COUNT] = &[$(
                $crate::network::lines::Line::of::<$crate::network::sizes::LayerOf<$name, $crate::network::$n>>(
                    ::core::stringify!($f), $crate::network_passes!(@written $line),
                )
            ),+];
            const __PLANS: &$crate::network::$how::Plans<__COUNT> = &$crate::network::$how::Plans::of(__LINES);
            const __NEED: $crate::place::Need = $crate::network::inference::need(
                <$name as $crate::network::inference::Parts<__COUNT>>::KIND,
                &<$name as $crate::network::inference::Parts<__COUNT>>::NEEDS,
                <$output as $crate::Shape>::LEN,
            );
            const __STRETCH: usize = __NEED.alive(false, false);
            type __Inside<__P, __L, __N> = $crate::network::inference::Inside<__P, __L, __COUNT, __N>;

            impl $crate::network::inference::Parts<__COUNT> for $name {
                const KIND: $crate::network::inference::Kind = $crate::network::$how::KIND;
                const OUTPUT: usize = <$output as $crate::Shape>::LEN;
                const NEEDS: [$crate::place::Need; __COUNT] = $crate::network::lines::needs(__LINES);
            }
            const __ARRAYS: &[usize; __COUNT] = &$crate::network::lines::counts(__LINES);

            $vis struct __Tapes<__V: $crate::Elem> {
                $($f: <$crate::network::sizes::LayerOf<$name, $crate::network::$n> as $crate::Layer>::Tape<__V>,)+
            }

            impl<__V: $crate::Elem> $crate::Zero for __Tapes<__V> {
                const ZERO: Self = __Tapes { $($f: $crate::Zero::ZERO),+ };
            }

            impl $crate::Parameters for $name {
                const ARRAYS: $crate::Arrays = $crate::Arrays::Layers(&$crate::network::lines::arrays(__LINES));

                fn values(&self, index: usize) -> &[f32] {
                    match $crate::network::lines::find(__ARRAYS, index) {
                        $(($crate::network::$n, index) => $crate::Parameters::values(&self.$f, index),)+
                        _ => &[],
                    }
                }

                fn values_mut(&mut self, index: usize) -> &mut [f32] {
                    match $crate::network::lines::find(__ARRAYS, index) {
                        $(($crate::network::$n, index) => $crate::Parameters::values_mut(&mut self.$f, index),)+
                        _ => &mut [],
                    }
                }
            }

            impl $crate::Layer for $name {
                type Input = $input;
                type Output = $output;
                type Scratch<__V: $crate::Elem> = [__V; __STRETCH];
                type Tape<__V: $crate::Elem> =
                    $crate::network::lines::Tape<[__V; __PLANS.kept.len], [__V; __PLANS.gradients.len], __Tapes<__V>>;

                const MULTIPLY_ACCUMULATES: usize = $crate::network::lines::multiply_accumulates(__LINES);
                const READS_X: bool = __PLANS.reads.0;
                const READS_Y: bool = __PLANS.reads.1;
                const MIXES_IMAGES: bool = $crate::network::lines::mixes_images(__LINES);
                const OPERATOR: $crate::Operator =
                    $crate::network::sizes::operator::<__ConstCnnSizes>(::core::stringify!($how));
                const ROWS: &'static [$crate::Row] = &$crate::network::lines::rows(__LINES);
                const NEED: $crate::place::Need = __NEED;

                fn infer<__V: $crate::Elem>(
                    &self,
                    x: &$crate::Input<Self, __V>,
                    stretch: &mut Self::Scratch<__V>,
                    y: &mut $crate::Output<Self, __V>,
                ) {
                    let memory = &mut $crate::Handed(x, stretch, y);
                    self.infer_at::<__V, $crate::network::inference::Between<__STRETCH, false>, _>(memory);
                }

                fn infer_at<__V: $crate::Elem, __P: $crate::place::Path, __M: $crate::Memory<__V>>(
                    &self,
                    memory: &mut __M,
                ) {
                    $(
                        memory.line::<__Inside<__P, Self, $crate::network::$n>>(::core::stringify!($f), &self.$f);
                        $crate::network_passes! { @write_branch $how true $n self $f memory }
                    )+
                    $($crate::network_passes! { @write_branch $how false $n self $f memory })+
                }

                fn forward<__V: $crate::Elem>(
                    &self,
                    context: &$crate::Context,
                    x: &$crate::Input<Self, __V>,
                    tape: &mut Self::Tape<__V>,
                    y: &mut $crate::Output<Self, __V>,
                ) {
                    let $crate::network::lines::Tape { kept, lines: tapes, .. } = tape;
                    let (x, y) = ($crate::Nested::flat(x), $crate::Nested::flat_mut(y));
                    let mut pass = $crate::network::$how::Forward { plans: __PLANS, context, x, kept, y };
                    $(pass.line($crate::network::$n, &self.$f, &mut tapes.$f);)+
                }

                fn backward<__V: $crate::Elem>(
                    &self,
                    context: &$crate::Context,
                    x: &$crate::Input<Self, __V>,
                    tape: &mut Self::Tape<__V>,
                    y: &$crate::Output<Self, __V>,
                    dy: &$crate::Output<Self, __V>,
                    gradient: &mut Self,
                    dx: ::core::option::Option<&mut $crate::Input<Self, __V>>,
                ) {
                    let $crate::network::lines::Tape { kept, gradients, lines: tapes } = tape;
                    let gradients = &mut gradients.0;
                    let (x, y, dy) = ($crate::Nested::flat(x), $crate::Nested::flat(y), $crate::Nested::flat(dy));
                    let dx = dx.map($crate::Nested::flat_mut);
                    let mut pass =
                        $crate::network::$how::Backward { plans: __PLANS, context, x, kept, y, dy, gradients, dx };
                    $(pass.line($crate::network::$back_n, &self.$back_f, &mut tapes.$back_f, &mut gradient.$back_f);)+
                }

                fn hold(&mut self, seen: &Self) {
                    $($crate::Layer::hold(&mut self.$f, &seen.$f);)+
                }
            }
        };
    };
    (@write_branch chain $($rest:tt)*) => {};
    (@write_branch concat $when:tt $n:tt $self:tt $f:tt $memory:tt) => {
        $crate::network::concat::write::<_, __V, __P, Self, __COUNT, $crate::network::$n>(
            __PLANS, &$self.$f, $when, $memory,
        );
    };
    (@written (call $l:tt $args:tt)) => { ::core::stringify!($l $args) };
    (@written (word $t:tt)) => { ::core::stringify!($t) };
    (@written (bare $t:ty)) => { ::core::stringify!($t) };
    (@written $block:tt) => { "" };
    (@read layer $t:ty, $bytes:ident) => { <$t>::from_le($bytes) };
    (@read residual $t:ty, $bytes:ident) => {
        $crate::Residual {
            __block: <<$t as $crate::network::Ways>::Block>::from_le($bytes),
            shortcut: <<$t as $crate::network::Ways>::Shortcut>::from_le($bytes),
        }
    };
    (@read gate $t:ty, $bytes:ident) => {
        $crate::Gate { __block: <<$t as $crate::network::Ways>::Block>::from_le($bytes) }
    };
    // the folded form: the same lines, each as it is folded
    (@folded [$derives:tt [$vis:vis]] $name:tt $how:ident {$([$n:tt $f:tt $kind:tt $line:tt])+}) => {
        $crate::network_rules! { @struct $derives [] [$vis] __ConstCnnFolded {$([$n $f []])+} }
        const _: () = {
            // not of `LINES`: what is wrong in a block that stands in another would be said again here
            const __FOLDINGS: &[$crate::network::lines::Folding] = &[$(
                $crate::network::lines::Folding::of::<$crate::network::sizes::LayerOf<$name, $crate::network::$n>>()
            ),+];
            impl $crate::network::sizes::Lined for __ConstCnnFolded {
                type Sizes = Self;
            }
            $(
                impl $crate::network::sizes::LayerAt<__ConstCnnFolded> for $crate::network::$n {
                    type Layer = <$crate::network::sizes::LayerOf<$name, $crate::network::$n> as
                        $crate::fold::FoldedAs<{ $crate::network::lines::$how(__FOLDINGS, $crate::network::$n) }>>::Layer;
                }
            )+
            impl $crate::Fold for $name {
                type Folded = __ConstCnnFolded;
                type Absorbed = __ConstCnnFolded;

                fn fold_into(&self, to: &mut __ConstCnnFolded) {
                    $crate::network_passes! { @fold_lines self to $how __FOLDINGS [$([$n $f])+] $([$n $f])+ }
                }

                fn absorb_into(&self, _: &impl $crate::Fold, to: &mut __ConstCnnFolded) {
                    $crate::Fold::fold_into(self, to);
                }
            }
            $crate::arrays! { @fold [] __ConstCnnFolded, [] }
        };
    };
    // each line is told of the next: the same lines without the first one, after which there is nothing
    (@fold_lines $self:tt $to:tt $how:tt $foldings:tt [$([$n:tt $f:tt])+] $first:tt $([$next_n:tt $next:tt])*) => {
        $crate::network_passes! { @fold_each $self $to $how $foldings [$([$n $f])+]
            [$([&$self.$next])* [$crate::fold::NOTHING]] }
    };
    (@fold_each $self:tt $to:tt $how:tt $foldings:tt [$([$n:tt $f:tt])+] [$([$($next:tt)+])+]) => {
        $(<_ as $crate::fold::FoldedAs<{ $crate::network::lines::$how($foldings, $crate::network::$n) }>>::fold_as(
            &$self.$f, $($next)+, &mut $to.$f,
        );)+
    };
}
