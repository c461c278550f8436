//! A folder with everything of a run, or of several.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use runs::{Run, Sample};

use crate::{Error, Picture, Theme, activations, confusion, curves, hardest, kernels, reliability};

/// Writes `index.html` and the pictures that it shows, as SVG and PNG, light and dark, to a folder, which is made: the curves of
/// all runs in one picture, a table, and of each run what its log has.
///
/// # Errors
///
/// [`Error::File`], and [`Error::Drawing`].
pub fn report(runs: &[Run], folder: impl AsRef<Path>) -> Result<(), Error> {
    let folder = folder.as_ref();
    fs::create_dir_all(folder).map_err(|error| Error::File { path: folder.into(), error })?;
    let names: Vec<String> = runs.iter().map(|run| escaped(&run.name)).collect();
    let mut page = format!("{HEAD}<title>{0}</title>\n<h1>{0}</h1>\n", names.join(", "));
    page += &table(runs);
    let all: Vec<&Run> = runs.iter().collect();
    if let Some(picture) = curves(&all) {
        page += &shown(&picture, "", folder)?;
    }
    for (n, run) in runs.iter().enumerate() {
        let before = if runs.len() == 1 { String::new() } else { format!("{}-", n + 1) };
        if runs.len() > 1 {
            page += &format!("<h2>{}</h2>\n", names[n]);
        }
        let pictures = [confusion(run), reliability(run), hardest(run), kernels(run), activations(run)];
        for picture in pictures.into_iter().flatten() {
            page += &shown(&picture, &before, folder)?;
        }
        page += &files(run);
        page += &classes(run);
        page += &layers(run);
    }
    write(&folder.join("index.html"), page.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|error| Error::File { path: path.into(), error })
}

