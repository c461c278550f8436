use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ layer: the slope of leaky_relu is a finite number
        layer: leaky_relu(f32::NAN),
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
