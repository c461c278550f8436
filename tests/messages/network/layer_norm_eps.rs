use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ layer: the eps of layer_norm | above 0
        layer: layer_norm(eps f32::NAN),
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
