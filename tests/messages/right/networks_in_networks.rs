use const_cnn::{Zero, network};

mod blocks {
    const_cnn::network! {
        pub struct Block: [4, 8, 6] => [4, 8, 6] {
            conv1: conv2d(4, kernel 3, padding 1),
            relu1: relu,
            conv2: conv2d(4, kernel 3, padding 1),
        }
    }
}

network! {
    pub struct Head: [4, 4, 3] => [5] {
        flatten: flatten,
        dense: linear(5),
    }
}

network! {
    /// The first, a middle and the last layer are networks, and two follow one another.
    pub struct Body: [4, 8, 6] => [5] {
        block1: blocks::Block,
        block2: blocks::Block,
        relu: relu,
        block3: self::blocks::Block,
        pool: max_pool2d(2),
        head: Head,
    }
}

network! {
    pub struct Net: [1, 8, 6] => [5] {
        stem: conv2d(4, kernel 3, padding 1),
        body: Body,
        chances: softmax,
    }
}

const _: () = assert!(blocks::Block::PARAMETERS == 2 * 4 * (4 * 9 + 1));
const _: () = assert!(Body::PARAMETERS == 3 * blocks::Block::PARAMETERS + 5 * 49);
const _: () = assert!(Net::PARAMETERS == 40 + Body::PARAMETERS);

fn main() {
    let net = Net::ZERO;
    println!("{:?} {:?}", net.body.block2.conv1.bias, net.predict(&[[[0.0]; 6]; 8]));
}
