//! Networks that are trained in PyTorch or Keras and run here, or trained here and run there.
//!
//! `examples/pytorch/run.sh` installs PyTorch and compares both. `README.md` beside this file has recipes.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use const_cnn::{
    Adam, F32x8, Image, Init, Input, Names, Network, Trainer, Vector, Zero, load_safetensors, network, save_safetensors,
};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

// as `models.py` has them
network! {
    /// An `nn.Sequential`, whose layers are called by their places.
    struct Sequential: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        norm1: batch_norm,
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        norm2: batch_norm,
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        logits: linear(10),
    }
}

network! {
    /// A module with a block of its own; lines are called as its layers.
    struct Blocks: [1, 8, 8] => [10] {
        stem: conv2d(8, kernel 3, padding 1, no bias),
        relu: relu,
        layer1: residual {
            conv1: conv2d(16, kernel 3, stride 2, padding 1, no bias),
            bn1: batch_norm,
            relu: relu,
            conv2: conv2d(16, kernel 3, padding 1, no bias),
            bn2: batch_norm,
        } shortcut {
            conv: conv2d(16, kernel 1, stride 2, no bias),
            bn: batch_norm,
        },
        out: relu,
        pool: global_avg_pool,
        fc: linear(10),
    }
}

network! {
    /// A model of Keras, with its ε and its `padding="same"`.
    struct Keras: [1, 8, 8] => [10] {
        conv: conv2d(8, kernel 3, stride 2, padding same),
        norm: batch_norm(eps 1e-3),
        relu: relu,
        depthwise: depthwise_conv2d(kernel 3, padding same, multiplier 2),
        relu2: relu,
        up: conv_transpose2d(4, kernel 2, stride 2),
        flatten: flatten,
        norm2: batch_norm(eps 1e-3),
        dropout: dropout(0.1),
        logits: linear(10),
    }
}

/// What `Blocks` calls `shortcut`, the module calls `downsample`, an `nn.Sequential`.
const BLOCKS: Names = Names::PYTORCH.renamed(&|name, to| match name.split_once(".shortcut.") {
    Some((block, array)) => {
        write!(to, "{block}.downsample.{}", array.replace("conv.", "0.").replace("bn.", "1."))
    }
    None => to.write_str(name),
});

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [verb, network, folder] = &arguments[..] else {
        return Err("expected `run` or `train`, a network and a folder: examples/pytorch/run.sh gives them".into());
    };
    let folder = Path::new(folder);
    match (&verb[..], &network[..]) {
        ("run", "sequential") => run::<Sequential>(folder, &Names::SEQUENTIAL),
        ("run", "blocks") => run::<Blocks>(folder, &BLOCKS),
        ("run", "keras") => run::<Keras>(folder, &Names::PYTORCH),
        ("train", "sequential") => train::<Sequential>(folder, &Names::SEQUENTIAL),
        ("train", "blocks") => train::<Blocks>(folder, &BLOCKS),
        _ => Err(format!("expected a network of PyTorch's or Keras', found `{verb} {network}`").into()),
    }
}

/// Reads the parameters that Python has written, and writes what they give.
fn run<N: Digits>(folder: &Path, names: &Names) -> Result<(), Box<dyn Error>> {
    let mut net = N::ZERO;
    load_safetensors(&mut net, folder.join("state.safetensors"), names)?;
    write_outputs(&net, folder)
}

/// Trains, and writes parameters and what they give.
fn train<N: Digits>(folder: &Path, names: &Names) -> Result<(), Box<dyn Error>> {
    let labels: Vec<_> = fs::read(folder.join("labels.u8"))?.into_iter().map(usize::from).collect();
    let images = images(folder)?;
    let data = N::dataset(&images, &labels)?;
    let mut net = N::ZERO;
    Init::KaimingNormal.draw(&mut net, &mut Xoshiro256PlusPlus::seed_from_u64(1))?;
    let mut trainer = Trainer::<N, F32x8, Adam>::ZERO;
    trainer.fit(&mut net, &Adam::new(0.003)?, &data, 5, 32).run()?;
    save_safetensors(&net, folder.join("state.safetensors"), names)?;
    write_outputs(&net, folder)
}

/// A network that tells digits of 8 x 8 pixels.
trait Digits: Network<Input = Image<1, 8, 8>, Output = Vector<10>> {}

impl<N: Network<Input = Image<1, 8, 8>, Output = Vector<10>>> Digits for N {}

fn images(folder: &Path) -> Result<Vec<Input<Sequential, f32>>, Box<dyn Error>> {
    let bytes = fs::read(folder.join("images.f32"))?;
    let values: Vec<_> = bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    Ok(values.chunks(64).map(Sequential::image).collect::<Result<_, _>>()?)
}

fn write_outputs<N: Digits>(net: &N, folder: &Path) -> Result<(), Box<dyn Error>> {
    let outputs =
        images(folder)?.iter().flat_map(|image| net.output(image)).flat_map(f32::to_le_bytes).collect::<Vec<_>>();
    Ok(fs::write(folder.join("outputs.f32"), outputs)?)
}
