use const_cnn::network;

network! {
    pub struct Net: [4] => [2] {
        /// The first.
        first: linear(4),
        //~ attributes of a layer are not supported
        #[deprecated]
        relu: relu,
        last: linear(2),
    }
}

fn main() {
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&[0.5; 4]));
}
