fn main() {
    const CLASSES: usize = 3;

    const_cnn::network! {
        struct Net: [1, 5, 7] => [CLASSES] {
            conv: conv2d(2, kernel 3),
            flatten: flatten,
            dense: linear(CLASSES) // no comma
        }
    }

    fn parameters() -> usize {
        const_cnn::network! { struct Net: [4,] => [2,] { dense: linear(2,), } }
        Net::PARAMETERS
    }

    const _: () = assert!(Net::PARAMETERS == 20 + 31 * CLASSES);
    let net = <Net as const_cnn::Zero>::ZERO;
    println!("{:?} {}", net.predict(&[[[0.0]; 7]; 5]), parameters());
}
