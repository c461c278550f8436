use const_cnn::{Conv2d, Image, Layer, Window, Zero};

// a kernel of 3 × 5 over 8 × 8, three zeros to its right, gives 6 × 7
type Wrong = Conv2d<Image<1, 8, 8>, Image<4, 6, 4>, Window<3, 5, 1, 1, 1, 1, 0, 0, 0, 3>>;

fn main() {
    //~ from [1, 8, 8] with kernel (3, 5), stride 1, padding (0, 0, 0, 3) gives [4, 6, 7], but its type says [4, 6, 4]
    Wrong::ZERO.infer(&[[[0.0]; 8]; 8], &mut (), &mut [[[0.0; 4]; 4]; 6]);
}
