//! The images with the largest losses.

use runs::{Run, Sample};

use super::values::{Scale, Small, cell};
use crate::Error;
use crate::picture::{At, Canvas, Picture};

const COLUMNS: usize = 6;
const WIDTH: i32 = 152;
/// How many letters of a file's name are shown.
const LETTERS: usize = 19;

/// The images with the largest losses, what they are and what they are taken for; those that are misread in another colour.
/// Nothing, where the log has no images, or the network takes vectors of one value.
pub fn hardest(run: &Run) -> Option<Picture<'_>> {
    let samples = run.hardest();
    let (dims, input) = (&run.head.input, run.head.input.iter().product::<usize>());
    if samples.is_empty() || input < 2 {
        return None;
    }
    let (rows, columns) = Small::new(dims, &vec![0.0; input]).size();
    let cell = cell(columns, WIDTH - 24);
    let has_files = samples.iter().any(|sample| !sample.file.is_empty());
    let high = cell * rows as i32 + if has_files { 84 } else { 66 };
    let lines = samples.len().div_ceil(COLUMNS) as i32;
    let size = ((24 + COLUMNS as i32 * WIDTH) as u32, (76 + lines * high) as u32);
    let draw = move |canvas: &Canvas| {
        let misread = samples.iter().filter(|sample| sample.is_misread()).count();
        let note = match samples[0].label {
            Some(_) => {
                format!("{misread} of these {} are misread. Index, class → what it is taken for.", samples.len())
            }
            None => format!("The {} with the largest losses.", samples.len()),
        };
        canvas.title("The images that are hardest", &note)?;
        for (n, sample) in samples.iter().enumerate() {
            let at = (24 + (n % COLUMNS) as i32 * WIDTH, 76 + (n / COLUMNS) as i32 * high);
            Small::new(dims, &sample.pixels).draw(canvas, at, cell, Scale::light(&sample.pixels))?;
            caption(canvas, run, sample, (at.0, at.1 + cell * rows as i32))?;
        }
        Ok(())
    };
    Some(Picture { name: "hardest", title: "The images that are hardest", size, draw: Box::new(draw) })
}

/// The end of a name, as much as fits below a picture.
fn end(file: &str) -> String {
    let count = file.chars().count();
    if count <= LETTERS {
        file.into()
    } else {
        format!("…{}", file.chars().skip(count + 1 - LETTERS).collect::<String>())
    }
}

fn caption(canvas: &Canvas, run: &Run, sample: &Sample, (x, y): (i32, i32)) -> Result<(), Error> {
    let colours = canvas.colours;
    let short = |class: usize| run.head.class(class).chars().take(7).collect::<String>();
    let (first, second) = match (sample.label, sample.class(), sample.confidence()) {
        (Some(label), Some(class), Some(chance)) => {
            (format!("{} → {}", short(label), short(class)), format!("#{}, {:.0} %", sample.index, 100.0 * chance))
        }
        _ => (format!("#{}", sample.index), format!("loss {:.4}", sample.loss)),
    };
    let colour = if sample.is_misread() { colours.wrong } else { colours.text };
    canvas.text(&first, (x, y + 14), 15, colour, At::Left)?;
    canvas.text(&second, (x, y + 32), 14, colours.note, At::Left)?;
    canvas.text(&end(&sample.file), (x, y + 50), 12, colours.note, At::Left)
}
