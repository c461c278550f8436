//! Tells the linker where memory lies, and draws the networks' numbers.

#[allow(dead_code, unused_imports)] // the float networks are not needed here
#[path = "src/networks.rs"]
mod networks;

use std::path::{Path, PathBuf};
use std::{env, fs};

use const_cnn::{Entry, Fold, Form, Int8, Quantized, Scale};
use networks::{Ad, IcChances, KwsChances, Small, VwwChances};

/// As many as the largest float network has.
const WEIGHTS: usize = 300_000;

fn main() {
    println!("cargo:rustc-link-search={}", env::var("CARGO_MANIFEST_DIR").unwrap());
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        println!("cargo:rustc-link-arg-bins=-Tlink.x");
    }
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/networks.rs");

    let folder = PathBuf::from(env::var("OUT_DIR").unwrap());
    let mut draw = Draw(2_463_534_242);
    let weights: Vec<u8> = (0..WEIGHTS).flat_map(|_| (0.1 * draw.real()).to_le_bytes()).collect();
    fs::write(folder.join("weights.bin"), weights).unwrap();
    int8::<KwsChances, _, _, _, _>(&folder.join("kws.int8"));
    int8::<IcChances, _, _, _, _>(&folder.join("ic.int8"));
    int8::<VwwChances, _, _, _, _>(&folder.join("vww.int8"));
    int8::<Ad, _, _, _, _>(&folder.join("ad.int8"));
    int8::<Small, _, _, _, _>(&folder.join("small.int8"));
}

/// Marsaglia's xorshift.
struct Draw(u32);

impl Draw {
    fn bits(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// From −1 to 1; of 24 bits, so that it is the same everywhere.
    fn real(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// Writes what an int8 network is baked from: random weights, and scales by which outputs use most of their range. What a ReLU follows has
/// the zero point −128, the others have none there, as in trained networks.
fn int8<N, F, const W: usize, const B: usize, const A: usize>(file: &Path)
where
    N: Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>>,
{
    let mut draw = Draw(88_172_645);
    let mut bytes = Vec::new();
    let scale = |bytes: &mut Vec<u8>, scale: f32, zero_point: i32| {
        bytes.extend(scale.to_le_bytes());
        bytes.extend(zero_point.to_le_bytes());
    };
    scale(&mut bytes, 1.0 / 64.0, -128);
    for (n, Entry { path, input, outputs, weights }) in Int8::<N>::entries().enumerate() {
        let given = [1.0, 1.3, 0.9][n % 3] / 64.0;
        let is_linear = matches!(path.last(), Some(&("conv2" | "conv" | "fc" | "fc10" | "dense"))) && path[0] != "conv2";
        let taken =
            input.map_or(Scale::SOFTMAX.scale, |at| f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()));
        scale(&mut bytes, given, if is_linear { 5 } else { -128 });
        for _ in 0..outputs {
            let multiplier = (1.0 + 0.5 * draw.real()) / (220.0 * (weights as f32 / outputs as f32).sqrt());
            bytes.extend((multiplier * given / taken).to_le_bytes());
        }
        for _ in 0..outputs {
            bytes.extend(((5000.0 * draw.real()) as i32).to_le_bytes());
        }
        bytes.extend((0..weights).map(|_| (127.0 * draw.real()) as i8 as u8));
    }
    fs::write(file, bytes).unwrap();
}
