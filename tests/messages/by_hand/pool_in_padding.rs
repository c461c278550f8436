use const_cnn::{Image, Layer, MaxPool2d, Window, Zero};

// both taps of the first column of windows are to the left of the image
type Wrong = MaxPool2d<Image<1, 2, 2>, Image<1, 2, 3>, Window<1, 2, 1, 1, 1, 1, 0, 0, 2, 0>>;

fn main() {
    //~ the padding 2 is not smaller than the kernel 2
    Wrong::ZERO.infer(&[[[0.0]; 2]; 2], &mut (), &mut [[[0.0]; 3]; 2]);
}
