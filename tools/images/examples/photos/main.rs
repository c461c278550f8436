//! Trains a network on a folder of photos, a folder inside for each class, while one watches, keeps a report of it, and reads
//! photos with it:
//!
//! ```sh
//! cargo run --release -p images --example photos -- train photos/
//! cargo run --release -p images --example photos -- read one.jpg another.png
//! cargo run --release -p images --example photos -- bytes one.jpg one.bytes # what a camera would give
//! ```

mod net;

use std::process::ExitCode;
use std::{env, error::Error, fs, io, io::Write};

use const_cnn::{Data, F32x8, Init, Sgd, Trainer, Warp, Zero, argmax, load, save};
use images::Folder;
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
use runs::{Log, Run, Samples};
use watch::Watch;

use net::Photos;

const EPOCHS: usize = 30;

/// Where the network is written.
const NET: &str = "tools/images/examples/photos/net.rs";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("photos: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["train", folder] => train(folder),
        ["read", ref files @ ..] if !files.is_empty() => files.iter().try_for_each(|file| read(file)),
        ["bytes", file, to] => Ok(fs::write(to, images::read_bytes::<Photos>(file)?)?),
        _ => {
            Err("say `train FOLDER`, a folder with one inside for each class, `read FILE..` or `bytes FILE TO`".into())
        }
    }
}

fn train(folder: &str) -> Result<(), Box<dyn Error>> {
    let photos = Folder::<Photos>::read(folder).map_err(|error| match error {
        images::Error::Classes { .. } => format!("{error}; `CLASSES` in {NET} is {}", net::CLASSES),
        _ => format!("{error}\nnothing was trained"),
    })?;
    let (train, test) = photos.split(0.2, 0)?;
    let files = test.iter().map(|&n| photos.files[n].display().to_string()).collect();
    let (train, test) = (photos.data()?.part(&train)?, photos.data()?.part(&test)?);
    // what it is trained on is moved and turned a little, anew in each epoch
    let train = train.augmented(Warp::NONE.shift(2.0).rotate(8.0).scale(0.9, 1.1))?;

    let (mut net, mut trainer) = (Photos::boxed(), Trainer::<Photos, F32x8>::boxed());
    Init::KaimingNormal.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(0))?;
    let sgd = Sgd::new(0.02, 0.9)?;

    let mut log = Log::create::<Photos>("target/photos/run.jsonl", &photos.classes);
    let mut watch = Watch::<Photos, _>::new(&test, EPOCHS, &photos.classes)?;
    let fit = trainer.fit(&mut net, &sgd, &train, EPOCHS, 32).validation(&test);
    let fit = fit.schedule(|moment| moment.learning_rate * (1.0 - moment.epochs() / EPOCHS as f32));
    fit.callback(|progress, net| {
        log.see(progress, net)?;
        watch.see(progress, net)
    })
    .run()?;
    if trainer.epochs == 0 {
        watch.finish()?;
        say("left before an epoch has ended: what is in target/photos stays as it was");
        return Ok(());
    }
    // kept before anyone looks at the end of it
    save(&*net, "target/photos/net.bin")?;
    fs::write("target/photos/classes.txt", photos.classes.join("\n"))?;
    watch.finish()?;

    log.end(&*net, &test, &mut Samples::<Photos>::new().files(files))?;
    plots::report(&[Run::read("target/photos/run.jsonl")?], "target/photos/report")?;
    let read = trainer.evaluate(&net, &test)?;
    say(&format!("{} of {} photos that it was not trained on are read", read.correct, read.images));
    say("target/photos: net.bin, classes.txt, run.jsonl, run.csv, report/index.html");
    Ok(())
}

fn read(file: &str) -> Result<(), Box<dyn Error>> {
    let mut net = Photos::boxed();
    load(&mut *net, "target/photos/net.bin")
        .map_err(|error| format!("target/photos/net.bin, which `train` writes: {error}"))?;
    let names = fs::read_to_string("target/photos/classes.txt")?;
    let chances = net.predict(&images::read::<Photos>(file)?);
    let names: Vec<&str> = names.lines().collect();
    say(&format!("{file}: {}", names[argmax(&chances)]));
    for (name, chance) in names.iter().zip(chances) {
        let bar = "█".repeat((24.0 * chance).round() as usize);
        say(&format!("{name:>12} {bar:<24} {:5.1} %", 100.0 * chance));
    }
    Ok(())
}

/// A line of output. Who does not read on, such as `head`, is not told.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