/// Writes a picture's files, and gives what shows it: the one that fits the reader's theme.
fn shown(picture: &Picture, before: &str, folder: &Path) -> Result<String, Error> {
    let name = format!("{before}{}", picture.name);
    for theme in Theme::ALL {
        let file = format!("{name}{}", theme.suffix());
        write(&folder.join(format!("{file}.svg")), picture.svg(theme)?.as_bytes())?;
        write(&folder.join(format!("{file}.png")), &picture.png(theme)?)?;
    }
    let (title, (width, height)) = (picture.title, picture.size);
    Ok(format!(
        "<figure><picture><source srcset=\"{name}-dark.svg\" media=\"(prefers-color-scheme: dark)\">\
         <img src=\"{name}.svg\" width=\"{width}\" height=\"{height}\" alt=\"{title}\"></picture></figure>\n"
    ))
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<style>
body { margin: 2rem auto; padding: 0 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; background: #fff; color: #1b1f24 }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere }
figure { margin: 2rem 0 }
img { max-width: 100%; height: auto }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .8rem; border-bottom: 1px solid #dfe3e8; text-align: right; white-space: nowrap }
th { font-weight: 600 }
th:first-child, td:first-child { text-align: left }
@media (prefers-color-scheme: dark) {
  body { background: #15181c; color: #e9ecef }
  th, td { border-color: #343a41 }
}
</style>
";

/// A row for each cell of the head, a column for each of the others.
fn html(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = String::from("<div class=\"wide\"><table>\n");
    for (n, row) in rows.into_iter().enumerate() {
        let cell = if n == 0 { "th" } else { "td" };
        let cells: String = row.iter().map(|text| format!("<{cell}>{}</{cell}>", escaped(text))).collect();
        let _ = writeln!(text, "<tr>{cells}</tr>"); // a string takes everything
    }
    text + "</table></div>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn number(value: Option<f32>, unit: &str) -> String {
    match value {
        Some(value) if unit == "%" => format!("{:.2} %", 100.0 * value),
        Some(value) => format!("{value:.4}"),
        None => "–".into(),
    }
}

/// A column for each run.
fn table(runs: &[Run]) -> String {
    let row = |name: &str, value: &dyn Fn(&Run) -> String| -> Vec<String> {
        [name.to_string()].into_iter().chain(runs.iter().map(value)).collect()
    };
    let last = |value: &dyn Fn(&runs::Epoch) -> Option<f32>, unit: &str, run: &Run| {
        number(run.epochs.last().and_then(value), unit)
    };
    let best = |run: &Run| {
        let known = run.epochs.iter().filter(|epoch| epoch.validation_loss.is_some());
        let best = known.min_by(|a, b| a.validation_loss.unwrap_or(0.0).total_cmp(&b.validation_loss.unwrap_or(0.0)));
        best.map_or("–".into(), |epoch| {
            format!("{}, in epoch {}", number(epoch.validation_loss, ""), epoch.epoch + 1)
        })
    };
    let seconds = |run: &Run| run.epochs.last().map_or("–".into(), |epoch| format!("{:.2} s", epoch.seconds));
    let of_network = |run: &Run, value: usize, unit: &str| match run.head.layers.is_empty() {
        true => "–".into(), // a CSV file knows no network
        false => format!("{value}{unit}"),
    };
    html([
        row("", &|run| run.name.clone()),
        row("network", &|run| run.head.network.clone()),
        row("parameters", &|run| of_network(run, run.head.parameters, "")),
        row("inference beside them", &|run| of_network(run, run.head.inference_bytes, " bytes")),
        row("training, one image at a time", &|run| of_network(run, run.head.training_bytes, " bytes")),
        row("epochs", &|run| run.epochs.len().to_string()),
        row("time", &seconds),
        row("training loss", &|run| last(&|epoch| Some(epoch.loss), "", run)),
        row("training accuracy", &|run| last(&|epoch| epoch.accuracy, "%", run)),
        row("validation loss", &|run| last(&|epoch| epoch.validation_loss, "", run)),
        row("least validation loss", &best),
        row("validation accuracy", &|run| last(&|epoch| epoch.validation_accuracy, "%", run)),
    ])
}

/// The hardest images that have files, by name.
fn files(run: &Run) -> String {
    let of_class = |class: Option<usize>| class.map_or("–".into(), |class| run.head.class(class));
    let row = |sample: &&Sample| {
        let (is, taken, chance) = (of_class(sample.label), of_class(sample.class()), number(sample.confidence(), "%"));
        vec![sample.file.clone(), is, taken, chance, number(Some(sample.loss), "")]
    };
    let hardest = run.hardest();
    let rows: Vec<_> = hardest.iter().filter(|sample| !sample.file.is_empty()).map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = ["hardest image", "is a", "taken for a", "chance", "loss"].map(String::from).to_vec();
    html([head].into_iter().chain(rows))
}

/// Of each class precision, recall and F1.
fn classes(run: &Run) -> String {
    let counts = run.confusion();
    if counts.is_empty() {
        return String::new();
    }
    let head = ["class", "images", "precision", "recall", "F1"].map(String::from).to_vec();
    let share = |part: usize, whole: usize| (whole > 0).then(|| part as f32 / whole as f32);
    let rows = counts.iter().enumerate().map(|(class, row)| {
        let (hits, all) = (row[class], row.iter().sum::<usize>());
        let taken = counts.iter().map(|row| row[class]).sum::<usize>();
        let shares = [share(hits, taken), share(hits, all), share(2 * hits, taken + all)];
        let shares = shares.map(|share| number(share, "%"));
        [run.head.class(class), all.to_string()].into_iter().chain(shares).collect()
    });
    html([head].into_iter().chain(rows))
}

fn layers(run: &Run) -> String {
    if run.head.layers.is_empty() {
        return String::new();
    }
    let dims = |dims: &[usize]| dims.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ");
    let head = ["layer", "gives", "parameters", "multiply-accumulates"].map(String::from).to_vec();
    let input = vec!["input".into(), dims(&run.head.input), String::new(), String::new()];
    let rows = run.head.layers.iter().map(|layer| {
        let (parameters, accumulates) = (layer.parameters.to_string(), layer.multiply_accumulates.to_string());
        vec![layer.name.clone(), dims(&layer.output), parameters, accumulates]
    });
    html([head, input].into_iter().chain(rows))
}
