//! What [`network!`](crate::network!) does.

mod line;
mod passes;
mod whole;

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
            N245 N246 N247 N248 N249 N250 N251 N252 N253 N254 N255 N256 N257 ]]]]]]]
        ] {} {} [] $($lines)* , }
    };

    // @lines [what is written] [numbers to come] {lines so far} {the same, the last first} [documentation] lines to come
    (@lines $head:tt [$n:tt [$($more:tt)+]] $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$n $($more)+] $($rest)* }
    };
    // one line more than there are numbers for
    (@lines $head:tt [$n:tt $m:tt] $done:tt $back:tt $doc:tt $f:tt : $($rest:tt)*) => {
        const _: () = {
            use $crate::network::mistakes::OneMore as $f;
            $crate::network::mistakes::lines::<$f>()
        };
        $crate::network_rules! { @nothing $head [$n $m] $done $back }
    };
    // a word, or a type of one word
    (@lines $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*} $doc:tt $f:tt : $t:tt , $($rest:tt)*) => {
        $crate::network_rules! { @lines $head [$m $($more)*]
            {$($done)* [$n $m $doc $f layer (word $t)]} {[$n $f] $($back)*} [] $($rest)* }
    };
    (@lines $head:tt [$last:tt $($more:tt)*] $done:tt $back:tt [] $(,)?) => {
        $crate::network_rules! { @write $head $last $done $back }
    };
    // documentation of nothing
    (@lines $head:tt $numbers:tt $done:tt $back:tt [#[doc $equals:tt $text:tt] $($docs:tt)*] $(,)?) => {
        $crate::layer! { $text }
        $crate::network_rules! { @nothing $head $numbers $done $back }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt [$($doc:tt)*] #[doc $($text:tt)*] $($rest:tt)*) => {
        $crate::network_rules! { @lines $head $numbers $done $back [$($doc)* #[doc $($text)*]] $($rest)* }
    };
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt #[$attribute:tt $($args:tt)*] $($rest:tt)*) => {
        const _: () = {
            use $crate::network::mistakes::Attribute as $attribute;
            $crate::network::mistakes::attribute::<$attribute>()
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
    (@lines $head:tt $numbers:tt $done:tt $back:tt $doc:tt $line:tt $($rest:tt)*) => {
        $crate::layer! { $line }
        $crate::network_rules! { @nothing $head $numbers $done $back }
    };
    // what is no line: what came before it is written, so that no more is said
    (@nothing $head:tt [$n:tt $m:tt $($more:tt)*] {$($done:tt)*} {$($back:tt)*}) => {
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
            $($crate::network_line! { @line [$derives [$vis]] $n $m $f $line })+
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
            $crate::network_passes! { @passes [$derives [$vis]] $name $last chain how [
                <$crate::network::N0 as $crate::network::sizes::At<__ConstCnnSizes>>::Shape,
                <__ConstCnnSizes as $crate::network::sizes::Ends>::Shape
            ] {$([$n $f $kind $line])+} $back }

            impl __ConstCnnSizes {
                const NAME: &'static str = ::core::stringify!($name);
            }
            $crate::network_whole! { @network $name $last {$([$n $f])+} }
            $crate::network_whole! { @network __ConstCnnFolded $last {$([$n $f])+} }
            $crate::network_whole! { @int8 }

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
                $($crate::network_line! { @line [$derives [$vis]] $n $m $f $line })+
                impl $crate::network::sizes::Ends for __ConstCnnSizes {
                    type Shape = <$crate::network::$last as $crate::network::sizes::At<__ConstCnnSizes>>::Shape;
                }
                impl $crate::network::sizes::Block<__ConstCnnOuter, $crate::network::$b> for $crate::network::$n0 {
                    type Layer = __ConstCnnBlock;
                    const DIMS: $crate::Dims =
                        <$crate::network::$last as $crate::network::sizes::At<__ConstCnnSizes>>::DIMS;
                }
                $crate::network_passes! { @passes [$derives [$vis]] __ConstCnnBlock $last chain how [
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
