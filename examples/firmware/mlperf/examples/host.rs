//! What the host gets: the checksum of each network's result.

#![allow(long_running_const_eval)]

use const_cnn::{Folded, Int8, Network, Zero};
use mlperf_firmware::*;

fn main() {
    float::<Folded<Kws>>("kws", &const { folded!(Kws) });
    float::<Folded<Ic>>("ic", &const { folded!(Ic) });
    float::<Folded<Vww>>("vww", &const { folded!(Vww) });
    float::<Folded<Ad>>("ad", &const { folded!(Ad) });
    macro_rules! int8 {
        ($name:literal, $Net:ty, $bytes:expr) => {
            let mut net = Box::new(Int8::<$Net>::ZERO);
            net.read_le($bytes).expect("the bytes are those of the network");
            let mut arena = Box::new(Int8::<$Net>::arena());
            draw_int8(&net, &mut arena);
            println!("{} {:010}", $name, checksum_of_bytes(infer_int8(&net, &mut arena)));
        };
    }
    int8!("kws_int8", KwsChances, KWS_INT8);
    int8!("ic_int8", IcChances, IC_INT8);
    int8!("vww_int8", VwwChances, VWW_INT8);
    int8!("ad_int8", Ad, AD_INT8);
    int8!("small_int8", Small, SMALL_INT8);
}

fn float<N: Network<Arena<f32>: Zero>>(name: &str, net: &N) {
    let mut arena = Box::new(N::Arena::<f32>::ZERO);
    draw::<N>(&mut arena);
    println!("{name} {:010}", checksum_of_floats(infer(net, &mut arena)));
}
