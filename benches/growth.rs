//! How time grows with a layer's channels, with the side of its image, and with the data set.
//!
//! - one convolution, kernel 3, padding 1, as many channels out as in: 1 to 64 channels of 14 × 14, and 8 channels of
//!   4 × 4 to 64 × 64; drawn to `benches/growth/`
//! - training and evaluation of the better digits network on 8 to 60 000 images
//!
//! Each is the median over rounds in which all take turns.

mod networks;
mod peak;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use const_cnn::{
    Conv2d, Elem, Evaluator, F32x8, Image, Init, Layer, Nested, Sgd, Square, Trainer, Zero, training_bytes,
};
use networks::{Setup, Small};
use plotters::prelude::*;
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

/// What is timed of a layer, with its colour.
const DIRECTIONS: [(&str, RGBColor); 3] = [
    ("forward", RGBColor(0, 90, 181)),
    ("input gradient", RGBColor(213, 94, 0)),
    ("kernel gradient", RGBColor(0, 130, 95)),
];

/// One direction of one layer, ready to run.
struct Case {
    direction: usize,
    images: usize,
    /// How many channels, or pixels a side.
    size: usize,
    flops: f64,
    run: Box<dyn FnMut()>,
}

/// Shapes are types, so each is written out.
macro_rules! layers {
    (channels $($channels:literal)*) => {
        [$(layer::<f32, $channels, 14>($channels), layer::<F32x8, $channels, 14>($channels)),*].into_iter().flatten().collect()
    };
    (side $($side:literal)*) => {
        [$(layer::<f32, 8, $side>($side), layer::<F32x8, 8, $side>($side)),*].into_iter().flatten().collect()
    };
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut channels: Vec<Case> = layers!(channels 1 2 3 4 6 8 12 16 24 32 48 64);
    let mut sides: Vec<Case> = layers!(side 4 6 8 10 12 14 16 20 24 28 32 40 48 56 64);
    if !std::env::args().any(|argument| argument == "--bench") {
        // under `cargo test` benches run once, to see that they do
        return data_sets(&[8], 1);
    }
    draw("channels", "channels, in and out, of 14 × 14 pixels", &mut channels)?;
    draw("side", "side of the image, in pixels, of 8 channels in and out", &mut sides)?;
    data_sets(&[8, 80, 800, 8000, 60_000], 5)
}

/// The three directions of one layer, which are compared with each other.
fn layer<V: Elem, const C: usize, const N: usize>(size: usize) -> [Case; 3] {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut conv = Box::new(Conv2d::<Image<C, N, N>, Image<C, N, N>, Square<3, 1, 1>>::ZERO);
    Init::FanIn.draw(&mut *conv, rng).expect("a rule without settings");
    conv.bias = [0.0; C];
    let conv: &'static _ = Box::leak(conv);
    let mut drawn = || -> &'static [[[V; C]; N]; N] {
        let mut image = Box::new([[[V::ZERO; C]; N]; N]);
        for element in image.flat_mut() {
            element.lanes_mut().fill_with(|| rng.random_range(-1.0..1.0));
        }
        Box::leak(image)
    };
    let (x, dy) = (drawn(), drawn());
    let mut y = Box::new([[[V::ZERO; C]; N]; N]);
    let mut dx = y.clone();
    let mut transposed = Box::new(Zero::ZERO);
    let mut gradient = Box::new(Conv2d::<Image<C, N, N>, Image<C, N, N>, Square<3, 1, 1>>::ZERO);

    // y is linear in x and in w without a bias, so its product with dy is that of each gradient with what it is of
    conv.infer(x, &mut (), &mut y);
    conv.input_gradient(dy, &mut transposed, &mut dx);
    Conv2d::kernel_gradient(x, dy, &mut gradient, &mut ());
    let expected = dot::<V>(y.flat(), dy.flat());
    let norm = dot::<V>(y.flat(), y.flat()).sqrt() * dot::<V>(dy.flat(), dy.flat()).sqrt();
    for found in [dot::<V>(dx.flat(), x.flat()), dot::<f32>(gradient.weight.flat(), conv.weight.flat())] {
        assert!((found - expected).abs() <= 1e-5 * norm, "{C} channels, side {N}: {found}, expected {expected}");
    }

    let runs: [Box<dyn FnMut()>; 3] = [
        Box::new(move || {
            black_box(conv).infer(black_box(x), &mut (), &mut y);
            black_box(&mut y);
        }),
        Box::new(move || {
            black_box(conv).input_gradient(black_box(dy), &mut transposed, &mut dx);
            black_box(&mut dx);
        }),
        Box::new(move || {
            Conv2d::kernel_gradient(black_box(x), black_box(dy), &mut gradient, &mut ());
            black_box(&mut gradient);
        }),
    ];
    let flops = (2 * 9 * C * C * N * N * V::LANES) as f64;
    let mut direction = 0..3;
    runs.map(|run| Case { direction: direction.next().expect("three runs"), images: V::LANES, size, flops, run })
}

/// The sum of products, over all images.
fn dot<V: Elem>(a: &[V], b: &[V]) -> f64 {
    let products =
        |(a, b): (&V, &V)| -> f64 { a.lanes().iter().zip(b.lanes()).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum() };
    a.iter().zip(b).map(products).sum()
}

