// names of the program's that the macro may also use, or has used: the two do not meet
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, dead_code, unused_macros)]

/// Modules are named as built-in layers are.
mod softmax {
    pub type V = const_cnn::Relu<const_cnn::Vector<6>>;
}

mod flatten {
    pub type Same = const_cnn::Relu<const_cnn::Image<2, 3, 1>>;
}

// types of layers
type V = const_cnn::Relu<const_cnn::Vector<6>>;
type T = V;
type L = V;
type X = V;
type Y = V;
type NetworkProbe = V;
type Word = V;
type Probe = V;
type Layers = V;
type Buffer = V;
type Gradients = V;

// sizes
const LAYER: usize = 6;
const FORMER: usize = 6;
const UNKNOWN: usize = 6;
const LAST: usize = 6;
const FITS: usize = 6;
const IS_LAYER: usize = 6;
const HAS_FROM_LE: usize = 6;
const DIMS: usize = 6;
const NETWORK_BUFFER: usize = 6;
const BUFFER: usize = 6;
const N: usize = 6;

/// Statics and unit structs are named as layers are.
static first: f32 = 0.0;
const last: f32 = 0.0;
struct middle;

macro_rules! stringify {
    () => {};
}
macro_rules! concat {
    () => {};
}
macro_rules! assert {
    () => {};
}

const_cnn::network! {
    pub struct NetworkTape: [LAYER] => [LAST] {
        first: linear(FORMER),
        middle: linear(UNKNOWN),
        v: V,
        dense1: linear(LAYER),
        t: T,
        dense2: linear(FITS),
        l: L,
        dense3: linear(IS_LAYER),
        x: X,
        dense4: linear(DIMS),
        y: Y,
        dense5: linear(NETWORK_BUFFER),
        probe: NetworkProbe,
        dense6: linear(BUFFER),
        word: Word,
        dense7: linear(N),
        layers: Layers,
        dense8: linear(HAS_FROM_LE),
        buffer: Buffer,
        dense9: linear(LAST),
        gradients: Gradients,
        last: linear(LAST),
        probe2: Probe,
    }
}

const_cnn::network! {
    pub struct NetworkScratch: [LAYER] => [LAST] {
        __buffer: NetworkTape,
        __gradients: linear(6),
        buffer: softmax::V,
        chances: softmax,
    }
}

const_cnn::network! {
    struct AfterModules: [2, 3, 1] => [LAST] {
        same: flatten::Same,
        flatten: flatten,
        relu: softmax::V,
        softmax: softmax,
    }
}

const_cnn::network! {
    pub struct NetworkProbe2: [6] => [6] {
        net: NetworkScratch,
    }
}

mod structs {
    macro_rules! each {
        ($($name:ident)+) => {$(
            mod $name {
                const_cnn::network! {
                    pub struct $name: [1, 2, 2] => [2] {
                        conv: conv2d(2, kernel 1),
                        flatten: flatten,
                        dense: linear(2),
                    }
                }
            }
        )+};
    }
    each! {
        NetworkProbe NetworkBuffer NetworkLayers NETWORK_BUFFER LAYER FORMER LAST V T L X Y N Word Slot Tape Scratch
        Buffer Gradients Layer Network Zero Parameters Elem Option Some
    }
}

fn main() {
    use const_cnn::{Layer, Zero};
    let mut tape = <NetworkScratch as Layer>::Tape::ZERO;
    let net = NetworkScratch::ZERO;
    net.forward(&const_cnn::Context::EVALUATION, &[0.5; 6], &mut tape, &mut [0.0; 6]);
    println!("{:?} {:?}", net.__gradients.bias, net.__buffer.first.bias);
    println!("{:?} {}", AfterModules::ZERO.predict(&[[[0.5; 2]; 1]; 3]), NetworkProbe2::table());
}
