//! What each layer makes of an image.

use runs::{Run, Values};

use super::values::{Scale, Small, cell, legend};
use crate::Error;
use crate::picture::{At, Canvas, Picture};

const WIDTH: i32 = 900;
/// The most maps that are drawn of a layer.
const MAPS: usize = 24;
const GAP: i32 = 8;

/// What each layer gives of the first image: the maps of its channels, or a row of values. Each layer has a scale of its own.
/// Nothing, where the log has none.
pub fn activations(run: &Run) -> Option<Picture<'_>> {
    let layers: Vec<&Values> = run.activations.iter().filter(|layer| !layer.values.is_empty()).collect();
    if layers.is_empty() {
        return None;
    }
    let places: Vec<Place> = layers.iter().map(|layer| Place::of(layer)).collect();
    let height = 82 + places.iter().map(|place| place.height).sum::<i32>();
    let draw = move |canvas: &Canvas| {
        let note = match run.samples.first().and_then(|sample| sample.label) {
            Some(label) => {
                format!("Of image 0, which is {}. Each layer has a scale of its own.", run.head.class(label))
            }
            None => "Of image 0. Each layer has a scale of its own.".into(),
        };
        canvas.title("What each layer gives", &note)?;
        legend(canvas, (WIDTH - 24, 26))?;
        let mut top = 82;
        for (layer, place) in layers.iter().zip(&places) {
            place.draw(canvas, layer, top)?;
            top += place.height;
        }
        Ok(())
    };
    let size = (WIDTH as u32, height as u32);
    Some(Picture { name: "activations", title: "What each layer makes of an image", size, draw: Box::new(draw) })
}

struct Place {
    maps: usize,
    dims: Vec<usize>,
    cell: i32,
    columns: usize,
    height: i32,
}

impl Place {
    /// The maps of `[C, H, W]`; a sequence `[C, L]` is one map, a vector a row.
    fn of(layer: &Values) -> Place {
        let (maps, dims) = match layer.dims[..] {
            [channels, height, width] => (channels, vec![height, width]),
            [channels, len] => (1, vec![channels, len]),
            _ => (1, vec![layer.values.len()]),
        };
        let (rows, columns) = Small::new(&dims, &vec![0.0; dims.iter().product()]).size();
        let cell = if maps > 1 { cell(columns, 62) } else { cell(columns, WIDTH - 48) };
        let wide = cell * columns as i32 + GAP;
        let in_row = ((WIDTH - 48 + GAP) / wide).max(1) as usize;
        let lines = maps.min(MAPS).div_ceil(in_row) as i32;
        Place { maps, dims, cell, columns: in_row, height: 30 + lines * (cell * rows as i32 + GAP) + 10 }
    }

    fn draw(&self, canvas: &Canvas, layer: &Values, top: i32) -> Result<(), Error> {
        let dims: Vec<String> = layer.dims.iter().map(usize::to_string).collect();
        let of = if self.maps > MAPS { format!(", the first {MAPS} maps") } else { String::new() };
        canvas.text(
            &format!("{}: {}{of}", layer.name, dims.join(" × ")),
            (24, top + 8),
            13,
            canvas.colours.text,
            At::Left,
        )?;
        let scale = Scale::signed(&layer.values);
        let len = self.dims.iter().product();
        for (n, map) in layer.values.chunks(len).take(MAPS).enumerate() {
            let small = Small::new(&self.dims, map);
            let (rows, columns) = small.size();
            let x = 24 + (n % self.columns) as i32 * (self.cell * columns as i32 + GAP);
            let y = top + 24 + (n / self.columns) as i32 * (self.cell * rows as i32 + GAP);
            small.draw(canvas, (x, y), self.cell, scale)?;
        }
        Ok(())
    }
}
