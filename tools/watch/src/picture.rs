//! An image as characters: two pixels in each, one above the other.

use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

/// The most columns of a picture.
pub const WIDTH: usize = 16;

/// Lines of at most [`WIDTH`] characters, and half as many lines. `dims` are `[C, H, W]`; sequences `[C, L]` are pictures of C
/// rows, vectors of one. Values are shown from the least to the largest, grey, or, of three channels, in colour.
pub fn picture(dims: &[usize], values: &[f32]) -> Vec<Line<'static>> {
    let (channels, height, width) = match *dims {
        [channels, height, width] => (channels, height, width),
        [height, width] => (1, height, width),
        _ => (1, 1, values.len()),
    };
    if values.is_empty() || values.len() != channels * height * width {
        return Vec::new();
    }
    let range = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
    let scale = if range.1 > range.0 { 1.0 / (range.1 - range.0) } else { 0.0 };
    let shrink = width.max(height).div_ceil(WIDTH).max(1);
    let at = |channel: usize, row: usize, column: usize| {
        // the mean of the pixels that become one
        let (rows, columns) =
            (row * shrink..((row + 1) * shrink).min(height), column * shrink..((column + 1) * shrink).min(width));
        let count = rows.len() * columns.len();
        let sum: f32 = rows
            .flat_map(|row| columns.clone().map(move |column| (row, column)))
            .map(|(row, column)| (values[(channel * height + row) * width + column] - range.0) * scale)
            .sum();
        sum / count as f32
    };
    let colour = |row: usize, column: usize| {
        if channels == 3 {
            let part = |channel| (5.0 * at(channel, row, column)).round() as u8;
            Color::Indexed(16 + 36 * part(0) + 6 * part(1) + part(2))
        } else {
            Color::Indexed(232 + (23.0 * at(0, row, column)).round() as u8)
        }
    };
    let (rows, columns) = (height.div_ceil(shrink), width.div_ceil(shrink));
    let cell = |row: usize, column: usize| {
        let style = Style::new().fg(colour(row, column));
        let style = if row + 1 < rows { style.bg(colour(row + 1, column)) } else { style };
        Span::styled("▀", style)
    };
    (0..rows).step_by(2).map(|row| (0..columns).map(|column| cell(row, column)).collect::<Line>()).collect()
}
