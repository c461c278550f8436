// names that the macro uses itself
use const_cnn::*;

pub struct Unit;

network! {
    pub struct Network: [1, 8, 8] => [4] {
        x: conv2d(2, kernel 3),
        y: relu,
        buffer: max_pool2d(2),
        gradients: conv2d(2, kernel 1),
        scratch: relu,
        tape: relu,
        gradient: relu,
        dx: relu,
        dy: relu,
        input: relu,
        output: relu,
        index: flatten,
        arrays: linear(4),
        relu: relu,
        linear: linear(4),
        kernel: linear(4),
        values: linear(4),
    }
}

network! {
    pub struct Layer: [4] => [4] {
        network: linear(4),
        r#type: relu,
    }
}

network! {
    pub struct Tape: [4] => [4] {
        layer: Layer,
    }
}

network! {
    pub struct Scratch: [4] => [4] {
        tape: Tape,
        rest: linear(4),
    }
}

fn main() {
    println!("{} {} {} {}", Network::table(), Layer::table(), Tape::table(), Scratch::table());
}
