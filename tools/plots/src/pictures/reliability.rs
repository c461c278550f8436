//! How far chances are right.

use plotters::element::{Circle, Rectangle};
use plotters::series::LineSeries;
use plotters::style::Color;
use runs::{Run, Sample};

use super::chart::{Axis, chart, percent};
use crate::Error;
use crate::picture::{Canvas, Picture, drawing};
use crate::theme::blend;

const BINS: usize = 10;
const WIDTH: u32 = 640;

/// Images whose classes have about the same chance.
#[derive(Clone, Copy, Default)]
struct Bin {
    images: usize,
    right: usize,
    confidence: f64,
}

impl Bin {
    fn accuracy(&self) -> f64 {
        self.right as f64 / self.images as f64
    }

    fn mean(&self) -> f64 {
        self.confidence / self.images as f64
    }
}

/// Of the images whose class is given a chance of 70 to 80 % three quarters should be right: for each tenth of the chances how
/// many are, and how many images there are. Nothing, where there are no chances.
pub fn reliability(run: &Run) -> Option<Picture<'_>> {
    let bins = bins(&run.samples);
    let images: usize = bins.iter().map(|bin| bin.images).sum();
    if images == 0 {
        return None;
    }
    let draw = move |canvas: &Canvas| draw(canvas, &bins, images);
    Some(Picture {
        name: "reliability",
        title: "How far the chances are right",
        size: (WIDTH, 700),
        draw: Box::new(draw),
    })
}

fn bins(samples: &[Sample]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for sample in samples {
        if let Some(chance) = sample.confidence() {
            let bin = &mut bins[((chance * BINS as f32) as usize).min(BINS - 1)];
            bin.images += 1;
            bin.right += usize::from(!sample.is_misread());
            bin.confidence += f64::from(chance);
        }
    }
    bins
}

/// The mean difference between chance and share, over the images: the expected calibration error.
fn error(bins: &[Bin]) -> f64 {
    let images: usize = bins.iter().map(|bin| bin.images).sum();
    let off = bins.iter().filter(|bin| bin.images > 0).map(|bin| (bin.right as f64 - bin.confidence).abs());
    off.sum::<f64>() / images as f64
}

fn draw(canvas: &Canvas, bins: &[Bin; BINS], images: usize) -> Result<(), Error> {
    let colours = canvas.colours;
    let off = 100.0 * error(bins);
    let note = format!("On the line they are right. Off by {off:.1} % in the mean of {images} images.");
    canvas.title("How far the chances are right", &note)?;
    let edges = |n: usize| (n as f64 / BINS as f64 + 0.008, (n + 1) as f64 / BINS as f64 - 0.008);
    let filled = bins.iter().enumerate().filter(|(_, bin)| bin.images > 0);

    let x = Axis { name: "chance of the class that it is taken for", range: 0.0..1.0, format: &percent };
    let y = Axis { name: "share that is right", range: 0.0..1.0, format: &percent };
    let mut shares = chart(canvas, (0, 70), (WIDTH, 420), x, y)?;
    let colour = blend(colours.ground, colours.curves[0], 0.45);
    let bars = filled.clone().map(|(n, bin)| {
        let (left, right) = edges(n);
        Rectangle::new([(left, bin.accuracy()), (right, 0.0)], colour.filled())
    });
    shares.draw_series(bars).map_err(drawing)?;
    let line = LineSeries::new([(0.0, 0.0), (1.0, 1.0)], colours.curves[1].stroke_width(2));
    shares.draw_series(line).map_err(drawing)?;
    let dots = filled.clone().map(|(_, bin)| Circle::new((bin.mean(), bin.accuracy()), 4, colours.curves[0].filled()));
    shares.draw_series(dots).map_err(drawing)?;

    let most = bins.iter().map(|bin| bin.images).max().unwrap_or(1) as f64;
    let x = Axis { name: "chance of the class that it is taken for", range: 0.0..1.0, format: &percent };
    let y = Axis { name: "images", range: 0.0..1.1 * most, format: &|count| format!("{count:.0}") };
    let mut counts = chart(canvas, (0, 494), (WIDTH, 200), x, y)?;
    let bars = filled.map(|(n, bin)| {
        let (left, right) = edges(n);
        Rectangle::new([(left, bin.images as f64), (right, 0.0)], colours.curves[0].filled())
    });
    counts.draw_series(bars).map(|_| ()).map_err(drawing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let sample =
            |label, chance: f32| Sample { label: Some(label), output: vec![1.0 - chance, chance], ..Sample::default() };
        // two of three right at 0.75, one at 1
        let found = bins(&[sample(1, 0.75), sample(1, 0.75), sample(0, 0.75), sample(1, 1.0)]);
        assert_eq!((found[7].images, found[7].right, found[9].images, found[9].right), (3, 2, 1, 1));
        assert_eq!((found[7].accuracy(), found[7].mean()), (2.0 / 3.0, 0.75));
        assert_eq!(error(&found), 0.25 / 4.0);
        assert!(reliability(&Run { samples: vec![Sample::default()], ..Run::default() }).is_none());
    }
}
