use const_cnn::network;

pub mod sizes {
    pub const SIDE: usize = 16;
    pub const K: usize = 3;

    pub const fn halved(n: usize) -> usize {
        n / 2
    }
}

const CHANNELS: usize = 3;
const F: usize = 2 * CHANNELS;
const S: usize = 1;
const P: usize = 1;

network! {
    pub struct Net: [CHANNELS, sizes::SIDE, sizes::SIDE / 2 + 1] => [2 + 3] {
        conv1: conv2d(F, kernel sizes::K, stride S, padding P),
        conv2: conv2d(F + 1, kernel sizes::K + 2, stride sizes::halved(4), padding 2 * P),
        maps: mapwise_conv2d(S + 1, kernel 1 + 2, padding P),
        pool1: max_pool2d(sizes::halved(5), padding P),
        pool2: avg_pool2d(1 + 1, stride S, padding if S == 1 { 0 } else { 1 },),
        flatten: flatten,
        dense: linear(2 + 3,),
    }
}

// 6 × 16 × 9, 7 × 8 × 5, 14 × 8 × 5, 14 × 5 × 3, 14 × 4 × 2
const _: () = assert!(Net::PARAMETERS == 6 * (3 * 9 + 1) + 7 * (6 * 25 + 1) + 2 * (9 + 1) + 5 * (14 * 4 * 2 + 1));

fn main() {
    println!("{}", Net::table());
}
