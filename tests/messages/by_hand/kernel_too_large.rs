use const_cnn::{Conv2d, Image, Layer, Square, Zero};

type Wrong = Conv2d<Image<1, 2, 2>, Image<1, 1, 1>, Square<3>>;

fn main() {
    //~ the kernel 3x3 does not fit inside the image 2x2
    Wrong::ZERO.infer(&[[[0.0]; 2]; 2], &mut (), &mut [[[0.0]; 1]; 1]);
}
