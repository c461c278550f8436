//! What convolutions have learned.

use runs::{Run, Values};

use super::values::{Scale, Small, cell, legend};
use crate::Error;
use crate::picture::{At, Canvas, Picture};

const WIDTH: i32 = 900;
/// The most kernels that are drawn of an array.
const KERNELS: usize = 48;
const GAP: i32 = 8;

/// Each convolution's kernels, or the first of many, each array with a scale of its own. Nothing, where there are none.
pub fn kernels(run: &Run) -> Option<Picture<'_>> {
    // [F, C, KH, KW], or [F, C, K] along a sequence: a kernel is of one filter and one of its inputs
    let is_kernel =
        |values: &&Values| matches!(values.dims.len(), 3 | 4) && values.values.len() > values.dims[0] * values.dims[1];
    let arrays: Vec<&Values> = run.parameters.iter().filter(is_kernel).collect();
    if arrays.is_empty() {
        return None;
    }
    let places: Vec<Place> = arrays.iter().map(|array| Place::of(array)).collect();
    let height = 82 + places.iter().map(|place| place.height).sum::<i32>();
    let draw = move |canvas: &Canvas| {
        canvas.title(
            "Kernels",
            "What each convolution has learned, filter after filter, a kernel for each of its inputs.",
        )?;
        legend(canvas, (WIDTH - 24, 26))?;
        let mut top = 82;
        for (array, place) in arrays.iter().zip(&places) {
            place.draw(canvas, array, top)?;
            top += place.height;
        }
        Ok(())
    };
    let size = (WIDTH as u32, height as u32);
    Some(Picture { name: "kernels", title: "What convolutions have learned", size, draw: Box::new(draw) })
}

/// How an array's kernels are laid out.
struct Place {
    all: usize,
    drawn: usize,
    dims: [usize; 2],
    cell: i32,
    columns: usize,
    height: i32,
}

impl Place {
    fn of(array: &Values) -> Place {
        let all = array.dims[0] * array.dims[1];
        let dims = match array.dims[..] {
            [_, _, height, width] => [height, width],
            _ => [1, array.dims[2]],
        };
        let (rows, columns) = Small::new(&dims, &vec![0.0; dims[0] * dims[1]]).size();
        let cell = cell(columns, 42);
        let wide = cell * columns as i32 + GAP;
        let in_row = ((WIDTH - 48 + GAP) / wide).max(1) as usize;
        // a filter's kernels stay together where they fit
        let inputs = array.dims[1];
        let columns = if inputs <= in_row && inputs > 1 { in_row / inputs * inputs } else { in_row };
        let drawn = all.min(KERNELS.max(columns));
        let lines = drawn.div_ceil(columns) as i32;
        Place { all, drawn, dims, cell, columns, height: 30 + lines * (cell * rows as i32 + GAP) + 14 }
    }

    fn draw(&self, canvas: &Canvas, array: &Values, top: i32) -> Result<(), Error> {
        let [rows, columns] = self.dims;
        let dims: Vec<String> = array.dims.iter().map(usize::to_string).collect();
        let of =
            if self.drawn < self.all { format!(", {} of {} kernels", self.drawn, self.all) } else { String::new() };
        let text = format!("{}: {}{of}", array.name, dims.join(" × "));
        canvas.text(&text, (24, top + 8), 15, canvas.colours.text, At::Left)?;
        let scale = Scale::signed(&array.values);
        for (n, kernel) in array.values.chunks(rows * columns).take(self.drawn).enumerate() {
            let small = Small::new(&self.dims, kernel);
            let (rows, columns) = small.size();
            let x = 24 + (n % self.columns) as i32 * (self.cell * columns as i32 + GAP);
            let y = top + 24 + (n / self.columns) as i32 * (self.cell * rows as i32 + GAP);
            small.draw(canvas, (x, y), self.cell, scale)?;
        }
        Ok(())
    }
}
