use const_cnn::network;

network! {
    pub struct Net: [4] => [2] {
        first: linear(4),
        /// Nonlinear.
        //~ attributes of a layer are not supported
        #[cfg(not(test))]
        /// In every build.
        relu: relu,
        last: linear(2),
    }
}

fn main() {
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&[0.5; 4]));
}
