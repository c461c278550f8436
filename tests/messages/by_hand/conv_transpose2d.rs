use const_cnn::{ConvTranspose2d, Image, Layer, Square, Zero};

// 5 rows, and at most one more
type Wrong = ConvTranspose2d<Image<1, 2, 2>, Image<3, 7, 5>, Square<3, 2>>;

fn main() {
    //~ the output padding 2 is not smaller than the stride 2
    Wrong::ZERO.infer(&[[[0.0; 1]; 2]; 2], &mut (), &mut [[[0.0; 3]; 5]; 7]);
}
