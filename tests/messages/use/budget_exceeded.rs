use const_cnn::network;

network! {
    pub struct Digits: [1, 8, 8] => [10] {
        conv: conv2d(8, kernel 3),
        relu: relu,
        flatten: flatten,
        dense: linear(10),
    }
}

//~ Digits::TRAINING_BYTES <= 1024
const _: () = assert!(Digits::TRAINING_BYTES <= 1024);

fn main() {}
