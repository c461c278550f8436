//! Trains two networks on handwritten digits, and makes a report of both: `cargo run --release -p plots --example compare`.

#[path = "../../../examples/digits/data.rs"]
mod data;

use const_cnn::{Data, Init, Network, Sgd, Trainer, Zero, network};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
use runs::{Log, Run, Samples};

network! {
    pub struct Small: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

network! {
    pub struct Dense: [1, 8, 8] => [10] {
        flatten: flatten,
        hidden: linear(24),
        relu: relu,
        logits: linear(10),
    }
}

const EPOCHS: usize = 30;

/// Trains a network, and writes its log.
macro_rules! train {
    ($net:ty, $digits:expr, $log:expr) => {{
        let (train, test) = $digits.split(0)?;
        let all = <$net>::dataset(&$digits.images, &$digits.labels)?;
        let (train, test) = (all.part(&train)?, all.part(&test)?);
        let (mut net, mut trainer) = (<$net>::boxed(), Trainer::<$net>::boxed());
        Init::FanIn.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(0))?;

        let mut log = Log::create::<$net>($log, &[""; 0]);
        let sgd = Sgd::new(0.05, 0.9)?;
        let fit = trainer.fit(&mut net, &sgd, &train, EPOCHS, 32).validation(&test);
        fit.callback(|progress, net| log.see(progress, net)).run()?;
        log.end(&*net, &test, &mut Samples::<$net>::new())?;
        println!("{}: {}", <$net>::NAME, $log);
    }};
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = data::Digits::load()?;
    train!(Small, digits, "target/runs/small.jsonl");
    train!(Dense, digits, "target/runs/dense.jsonl");
    let runs = [Run::read("target/runs/small.jsonl")?, Run::read("target/runs/dense.jsonl")?];
    plots::report(&runs, "target/runs/report")?;
    println!("both: target/runs/report/index.html");
    Ok(())
}