/// Times all cases, prints them and draws them: microseconds for each image, over `size`.
fn draw(name: &str, size: &str, cases: &mut [Case]) -> Result<(), Box<dyn Error>> {
    let mut runs: Vec<(f64, &mut dyn FnMut())> =
        cases.iter_mut().map(|case| (case.flops, &mut *case.run as &mut dyn FnMut())).collect();
    let (peak, shares) = peak::shares(&mut runs, 31);
    let mut lines = Vec::new();
    for images in [1, 8] {
        for direction in 0..DIRECTIONS.len() {
            let points: Vec<(f64, f64)> = cases
                .iter()
                .zip(&shares)
                .filter(|(case, _)| (case.direction, case.images) == (direction, images))
                .map(|(case, share)| (case.size as f64, case.flops / (1e3 * peak * share * images as f64)))
                .collect();
            lines.push((direction, images, points));
        }
    }

    println!("\nmicroseconds for each image, one image at a time / eight at once: {size}");
    println!("{:>4} {:>18} {:>18} {:>18}", "", "forward", "input gradient", "kernel gradient");
    let count = lines[0].2.len();
    for n in 0..count {
        print!("{:>4}", lines[0].2[n].0);
        for direction in 0..DIRECTIONS.len() {
            print!(" {:>18}", format!("{:.2} / {:.2}", lines[direction].2[n].1, lines[3 + direction].2[n].1));
        }
        println!();
    }

    let times = lines.iter().flat_map(|(_, _, points)| points.iter().map(|&(_, time)| time));
    let (least, most) = times.fold((f64::MAX, 0.0f64), |(least, most), time| (least.min(time), most.max(time)));
    let (first, last) = (lines[0].2[0].0, lines[0].2[count - 1].0);

    let path = format!("{}/growth/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    let area = SVGBackend::new(&path, (720, 480)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(14)
        .x_label_area_size(46)
        .y_label_area_size(64)
        .build_cartesian_2d((first..last * 1.04).log_scale().base(2.0), (least / 1.5..most * 1.5).log_scale())?;
    let ticks = [1, 2, 4, 8, 16, 32, 64];
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_label_formatter(&|x| format!("{x}"))
        .y_label_formatter(&|y| format!("{y}"))
        .x_labels(ticks.len())
        .x_desc(size)
        .y_desc("microseconds for each image")
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .draw()?;

    // as many times more as there are more multiplications, from the last forward time of eight images on
    let end = lines[3].2[count - 1].1;
    let growth: Vec<(f64, f64)> = (0..=64)
        .map(|n| first * (last / first).powf(f64::from(n) / 64.0))
        .map(|x| (x, end * (x / last).powi(2)))
        .filter(|&(_, time)| time >= least / 1.5)
        .collect();
    let faint = BLACK.mix(0.25).stroke_width(5);
    chart
        .draw_series(LineSeries::new(growth, faint))?
        .label("growth of the multiplications")
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 34, y)], faint));
    for (direction, images, points) in lines {
        let (label, colour) = DIRECTIONS[direction];
        let label = format!("{label}, {}", if images == 1 { "one image" } else { "eight at once" });
        // filled for eight images, hollow for one
        let fill = if images == 1 { WHITE } else { colour };
        let mark = move |at| {
            EmptyElement::at(at)
                + Circle::new((0, 0), 4, fill.filled())
                + Circle::new((0, 0), 4, colour.stroke_width(2))
        };
        chart.draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?.label(label).legend(
            move |(x, y)| {
                let line = PathElement::new([(0, 0), (34, 0)], colour.stroke_width(2));
                EmptyElement::at((x, y))
                    + line
                    + Circle::new((17, 0), 4, fill.filled())
                    + Circle::new((17, 0), 4, colour.stroke_width(2))
            },
        );
        chart.draw_series(points.into_iter().map(mark))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font(("sans-serif", 15))
        .legend_area_size(44)
        .background_style(WHITE)
        .border_style(BLACK.mix(0.2))
        .draw()?;
    area.present()?;
    Ok(())
}

/// Prints the time for each image of training and evaluating on data sets of different sizes.
fn data_sets(sizes: &[usize], rounds: usize) -> Result<(), Box<dyn Error>> {
    const BATCH: usize = 8; // of the smallest data set too
    let most = sizes.iter().copied().max().unwrap_or_default();
    let sgd = Sgd::new(0.01, 0.9)?;
    let mut setups: Vec<_> = sizes.iter().map(|&images| Setup::<Small>::new(images)).collect();
    let mut trainer = Box::new(Trainer::<Small>::ZERO);
    let mut evaluator = Box::new(Evaluator::<Small>::ZERO);
    let mut times = vec![[Vec::new(), Vec::new()]; sizes.len()];
    for _ in 0..rounds {
        for (setup, [train, evaluate]) in setups.iter_mut().zip(&mut times) {
            let epochs = most / setup.images.len();
            let images = (epochs * setup.images.len()) as f64;
            let start = Instant::now();
            setup.train(&mut trainer, epochs, BATCH, &sgd);
            train.push(1e6 * start.elapsed().as_secs_f64() / images);

            let data = Small::dataset(&setup.images, &setup.labels)?;
            let start = Instant::now();
            for _ in 0..epochs {
                black_box(evaluator.evaluate(&setup.net, &data, |_, _| ())?);
            }
            evaluate.push(1e6 * start.elapsed().as_secs_f64() / images);
        }
    }
    println!("\nmicroseconds for each image, network Small, eight images at once, batches of {BATCH}");
    println!("{:>8} {:>10} {:>12} {:>14} {:>16}", "images", "training", "evaluation", "data, bytes", "training, bytes");
    for (setup, [train, evaluate]) in setups.iter().zip(&mut times) {
        println!(
            "{:>8} {:>10.2} {:>12.2} {:>14} {:>16}",
            setup.images.len(),
            peak::machine::median(train),
            peak::machine::median(evaluate),
            size_of_val(&*setup.images) + size_of_val(&*setup.labels),
            training_bytes::<Trainer<Small>>(),
        );
    }
    Ok(())
}
