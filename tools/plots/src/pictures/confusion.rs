//! What is taken for what.

use runs::Run;

use crate::Error;
use crate::picture::{At, Canvas, Picture};
use crate::theme::blend;

/// The most classes whose counts are written.
const WRITTEN: usize = 24;

/// How often the images of each class are taken for each class, a row for each class that they are of: right ones in one
/// colour, wrong ones in another, the stronger the larger their share of the row. Nothing, where there are no classes.
pub fn confusion(run: &Run) -> Option<Picture<'_>> {
    let counts = run.confusion();
    let classes = counts.len();
    if classes == 0 {
        return None;
    }
    let cell = if classes <= WRITTEN { 40 } else { (960 / classes as i32).max(2) };
    // no longer than reads well; as wide as that many characters
    let name = |class: usize| run.head.class(class).chars().take(12).collect::<String>();
    let longest = (0..classes).map(|class| name(class).chars().count()).max().unwrap_or(1) as i32;
    let (left, top) = (52 + 9 * longest, 104 + if longest > 3 { 9 * longest } else { 14 });
    let side = cell * classes as i32;
    let size = ((left + side + 24).max(520) as u32, (top + side + 28) as u32);
    let draw = move |canvas: &Canvas| {
        let right: usize = (0..classes).map(|class| counts[class][class]).sum();
        let all = counts.iter().flatten().sum::<usize>();
        let share = 100.0 * right as f64 / all.max(1) as f64;
        canvas.title("What is taken for what", &format!("{right} of {all} images are right: {share:.1} %"))?;
        let at = |n: usize| cell * n as i32;
        canvas.text("taken for", (left + side / 2, 82), 15, canvas.colours.note, At::Centre)?;
        canvas.text("what it is", (20, top + side / 2), 15, canvas.colours.note, At::Up)?;
        let step = classes.div_ceil(WRITTEN);
        for class in (0..classes).step_by(step) {
            let middle = at(class) + cell / 2;
            canvas.text(&name(class), (left - 8, top + middle), 14, canvas.colours.text, At::Right)?;
            if longest > 3 {
                canvas.text(&name(class), (left + middle, top - 8), 14, canvas.colours.text, At::UpFrom)?;
            } else {
                canvas.text(&name(class), (left + middle, top - 12), 14, canvas.colours.text, At::Centre)?;
            }
        }
        for (label, row) in counts.iter().enumerate() {
            let all = row.iter().sum::<usize>().max(1) as f32;
            for (class, &count) in row.iter().enumerate() {
                draw_cell(
                    canvas,
                    (left + at(class), top + at(label)),
                    cell,
                    count,
                    count as f32 / all,
                    label == class,
                )?;
            }
        }
        Ok(())
    };
    Some(Picture { name: "confusion", title: "What is taken for what", size, draw: Box::new(draw) })
}

fn draw_cell(
    canvas: &Canvas,
    (x, y): (i32, i32),
    cell: i32,
    count: usize,
    share: f32,
    is_right: bool,
) -> Result<(), Error> {
    let colours = canvas.colours;
    let full = if is_right { colours.positive } else { colours.wrong };
    // a single one among many is seen too
    let part = if count == 0 { 0.0 } else { 0.15 + 0.85 * share };
    let gap = i32::from(cell > 8);
    canvas.fill((x, y), (cell - gap, cell - gap), blend(colours.zero, full, part))?;
    if count > 0 && cell >= 40 {
        let colour = if part > 0.5 { colours.ground } else { colours.text };
        canvas.text(&count.to_string(), (x + cell / 2, y + cell / 2), 15, colour, At::Centre)?;
    }
    Ok(())
}
