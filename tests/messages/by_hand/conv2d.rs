use const_cnn::{Conv2d, Image, Layer, Square, Zero};

// a kernel of 3 × 3 over 8 × 8 gives 6 × 6
type Wrong = Conv2d<Image<1, 8, 8>, Image<4, 7, 6>, Square<3>>;

fn main() {
    //~ [1, 8, 8] | kernel 3, stride 1, padding 0 | gives [4, 6, 6] | its type says [4, 7, 6]
    Wrong::ZERO.infer(&[[[0.0; 1]; 8]; 8], &mut (), &mut [[[0.0; 4]; 6]; 7]);
}
