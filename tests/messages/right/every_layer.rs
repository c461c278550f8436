use const_cnn::{Image, Layer, Network, Probabilities, Vector, network};

network! {
    /// Every layer, over an image that is not square.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Net: [3, 20, 13] => [10] {
        /// Kernel alone.
        conv1: conv2d(4, kernel 3),
        relu: relu,
        /// A layer with all of its numbers,
        /// and a description of two lines.
        conv2: conv2d(5, kernel 5, stride 2, padding 1),
        maps: mapwise_conv2d(2, kernel 3, padding 1),
        max: max_pool2d(2),
        mean: avg_pool2d(3, stride 1, padding 1),
        flatten: flatten,
        hidden: linear(20),
        logits: linear(10),
        chances: softmax,
    }
}

type Conv1 = const_cnn::conv2d!([3, 20, 13] => 4, kernel 3);

const _: () = {
    let sizes: [&[usize]; 10] =
        [&[4, 18, 11], &[4, 18, 11], &[5, 8, 5], &[10, 8, 5], &[10, 4, 2], &[10, 4, 2], &[80], &[20], &[10], &[10]];
    let mut n = 0;
    while n < sizes.len() {
        let output = Net::LAYERS[n].output;
        assert!(output.len() == sizes[n].len());
        let mut d = 0;
        while d < output.len() {
            assert!(output[d] == sizes[n][d]);
            d += 1;
        }
        n += 1;
    }
    assert!(Net::LAYERS.len() == 10);
    // 4 · (3 · 9 + 1), 5 · (4 · 25 + 1), 2 · (9 + 1), 20 · (80 + 1), 10 · (20 + 1)
    assert!(Net::PARAMETERS == 112 + 505 + 20 + 1620 + 210);
    assert!(Net::PARAMETER_BYTES == 4 * Net::PARAMETERS);
};

fn shapes<L: Layer<Input = Image<3, 20, 13>, Output = Probabilities<10>>>(_: &L) {}

fn main() {
    let net: Net = const_cnn::Zero::ZERO;
    shapes(&net);
    let _: &Conv1 = &net.conv1;
    let _: Vector<10>;
    println!("{:?}", net.predict(&[[[0.5; 3]; 13]; 20]));
}
