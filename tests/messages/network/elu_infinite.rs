use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ layer: the alpha of elu is a finite number
        layer: elu(f32::INFINITY),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
