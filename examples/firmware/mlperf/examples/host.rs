//! What the host gets: the checksum of each network's result.

use const_cnn::{Folded, Network, Zero};
use mlperf_firmware::{Ad, Ic, Kws, Vww, checksum, draw, folded, infer};

static KWS: Folded<Kws> = folded!(Kws);
static IC: Folded<Ic> = folded!(Ic);
static VWW: Folded<Vww> = folded!(Vww);
static AD: Folded<Ad> = folded!(Ad);

fn main() {
    print("kws", &KWS);
    print("ic", &IC);
    print("vww", &VWW);
    print("ad", &AD);
}

fn print<N: Network<Arena<f32>: Zero>>(name: &str, net: &N) {
    let mut arena = Box::new(N::Arena::<f32>::ZERO);
    draw::<N>(&mut arena);
    println!("{name} {:010}", checksum(infer(net, &mut arena)));
}
