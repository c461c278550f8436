use const_cnn::{Image, Layer, MaxPool2d, Square, Zero};

// a window of 2 × 2 in steps of 2 over 9 × 8 gives 4 × 4, or 5 × 4 rounded up
type Wrong = MaxPool2d<Image<3, 9, 8>, Image<3, 6, 4>, Square<2, 2>>;

fn main() {
    //~ [3, 9, 8] | kernel 2, stride 2, padding 0 | gives [3, 4, 4] | its type says [3, 6, 4]
    Wrong::ZERO.infer(&[[[0.0; 3]; 8]; 9], &mut (), &mut [[[0.0; 3]; 4]; 6]);
}
