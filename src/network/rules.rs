//! What [`network!`](crate::network!) does.

/// Reads the lines one after the other and only numbers them; then writes everything, with one `@line` for each.
///
/// It names no layer. A line with numbers, `conv1: conv2d(8, kernel 3)`, is left to the macro `conv2d!`, which is looked up
/// where the user's names and the crate's are; one without is a type, or a [`Word`](crate::Word).
///
/// 1. `@meta` takes the derives apart from the other attributes: blocks have them too.
/// 2. `@lines` gives each line a number from a supply: a sum `0 + 1 + 1` would grow with the square of the lines. The numbers are
///    types, and come in parts, since what is passed on is read again for each line.
/// 3. `@write` writes the struct of a network, of a block, or of a branch, and for each line, by `@line`, what the network
///    has after it, as a constant and as a type.
/// 4. `@passes` writes the passes, for the struct and for its folded form: a call a line, of
///    those of `chain` or of `concat`.
///
/// Errors point at the user's line since a macro is called by nothing but the user's own tokens: with `use line_rule as conv1`
/// the call `conv1! (8, kernel 11)` is reported there.
#[doc(hidden)]
#[macro_export]
macro_rules! network_rules {
    (@meta $head:tt $docs:tt [$($derives:tt)*] {#[derive $derive:tt] $($metas:tt)*} $lines:tt) => {
        $crate::network_rules! { @meta $head $docs [$($derives)* #[derive $derive]] {$($metas)*} $lines }
    };
    (@meta $head:tt [$($docs:tt)*] $derives:tt {#[$($meta:tt)*] $($metas:tt)*} $lines:tt) => {
        $crate::network_rules! { @meta $head [$($docs)* #[$($meta)*]] $derives {$($metas)*} $lines }
    };
    (@meta [$vis:tt $name:tt $input:tt $output:tt] [$($docs:tt)*] $derives:tt {} {}) => {
        const _: () = {
            use $crate::no_layers as $name;
            $name! $output
        };
        $crate::network_rules! { @number [network $derives [$($docs)*] $vis $name $input $output]
            {nothing: $crate::network::sizes::Unknown<
                <$crate::network::N0 as $crate::network::sizes::At<__ConstCnnSizes>>::Shape
            >} }
    };
    (@meta [$vis:tt $name:tt $input:tt $output:tt] $docs:tt $derives:tt {} $lines:tt) => {
        $crate::network_rules! { @number [network $derives $docs $vis $name $input $output] $lines }
    };

    // an empty block, of which its line tells
    (@number [block $derives:tt [$n:tt $b:tt]] {}) => {
        impl $crate::network::sizes::Block<__ConstCnnOuter, $crate::network::$b> for $crate::network::$n {
            type Layer = $crate::network::sizes::Unknown<
                <$crate::network::$n as $crate::network::sizes::At<__ConstCnnOuter>>::Shape
            >;
            const DIMS: $crate::Dims =
                <$crate::network::$n as $crate::network::sizes::Filled<__ConstCnnOuter, $crate::network::$b>>::UNKNOWN;
        }
    };
    (@number $head:tt {$($lines:tt)*}) => {
        $crate::network_rules! { @lines $head [
            N0 N1 N2 N3 N4 N5 N6 N7 N8 N9 N10 N11 N12 N13 N14 N15 N16 N17 N18 N19 N20 N21 N22 N23 N24 N25 N26 N27 N28
            N29 N30 N31 [
            N32 N33 N34 N35 N36 N37 N38 N39 N40 N41 N42 N43 N44 N45 N46 N47 N48 N49 N50 N51 N52 N53 N54 N55 N56 N57
            N58 N59 N60 N61 N62 N63 [
            N64 N65 N66 N67 N68 N69 N70 N71 N72 N73 N74 N75 N76 N77 N78 N79 N80 N81 N82 N83 N84 N85 N86 N87 N88 N89
            N90 N91 N92 N93 N94 N95 [
            N96 N97 N98 N99 N100 N101 N102 N103 N104 N105 N106 N107 N108 N109 N110 N111 N112 N113 N114 N115 N116 N117
            N118 N119 N120 N121 N122 N123 N124 N125 N126 N127 [
            N128 N129 N130 N131 N132 N133 N134 N135 N136 N137 N138 N139 N140 N141 N142 N143 N144 N145 N146 N147 N148
            N149 N150 N151 N152 N153 N154 N155 N156 N157 N158 N159 [
            N160 N161 N162 N163 N164 N165 N166 N167 N168 N169 N170 N171 N172 N173 N174 N175 N176 N177 N178 N179 N180
            N181 N182 N183 N184 N185 N186 N187 N188 N189 N190 N191 [
            N192 N193 N194 N195 N196 N197 N198 N199 N200 N201 N202 N203 N204 N205 N206 N207 N208 N209 N210 N211 N212
            N213 N214 N215 N216 N217 N218 N219 N220 N221 N222 N223 [
            N224 N225 N226 N227 N228 N229 N230 N231 N232 N233 N234 N235 N236 N237 N238 N239 N240 N241 N242 N243 N244
            N245 N246 N247 N248 N249 N250 N251 N252 N253 N254 N255 N256 ]]]]]]]
        ] {} {} [] $($lines)* , }
    };

    // @lines [what is written] [numbers to come] {lines so far} {the same, the last first} [documentation] lines to come
    (@lines $head:tt [$n:tt [$($more:tt)+]] $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$n $($more)+] $($rest)* }
    };
    // a word, or a type of one word
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt $f:tt : $t:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f layer (word $t)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    (@lines $head:tt [$last:tt $($more:tt)*] $done:tt $back:tt [] $(,)?) => {
        $crate::network_rules! { @write $head $last $done $back }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt [$($doc:tt)*] #[doc $($text:tt)*] $($rest:tt)*) => {
        $crate::network_rules! { @lines $head $numbers $done $back [$($doc)* #[doc $($text)*]] $($rest)* }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt #[$attribute:tt $($args:tt)*] $($rest:tt)*) => {
        const _: () = {
            use $crate::network::sizes::Attribute as $attribute;
            $crate::network::sizes::attribute::<$attribute>()
        };
        $crate::network_rules! { @lines $head $numbers $done $back $doc $($rest)* }
    };
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt
        $f:tt : residual $block:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f residual (residual $block)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt
        $f:tt : residual $block:tt shortcut $shortcut:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f residual (residual $block $shortcut)]} {[$n $f] $($back)*} []
            $($rest)* }
    };
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt
        $f:tt : gate $block:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f gate (gate $block)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt
        $f:tt : concat $branches:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f layer (concat $branches)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    // a layer with numbers: the user's own tokens, as `tt`, which keep their place in the user's file
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt
        $f:tt : $l:tt $args:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f layer (call $l $args)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    // no comma: it is reported, and reading goes on as if there were one
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt $f:tt : $l:tt ($($args:tt)*) $next:tt $($rest:tt)*) => {
        $crate::comma! { $next }
        $crate::network_rules! { @lines $head $numbers $done $back $doc $f : $l ($($args)*) , $next $($rest)* }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt $f:tt : $l:tt {$($block:tt)*} $next:tt : $($rest:tt)*) => {
        $crate::comma! { $next }
        $crate::network_rules! { @lines $head $numbers $done $back $doc $f : $l {$($block)*} , $next : $($rest)* }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt $f:tt : residual $block:tt shortcut $around:tt
        $next:tt : $($rest:tt)*) => {
        $crate::comma! { $next }
        $crate::network_rules! { @lines $head $numbers $done $back $doc $f : residual $block shortcut $around ,
            $next : $($rest)* }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt $f:tt : $l:ident $next:tt : $($rest:tt)*) => {
        $crate::comma! { $next }
        $crate::network_rules! { @lines $head $numbers $done $back $doc $f : $l , $next : $($rest)* }
    };
    // any other type
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt $f:tt : $t:ty , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f layer (bare $t)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt ; $($rest:tt)*) => {
        $crate::network_rules! { @lines $head $numbers $done $back $doc $($rest)* } // it stood for a comma
    };
    // no line: what came before it is written, so that no more is said
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt $line:tt $($rest:tt)*) => {
        $crate::layer! { $line }
        $crate::network_rules! { @write $head $m
            {$($done)* [$n $m [] __nothing layer
                (bare $crate::network::sizes::Unknown<
                    <$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::Shape>)]}
            {[$n __nothing] $($back)*} }
    };

    // the network
    (@write [network $derives:tt $docs:tt [$vis:vis] $name:tt $input:tt $output:tt] $last:tt
        {$([$n:tt $m:tt [$($doc:tt)*] $f:tt $kind:tt $line:tt])+} $back:tt) => {
        $crate::network_rules! { @struct $derives $docs [$vis] $name
            {$([$n $f [$($doc)* #[doc = ::core::concat!("The layer `", ::core::stringify!($f), "`.")]]])+} }

        // items are not hygienic: what is around may have any name, so all that is written here begins with `__ConstCnn`
        const _: () = {
            /// Holds the constants: were they on the network itself, its fields' types would depend on themselves.
            $vis struct __ConstCnnSizes;

            impl $crate::network::sizes::At<__ConstCnnSizes> for $crate::network::N0 {
                const DIMS: $crate::Dims = {
                    use $crate::input_rule as $name;
                    $name! $input
                };
                type Shape = $crate::shape!(<$crate::network::N0 as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS);
            }
            impl $crate::network::sizes::Lined for $name {
                type Sizes = __ConstCnnSizes;
            }
            $($crate::network_rules! { @line [$derives [$vis]] $n $m $f $line })+
            impl $crate::network::sizes::Ends for __ConstCnnSizes {
                type Shape = <<$crate::network::$last as $crate::network::sizes::At<__ConstCnnSizes>>::Shape as
                    $crate::network::sizes::Declared<{
                        const __LAST: $crate::Dims =
                            <$crate::network::$last as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS;
                        use $crate::output_rule as $name;
                        $name! $output
                    }>>::Shape;
                const NUMBERS: &'static [(&'static str, $crate::Number)] =
                    &[("written", $crate::Number::Name(::core::stringify!($input => $output)))];
            }
            $crate::network_rules! { @passes [$derives [$vis]] $name $last chain how [
                <$crate::network::N0 as $crate::network::sizes::At<__ConstCnnSizes>>::Shape,
                <__ConstCnnSizes as $crate::network::sizes::Ends>::Shape
            ] {$([$n $f $kind $line])+} $back }

            impl __ConstCnnSizes {
                const NAME: &'static str = ::core::stringify!($name);
            }
            $crate::network_rules! { @network $name $last {$([$n $f])+} }
            $crate::network_rules! { @network __ConstCnnFolded $last {$([$n $f])+} }
            $crate::network_rules! { @int8 }

            impl $name {
                /// The network in evaluation, its batch normalisation folded into the layers before it where that can be.
                ///
                /// It goes by the stack: for a large network see `Fold::fold_into`.
                pub fn fold(&self) -> $crate::Folded<Self> {
                    let mut folded = $crate::Zero::ZERO;
                    $crate::Fold::fold_into(self, &mut folded);
                    folded
                }
            }
        };
    };
    // a block within a line: a network without a name of its own, for which `__ConstCnnOuter` has the constants of what is
    // around it
    (@write [block [$derives:tt [$vis:vis]] [$n0:tt $b:tt]] $last:tt
        {$([$n:tt $m:tt $doc:tt $f:tt $kind:tt $line:tt])+} $back:tt) => {
        const _: () = {
            $crate::network_rules! { @struct $derives [] [$vis] __ConstCnnBlock {$([$n $f $doc])+} }
            const _: () = {
                $vis struct __ConstCnnSizes;

                impl $crate::network::sizes::At<__ConstCnnSizes> for $crate::network::N0 {
                    const DIMS: $crate::Dims =
                        <$crate::network::$n0 as $crate::network::sizes::At<__ConstCnnOuter>>::DIMS;
                    type Shape = <$crate::network::$n0 as $crate::network::sizes::At<__ConstCnnOuter>>::Shape;
                }
                impl $crate::network::sizes::Lined for __ConstCnnBlock {
                    type Sizes = __ConstCnnSizes;
                }
                $($crate::network_rules! { @line [$derives [$vis]] $n $m $f $line })+
                impl $crate::network::sizes::Ends for __ConstCnnSizes {
                    type Shape = <$crate::network::$last as $crate::network::sizes::At<__ConstCnnSizes>>::Shape;
                }
                impl $crate::network::sizes::Block<__ConstCnnOuter, $crate::network::$b> for $crate::network::$n0 {
                    type Layer = __ConstCnnBlock;
                    const DIMS: $crate::Dims =
                        <$crate::network::$last as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS;
                }
                $crate::network_rules! { @passes [$derives [$vis]] __ConstCnnBlock $last chain how [
                    <$crate::network::N0 as $crate::network::sizes::At<__ConstCnnSizes>>::Shape,
                    <__ConstCnnSizes as $crate::network::sizes::Ends>::Shape
                ] {$([$n $f $kind $line])+} $back }
            };
        };
    };

    (@struct [$($derives:tt)*] [$($docs:tt)*] [$vis:vis] $name:tt {$([$n:tt $f:tt [$($doc:tt)*]])+}) => {
        $($docs)*
        $($derives)*
        $vis struct $name {
            $($($doc)* pub $f: $crate::network::sizes::LayerOf<$name, $crate::network::$n>,)+
        }
    };

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
            $crate::network_rules! { @gives $n $m $f $args former {
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
        $crate::network_rules! { @bare $n $m $t [#[allow(unused_imports)] use $crate::words::*;] }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (bare $t:ty)) => {
        $crate::network_rules! { @bare $n $m $t [] }
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
                const UNKNOWN: $crate::Dims = $crate::network::sizes::fits::<
                    $t, __Shape, __Flat, <__Layer as $crate::Layer>::Input,
                    { $crate::network::sizes::misfit::<__Layer, __Shape>(__Word::TAKES) },
                >();
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
            type Shape =
                <<$crate::network::$n as $crate::network::sizes::LayerAt<__ConstCnnSizes>>::Layer as $crate::Layer>::Output;
        }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (residual $block:tt)) => {
        $crate::network_rules! { @filled $n N0 $f $block }
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $crate::network_rules! { @number [block $head [$n N0]] $block }
        };
        $crate::network_rules! { @gives $n $m $f $block former {
            former.sum(
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N0>>::DIMS,
                former.dims,
            )
        } }
        $crate::network_rules! { @residual $n $m
            $crate::Identity<<$crate::network::$n as $crate::network::sizes::At<__ConstCnnSizes>>::Shape> }
    };
    (@line $head:tt $n:tt $m:tt $f:tt (residual $block:tt $shortcut:tt)) => {
        $crate::network_rules! { @filled $n N0 $f $block }
        $crate::network_rules! { @filled $n N1 $f $shortcut }
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $crate::network_rules! { @number [block $head [$n N0]] $block }
            $crate::network_rules! { @number [block $head [$n N1]] $shortcut }
        };
        $crate::network_rules! { @gives $n $m $f $shortcut former {
            former.sum(
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N0>>::DIMS,
                <$crate::network::$n as $crate::network::sizes::Block<__ConstCnnSizes, $crate::network::N1>>::DIMS,
            )
        } }
        $crate::network_rules! { @residual $n $m
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
        $crate::network_rules! { @filled $n N0 $f $block }
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $crate::network_rules! { @number [block $head [$n N0]] $block }
        };
        $crate::network_rules! { @gives $n $m $f $block former {
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
        $crate::network_rules! { @filled $n N0 $f $branches }
        $crate::network_rules! { @branches $head $n $m $f $branches [N0 N1 N2 N3 N4 N5 N6 N7 N8] {} $branches }
    };
    (@branches $head:tt $n:tt $m:tt $f:tt $all:tt [$b:tt $next:tt $($more:tt)*] {$($done:tt)*}
        {$branch:tt $block:tt $(, $($rest:tt)*)?}) => {
        $crate::network_rules! { @branches $head $n $m $f $all [$next $($more)*]
            {$($done)* [$b $branch $block]} {$($($rest)*)?} }
    };
    // no comma: it is reported, and reading goes on as if there were one
    (@branches $head:tt $n:tt $m:tt $f:tt $all:tt [$b:tt $next:tt $($more:tt)*] {$($done:tt)*}
        {$branch:tt $block:tt $word:tt $($rest:tt)*}) => {
        $crate::comma! { $word }
        $crate::network_rules! { @branches $head $n $m $f $all [$next $($more)*]
            {$($done)* [$b $branch $block]} {$word $($rest)*} }
    };
    (@branches [$derives:tt [$vis:vis]] $n:tt $m:tt $f:tt $all:tt [$last:tt $($more:tt)*]
        {$([$b:tt $branch:tt $block:tt])+} {}) => {
        const _: () = {
            type __ConstCnnOuter = __ConstCnnSizes;
            $($crate::network_rules! { @branch [$derives [$vis]] $n $b $block })+
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
            $crate::network_rules! { @passes [$derives [$vis]] __ConstCnnConcat $last concat alone [
                <$crate::network::$n as $crate::network::sizes::At<__ConstCnnOuter>>::Shape,
                $crate::shape!(<$crate::network::$m as $crate::network::sizes::At<__ConstCnnOuter>>::DIMS)
            ] {$([$b $branch layer (block)])+} {$([$b $branch])+} }
        };
        $crate::network_rules! { @gives $n $m $f $all former {
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
        $crate::network_rules! { @gives $n $m $f $all former {
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

    // What a struct of lines has, or of branches: its passes, those of `how`, and the same for its folded form. `fold` says how
    // a line is folded; `back` are the lines in the order of the pass backward.
    (@passes $head:tt $name:tt $last:tt $how:ident $fold:ident [$input:ty, $output:ty] $lines:tt $back:tt) => {
        $crate::network_rules! { @folded $head $name $fold $lines }
        $crate::network_rules! { @form $head $name $last $how [$input, $output] $lines $back }
        $crate::network_rules! { @form $head __ConstCnnFolded $last $how [$input, $output] $lines $back }
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
                    $($f: $crate::network_rules!(
                        @read $kind $crate::network::sizes::LayerOf<$name, $crate::network::$n>, bytes
                    ),)+
                }
            }
        }
        const _: () = {
            const __COUNT: usize = $crate::network::$last;

            impl $crate::network::lines::Lines<__COUNT> for $name {
                const LINES: [$crate::network::lines::Line; __COUNT] = [$(
                    $crate::network::lines::Line::of::<$crate::network::sizes::LayerOf<$name, $crate::network::$n>>(
                        ::core::stringify!($f), $crate::network_rules!(@written $line),
                    )
                ),+];
            }
            const __LINES: &[$crate::network::lines::Line; __COUNT] =
                &<$name as $crate::network::lines::Lines<__COUNT>>::LINES;
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
                        $crate::network_rules! { @write_branch $how true $n self $f memory }
                    )+
                    $($crate::network_rules! { @write_branch $how false $n self $f memory })+
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
                    $crate::network_rules! { @fold_lines self to $how __FOLDINGS [$([$n $f])+] $([$n $f])+ }
                }

                fn absorb_into(&self, _: &impl $crate::Fold, to: &mut __ConstCnnFolded) {
                    $crate::Fold::fold_into(self, to);
                }
            }
            impl $crate::Fold for __ConstCnnFolded {
                type Folded = Self;
                type Absorbed = Self;

                fn fold_into(&self, to: &mut Self) {
                    $crate::Parameters::copy_from(to, self);
                }

                fn absorb_into(&self, _: &impl $crate::Fold, to: &mut Self) {
                    $crate::Parameters::copy_from(to, self);
                }
            }
        };
    };
    // each line is told of the next: the same lines without the first one, after which there is nothing
    (@fold_lines $self:tt $to:tt $how:tt $foldings:tt [$([$n:tt $f:tt])+] $first:tt $([$next_n:tt $next:tt])*) => {
        $crate::network_rules! { @fold_each $self $to $how $foldings [$([$n $f])+]
            [$([&$self.$next])* [$crate::fold::NOTHING]] }
    };
    (@fold_each $self:tt $to:tt $how:tt $foldings:tt [$([$n:tt $f:tt])+] [$([$($next:tt)+])+]) => {
        $(<_ as $crate::fold::FoldedAs<{ $crate::network::lines::$how($foldings, $crate::network::$n) }>>::fold_as(
            &$self.$f, $($next)+, &mut $to.$f,
        );)+
    };

    // the int8 form, which is computed from what the folded one computes, in either way
    (@int8) => {
        const _: () = {
            const __ROWS: &[$crate::Row] = <__ConstCnnFolded as $crate::Layer>::ROWS;
            const __MOST: usize = $crate::int8::plan::most(__ROWS);
            const __FAST: &$crate::int8::plan::Program<__MOST> = &$crate::int8::plan::Program::of(__ROWS, false);
            const __SMALL: &$crate::int8::plan::Program<__MOST> =
                if $crate::int8::plan::HAS_WAYS { &$crate::int8::plan::Program::of(__ROWS, true) } else { __FAST };
            $crate::network_rules! { @int8 Fast __FAST }
            $crate::network_rules! { @int8 Small __SMALL }
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

                fn infer_in<'a, __V: $crate::Elem>(&self, arena: &'a mut Self::Arena<__V>) -> &'a $crate::Output<Self, __V> {
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
                ) -> ::core::result::Result<$crate::Dataset<'a, <Self as $crate::Layer>::Input, __T>, $crate::Error> {
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

/// What `network!` asks of a line with numbers, or of a block, called by the user's own tokens.
#[doc(hidden)]
#[macro_export]
macro_rules! line_rule {
    ($($args:tt)*) => {
        __rule()
    };
}

/// What `network!` says of a block without lines.
#[doc(hidden)]
#[macro_export]
macro_rules! block_rule {
    () => {
        ::core::panic!("there is nothing in this block: it has at least one layer, or one branch of `concat`")
    };
    ($($lines:tt)*) => {
        $crate::Dims::UNKNOWN
    };
}

/// What `network!` asks of what a network is declared to take.
#[doc(hidden)]
#[macro_export]
macro_rules! input_rule {
    ($($size:expr),* $(,)?) => {
        $crate::network::sizes::declared_input(&[$($size),*])
    };
}

/// What `network!` asks of what a network is declared to give.
#[doc(hidden)]
#[macro_export]
macro_rules! output_rule {
    ($($size:expr),* $(,)?) => {
        $crate::network::sizes::declared_output(__LAST, &[$($size),*])
    };
}

/// What `network!` says of a network without layers.
#[doc(hidden)]
#[macro_export]
macro_rules! no_layers {
    ($($output:tt)*) => {
        ::core::compile_error!("a network has at least one layer")
    };
}

/// What `network!` says where there is no comma.
#[doc(hidden)]
#[macro_export]
macro_rules! comma {
    (,) => {};
}

/// What `network!` says where there is no layer.
#[doc(hidden)]
#[macro_export]
macro_rules! layer {
    (name: layer) => {};
}
