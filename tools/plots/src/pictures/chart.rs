//! Axes, a grid, and what stands beside them.

use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::style::{Color, IntoFont};

use crate::Error;
use crate::picture::{Canvas, drawing};
use crate::sheet::Sheet;

pub type Chart<'a, 'c> = ChartContext<'c, Sheet<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// An axis: what it is of, from where to where, and how its numbers are written.
pub struct Axis<'f> {
    pub name: &'f str,
    pub range: Range<f64>,
    pub format: &'f dyn Fn(&f64) -> String,
}

/// Axes in a part of a picture, given by its upper left corner and its size.
pub fn chart<'a, 'c>(
    canvas: &'c Canvas<'a>,
    at: (u32, u32),
    size: (u32, u32),
    x: Axis,
    y: Axis,
) -> Result<Chart<'a, 'c>, Error> {
    let area = canvas.area.clone().shrink(at, size);
    let mut builder = ChartBuilder::on(&area);
    builder.x_label_area_size(52).y_label_area_size(72).margin_left(14).margin_right(24).margin_top(8);
    let mut chart = builder.build_cartesian_2d(x.range, y.range).map_err(drawing)?;
    let font = |size| ("sans-serif", size).into_font().color(&canvas.colours.note);
    chart
        .configure_mesh()
        .light_line_style(canvas.colours.grid.mix(0.0))
        .bold_line_style(canvas.colours.grid)
        .axis_style(canvas.colours.note)
        .label_style(font(14))
        .axis_desc_style(font(15))
        .x_labels(10)
        .y_labels(6)
        .x_desc(x.name)
        .y_desc(y.name)
        .x_label_formatter(x.format)
        .y_label_formatter(y.format)
        .draw()
        .map_err(drawing)?;
    Ok(chart)
}

/// `97 %`.
pub fn percent(share: &f64) -> String {
    format!("{:.0} %", 100.0 * share)
}
