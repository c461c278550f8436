//! What stands in a line of [`network!`](crate::network!), and what the network has after it.

/// A layer with numbers, a word or a type, a block or branches: its layer, as a type, and what it gives, as a constant and as a
/// type.
#[doc(hidden)]
#[macro_export]
macro_rules! network_line {
    // @line derives number, number of the next, name, what stands there
    (@line $head:tt $n:tt $m:tt $f:tt (call $l:tt $args:tt)) => {
        const _: () = {
            #[allow(unused_imports)] // the user's own layers are not among them
            use $crate::words::*;

            #[allow(arithmetic_overflow, unconditional_panic)] // the error that follows says it
            impl $crate::network::sizes::Line<__ConstCnnSizes> for $crate::network::$n {
                type Numbers = $l!(@numbers);
                const NUMBERS: Self::Numbers = $l! $args;
            }
            $crate::network_line! { @gives $n $m $f $args former {
                $crate::network::sizes::Gives(
                    $l!(@gives <$crate::network::$n as $crate::network::sizes::Line<__ConstCnnSizes>>::NUMBERS, former),
                ).dims()
            } }
            impl $crate::network::sizes::LayerAt<__ConstCnnSizes> for $crate::network::$n {
                type Layer = <$l!(
                    @type
                    <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS,
                    <$crate::network::$m as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS,
                    <$crate::network::$n as $crate::network::sizes::Line<__ConstCnnSizes>>::NUMBERS
                ) as $crate::network::sizes::Real>::Layer;
            }
        };
    };
    // A type is checked by bounds, whose errors point at the type in the user's file. What is no layer is replaced by a
    // placeholder, so that nothing more is said of it.
    (@line $head:tt $n:tt $m:tt $f:tt (word $t:tt)) => {
        $crate::network_line! { @bare $n $m $t [#[allow(unused_imports)] use $crate::words::*;] }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (bare $t:ty)) => {
        $crate::network_line! { @bare $n $m $t [] }
    };
    (@bare $n:tt $m:tt $t:ty [$($words:tt)*]) => {
        const _: () = {
            $($words)*
            type __Shape = <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::Shape;
            type __Flat = $crate::Vector<{ <__Shape as $crate::Shape>::LEN }>;
            type __Probe = $crate::network::sizes::Probe<$t, __Shape, __Flat>;
            struct __Word;
            // in an `impl`, since elsewhere the compiler reports a name that does not exist once more, with another advice
            impl __Word {
                const TAKES: ::core::option::Option<usize> = {
                    #[allow(unused_imports)] // it is for types that are not
                    use $crate::network::sizes::NotAWord as _;
                    <$crate::network::sizes::Probe<$t, __Shape, __Flat>>::TAKES
                };
            }
            type __Layer = <__Probe as $crate::network::sizes::Pick<{ __Word::TAKES.is_some() }>>::Layer;
            impl $crate::network::sizes::Stands<__ConstCnnSizes> for $crate::network::$n {
                const UNKNOWN: $crate::Dims = $crate::network::mistakes::fits::<
                    $t, __Shape, __Flat, <__Layer as $crate::Layer>::Input,
                    { $crate::network::mistakes::misfit::<__Layer, __Shape>(__Word::TAKES) },
                >();
                const MEANT: $crate::Dims = $crate::network::sizes::meant::<__Layer>(
                    <$crate::network::$m as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS,
                );
            }
            impl $crate::network::sizes::LayerAt<__ConstCnnSizes> for $crate::network::$n {
                type Layer = __Layer;
            }
        };
        impl $crate::network::sizes::At<__ConstCnnSizes> for $crate::network::$m {
            const DIMS: $crate::Dims = $crate::network::sizes::gives::<
                <$crate::network::$n as $crate::network::sizes::LayerAt<__ConstCnnSizes>>::Layer,
                <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::Shape,
            >(
                <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS,
                <$crate::network::$n as $crate::network::sizes::Stands<__ConstCnnSizes>>::UNKNOWN,
            );
            type Shape = <$crate::shape!(
                @
                <$crate::network::$n as $crate::network::sizes::Stands<__ConstCnnSizes>>::MEANT.rank,
                <$crate::network::$n as $crate::network::sizes::Stands<__ConstCnnSizes>>::MEANT.sizes
            ) as $crate::network::sizes::MeantAfter<__ConstCnnSizes, $crate::network::$n>>::Shape;
        }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (residual $block:tt)) => {
        $crate::network_line! { @filled $n N0 $f $block }
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $crate::network_rules! { @number [block $head [$n N0]] $block }
        };
        $crate::network_line! { @gives $n $m $f $block former {
            former.sum(
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N0>>::DIMS,
                former.dims,
            )
        } }
        $crate::network_line! { @residual $n $m
            $crate::Identity<<$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::Shape> }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (residual $block:tt $shortcut:tt)) => {
        $crate::network_line! { @filled $n N0 $f $block }
        $crate::network_line! { @filled $n N1 $f $shortcut }
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $crate::network_rules! { @number [block $head [$n N0]] $block }
            $crate::network_rules! { @number [block $head [$n N1]] $shortcut }
        };
        $crate::network_line! { @gives $n $m $f $shortcut former {
            former.sum(
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N0>>::DIMS,
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N1>>::DIMS,
            )
        } }
        $crate::network_line! { @residual $n $m
            $crate::network::sizes::BlockOf<__ConstCnnSizes, $crate::network::$n, $crate::network::N1> }
    };
    (@residual $n:tt $m:tt $shortcut:ty) => {
        impl $crate::network::sizes::LayerAt<__ConstCnnSizes> for $crate::network::$n {
            type Layer = $crate::Residual<
                $crate::network::sizes::BlockOf<__ConstCnnSizes, $crate::network::$n, $crate::network::N0>,
                $shortcut,
                { $crate::network::residual_scratch::<
                    $crate::network::sizes::BlockOf<__ConstCnnSizes, $crate::network::$n, $crate::network::N0>,
                    $shortcut
                >() },
                { $crate::network::residual_kept::<
                    $crate::network::sizes::BlockOf<__ConstCnnSizes, $crate::network::$n, $crate::network::N0>
                >() },
                { $crate::network::residual_around::<$shortcut>() },
            >;
        }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (gate $block:tt)) => {
        $crate::network_line! { @filled $n N0 $f $block }
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $crate::network_rules! { @number [block $head [$n N0]] $block }
        };
        $crate::network_line! { @gives $n $m $f $block former {
            former.gate(
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N0>>::DIMS,
            )
        } }
        impl $crate::network::sizes::LayerAt<__ConstCnnSizes> for $crate::network::$n {
            type Layer = $crate::Gate<
                $crate::network::sizes::BlockOf<__ConstCnnSizes, $crate::network::$n, $crate::network::N0>,
                { $crate::network::gate_scratch::<
                    $crate::network::sizes::BlockOf<__ConstCnnSizes, $crate::network::$n, $crate::network::N0>
                >() },
            >;
        }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (concat $branches:tt)) => {
        $crate::network_line! { @filled $n N0 $f $branches }
        $crate::network_line! { @branches $head $n $m $f $branches [N0 N1 N2 N3 N4 N5 N6 N7 N8] {} $branches }
    };
    (@branches $head:tt $n:tt $m:tt $f:tt $all:tt [$b:tt $next:tt $($more:tt)*] {$($done:tt)*}
        {$branch:tt $block:tt $(, $($rest:tt)*)?}) => {
        $crate::network_line! { @branches $head $n $m $f $all [$next $($more)*]
            {$($done)* [$b $branch $block]} {$($($rest)*)?} }
    };
    // one branch more than there are numbers for
    (@branches $head:tt $n:tt $m:tt $f:tt $all:tt [$last:tt] $done:tt {$branch:tt $($rest:tt)*}) => {
        const _: () = {
            use $crate::network::mistakes::OneMore as $branch;
            $crate::network::mistakes::branches::<$branch>()
        };
        $crate::network_line! { @branches $head $n $m $f $all [$last] {} {} }
    };
    // no comma: it is reported, and reading goes on as if there were one
    (@branches $head:tt $n:tt $m:tt $f:tt $all:tt [$b:tt $next:tt $($more:tt)*] {$($done:tt)*}
        {$branch:tt $block:tt $word:tt $($rest:tt)*}) => {
        $crate::comma! { $word }
        $crate::network_line! { @branches $head $n $m $f $all [$next $($more)*]
            {$($done)* [$b $branch $block]} {$word $($rest)*} }
    };
    (@branches [$derives:tt [$vis:vis]] $n:tt $m:tt $f:tt $all:tt [$last:tt $($more:tt)*]
        {$([$b:tt $branch:tt $block:tt])+} {}) => {
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $($crate::network_line! { @branch [$derives [$vis]] $n $b $block })+
            $crate::network_rules! { @struct $derives [] [$vis] __ConstCnnConcat {$([$b $branch []])+} }
            impl $crate::network::sizes::Lined for __ConstCnnConcat {
                type Sizes = Self;
            }
            $(
                impl $crate::network::sizes::LayerAt<__ConstCnnConcat> for $crate::network::$b {
                    type Layer = $crate::network::sizes::BlockOf<__ConstCnnOuter, $crate::network::$n, $crate::network::$b>;
                }
            )+
            impl $crate::network::sizes::LayerAt<__ConstCnnOuter> for $crate::network::$n {
                type Layer = __ConstCnnConcat;
            }
            $crate::network_passes! { @passes [$derives [$vis]] __ConstCnnConcat $last concat alone [
                <$crate::network::$n as $crate::network::sizes::At<__ConstCnnOuter>>::Shape,
                $crate::shape!(<$crate::network::$m as $crate::network::sizes::At<__ConstCnnOuter>>::DIMS)
            ] {$([$b $branch layer (block)])+} {$([$b $branch])+} }
        };
        $crate::network_line! { @gives $n $m $f $all former {
            former.concat(&[$(
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::$b>>::DIMS
            ),+])
        } }
    };
    (@branches $head:tt $n:tt $m:tt $f:tt $all:tt $numbers:tt {} {}) => {
        impl $crate::network::sizes::LayerAt<__ConstCnnSizes> for $crate::network::$n {
            type Layer = $crate::network::sizes::Unknown<
                <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::Shape
            >;
        }
        $crate::network_line! { @gives $n $m $f $all former {
            let _ = former;
            <$crate::network::$n as $crate::network::sizes::Filled<__ConstCnnSizes, $crate::network::N0>>::UNKNOWN
        } }
    };
    // that something stands in a block: where nothing does, what follows from it is not asked for, and nothing more is said
    (@filled $n:tt $b:tt $f:tt $block:tt) => {
        impl $crate::network::sizes::Filled<__ConstCnnSizes, $crate::network::$b> for $crate::network::$n {
            const UNKNOWN: $crate::Dims = {
                use $crate::block_rule as $f;
                $f! $block
            };
        }
    };
    // a branch without layers is the input itself
    (@branch $head:tt $n:tt $b:tt {}) => {
        impl $crate::network::sizes::Block<__ConstCnnOuter, $crate::network::$b> for $crate::network::$n {
            type Layer = $crate::Identity<<$crate::network::$n as $crate::network::sizes::At<__ConstCnnOuter>>::Shape>;
            const DIMS: $crate::Dims = <$crate::network::$n as $crate::network::sizes::At<__ConstCnnOuter>>::DIMS;
        }
    };
    (@branch $head:tt $n:tt $b:tt $block:tt) => {
        $crate::network_rules! { @number [block $head [$n $b]] $block }
    };

    // What the network has after line `n`: the rule is called by the line's own name and the user's own tokens,
    // `conv1! (8, kernel 3)`, so that what it says is reported there.
    (@gives $n:tt $m:tt $f:tt $args:tt $former:ident $rule:block) => {
        impl $crate::network::sizes::At<__ConstCnnSizes> for $crate::network::$m {
            const DIMS: $crate::Dims = {
                #[track_caller]
                const fn __rule() -> $crate::Dims {
                    let $former = $crate::Former {
                        name: ::core::stringify!($f),
                        dims: <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS,
                    };
                    if $former.dims.is_unknown() { $crate::Dims::UNKNOWN } else $rule
                }
                // within braces: the line may have the name of its layer
                {
                    use $crate::line_rule as $f;
                    $f! $args
                }
            };
            type Shape =
                <<<$crate::network::$n as $crate::network::sizes::LayerAt<__ConstCnnSizes>>::Layer as $crate::Layer>::Output
                    as $crate::network::sizes::Declared<{ $crate::network::sizes::is_given(
                        <$crate::network::$m as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS
                    ) }>>::Shape;
        }

    };
}
