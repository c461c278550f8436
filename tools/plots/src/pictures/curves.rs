//! Loss and accuracy, epoch after epoch, of one run or of several.

use plotters::element::Circle;
use plotters::series::LineSeries;
use plotters::style::{Color, RGBColor};
use runs::{Epoch, Run};

use super::chart::{Axis, chart, percent};
use crate::Error;
use crate::picture::{At, Canvas, Picture, drawing};
use crate::theme::{Colours, blend};

const WIDTH: u32 = 900;
const HEIGHT: u32 = 290;

/// Of which run, and of which of its data.
struct Curve<'a> {
    run: &'a Run,
    is_training: bool,
    name: String,
    colour: RGBColor,
}

/// Loss and, of classifiers, accuracy in training and on the validation data, after each epoch. Of several runs each has its
/// colour. Nothing, where no epoch has been trained.
pub fn curves<'a>(runs: &[&'a Run]) -> Option<Picture<'a>> {
    let runs: Vec<&Run> = runs.iter().copied().filter(|run| !run.epochs.is_empty()).collect();
    let epochs = || runs.iter().flat_map(|run| &run.epochs);
    epochs().next()?;
    let has_accuracy = epochs().any(|epoch| epoch.accuracy.is_some());
    let top = 76 + 22 * runs.len() as u32;
    let size = (WIDTH, top + HEIGHT * if has_accuracy { 2 } else { 1 } + 8);
    let draw = move |canvas: &Canvas| {
        let title = if has_accuracy { "Loss and accuracy" } else { "Loss" };
        canvas.title(title, "Training: the mean over an epoch while it goes on. Validation: after it.")?;
        let curves = curves_of(&runs, canvas.colours);
        legend(canvas, &curves)?;
        let loss = |epoch: &Epoch, training| if training { Some(epoch.loss) } else { epoch.validation_loss };
        let most = values(&curves, &loss).fold(0.0, f64::max);
        let most = if most > 0.0 { 1.05 * most } else { 1.0 };
        let decimals = if most < 0.2 { 3 } else { 2 };
        let axis = Axis { name: "loss", range: 0.0..most, format: &|loss| format!("{loss:.decimals$}") };
        draw_curves(canvas, top, &curves, axis, &loss)?;
        if has_accuracy {
            let share = |epoch: &Epoch, training| if training { epoch.accuracy } else { epoch.validation_accuracy };
            let least = values(&curves, &share).fold(1.0, f64::min);
            let range = ((10.0 * least).floor() / 10.0).clamp(0.0, 0.9)..1.0;
            draw_curves(canvas, top + HEIGHT, &curves, Axis { name: "accuracy", range, format: &percent }, &share)?;
        }
        Ok(())
    };
    Some(Picture { name: "curves", title: "Loss and accuracy after each epoch", size, draw: Box::new(draw) })
}

/// Of each run training and, if it has any, validation.
fn curves_of<'a>(runs: &[&'a Run], colours: &Colours) -> Vec<Curve<'a>> {
    let mut curves = Vec::new();
    for (n, &run) in runs.iter().enumerate() {
        let base = colours.curves[n % colours.curves.len()];
        let (training, validation) = match runs.len() {
            1 => (base, colours.curves[1]),
            _ => (blend(colours.ground, base, 0.5), base),
        };
        let name = |of: &str| if runs.len() == 1 { of.into() } else { format!("{}, {of}", run.name) };
        curves.push(Curve { run, is_training: true, name: name("training"), colour: training });
        if run.epochs.iter().any(|epoch| epoch.validation_loss.is_some()) {
            curves.push(Curve { run, is_training: false, name: name("validation"), colour: validation });
        }
    }
    curves
}

/// A line for each run.
fn legend(canvas: &Canvas, curves: &[Curve]) -> Result<(), Error> {
    let mut line = -1;
    for curve in curves {
        line += i32::from(curve.is_training);
        let (x, y) = (if curve.is_training { 24 } else { 24 + 430 }, 80 + 22 * line);
        canvas.fill((x, y - 1), (28, 3), curve.colour)?;
        canvas.text(&curve.name, (x + 38, y), 15, canvas.colours.text, At::Left)?;
    }
    Ok(())
}

type Value<'v> = dyn Fn(&Epoch, bool) -> Option<f32> + 'v;

fn points(curve: &Curve, value: &Value) -> Vec<(f64, f64)> {
    let point = |epoch: &Epoch| Some((epoch.epoch as f64 + 1.0, f64::from(value(epoch, curve.is_training)?)));
    curve.run.epochs.iter().filter_map(point).filter(|(_, value)| value.is_finite()).collect()
}

fn values<'a>(curves: &'a [Curve], value: &'a Value) -> impl Iterator<Item = f64> + 'a {
    curves.iter().flat_map(|curve| points(curve, value)).map(|(_, value)| value)
}

fn draw_curves(canvas: &Canvas, top: u32, curves: &[Curve], y: Axis, value: &Value) -> Result<(), Error> {
    let epochs = curves.iter().flat_map(|curve| &curve.run.epochs).map(|epoch| epoch.epoch as f64 + 1.0);
    let (first, last) = epochs.fold((f64::INFINITY, 1.0), |(a, b): (f64, f64), n| (a.min(n), b.max(n)));
    let range = if first < last { first..last } else { first - 1.0..last + 1.0 };
    let x = Axis { name: "epoch", range, format: &|epoch| format!("{epoch:.0}") };
    let mut chart = chart(canvas, (0, top), (WIDTH, HEIGHT), x, y)?;
    for curve in curves {
        let points = points(curve, value);
        if let [point] = points[..] {
            chart.draw_series([Circle::new(point, 3, curve.colour.filled())]).map_err(drawing)?;
        }
        chart.draw_series(LineSeries::new(points, curve.colour.stroke_width(2))).map_err(drawing)?;
    }
    Ok(())
}
