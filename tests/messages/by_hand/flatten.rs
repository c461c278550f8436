use const_cnn::{Flatten, Image, Layer, Vector, Zero};

type Wrong = Flatten<Image<2, 3, 3>, Vector<17>>;

fn main() {
    //~ Flatten gives as many values as it takes
    Wrong::ZERO.infer(&[[[0.0; 2]; 3]; 3], &mut (), &mut [0.0; 17]);
}
