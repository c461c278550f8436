use const_cnn::{Flatten, Image, Layer, Linear, Relu, Vector, Zero};

fn main() {
    let _net = Relu::<Image<2, 3, 3>>::ZERO
        .then(Flatten::<Image<2, 3, 3>, Vector<18>>::ZERO)
        //~ Vector<18> | Vector<17>
        .then(Linear::<17, 10>::ZERO);
}
