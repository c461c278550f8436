//! Pictures have on them what they should, nothing is outside of them, and a report has all of them.

use std::fs;
use std::process::Command;

use plots::{Picture, Theme, activations, confusion, curves, hardest, kernels, reliability, report};
use runs::{Epoch, Head, Layer, Run, Sample, Values};

fn ramp(len: usize) -> Vec<f32> {
    (0..len).map(|n| (n * 7 % 13) as f32 - 4.0).collect()
}

/// A run of a classifier that takes `input`: image n is of class n % classes, and is taken for the next one where n is a
/// multiple of 5.
fn run(name: &str, input: &[usize], classes: &[&str], outputs: usize) -> Run {
    let epoch = |epoch: u64| {
        let loss = 2.0 / (epoch + 1) as f32;
        let shares = (Some(1.0 - loss / 4.0), Some(loss + 0.1), Some(0.9 - loss / 4.0));
        let (accuracy, validation_loss, validation_accuracy) = shares;
        Epoch { epoch, seconds: epoch as f64, images: 10, loss, accuracy, validation_loss, validation_accuracy }
    };
    let sample = |index: usize| {
        let label = index % outputs;
        let class = if index.is_multiple_of(5) { (label + 1) % outputs } else { label };
        let mut output = vec![0.25 / (outputs - 1) as f32; outputs];
        output[class] = 0.75;
        let pixels = if index < 9 { ramp(input.iter().product()) } else { Vec::new() };
        let file =
            if classes.len() == 2 { format!("photos/{index}/of a long name {index}.png") } else { String::new() };
        Sample { index, file, loss: 1.0 / (index + 1) as f32, label: Some(label), output, pixels }
    };
    let values = |name: &str, dims: &[usize]| Values {
        name: name.into(),
        dims: dims.into(),
        values: ramp(dims.iter().product()),
    };
    let layers = vec![Layer { name: "conv".into(), output: vec![4, 8, 8], parameters: 40, multiply_accumulates: 2304 }];
    let classes = classes.iter().map(|class| class.to_string()).collect();
    Run {
        name: name.into(),
        head: Head { network: "Net".into(), input: input.into(), layers, classes, ..Head::default() },
        epochs: (0..12).map(epoch).collect(),
        samples: (0..4 * outputs).map(sample).collect(),
        parameters: vec![
            values("conv.weight", &[70, 3, 3, 3]),
            values("along.weight", &[4, 2, 5]),
            values("pointwise.weight", &[4, 4, 1, 1]),
            values("dense.weight", &[10, 64]),
        ],
        activations: vec![
            values("conv", &[30, 8, 8]),
            values("large", &[2, 96, 90]),
            values("along", &[40, 49]),
            values("dense", &[300]),
        ],
    }
}

fn all(run: &Run) -> Vec<Picture<'_>> {
    let pictures = [curves(&[run]), confusion(run), reliability(run), hardest(run), kernels(run), activations(run)];
    pictures.into_iter().flatten().collect()
}

/// The places of an SVG's texts, and what they say.
fn texts(svg: &str) -> Vec<((f64, f64), String)> {
    let number = |tag: &str, name: &str| -> f64 {
        tag.split_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
    };
    let parts = svg.split("<text").skip(1).map(|part| part.split_once('>').unwrap());
    let text = |rest: &str| rest.split_once("</text>").unwrap().0.trim().to_string();
    parts.map(|(tag, rest)| ((number(tag, "x"), number(tag, "y")), text(rest))).collect()
}

#[test]
fn all_pictures_of_all_shapes() {
    let many: Vec<String> = (0..120).map(|n| format!("class of a long name {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (input, classes, outputs) in [
        (&[1, 8, 8][..], &[][..], 10),
        (&[3, 120, 100], &["aeroplane", "a <frog>"], 2),
        (&[4, 49], &many, 120),
        (&[7], &["a"], 3),
    ] {
        let run = run("run", input, classes, outputs);
        let pictures = all(&run);
        assert_eq!(pictures.len(), 6);
        for picture in &pictures {
            let [light, dark] = Theme::ALL.map(|theme| picture.svg(theme).unwrap());
            assert!(light != dark && light.starts_with("<svg") && light.trim_end().ends_with("</svg>"));
            let png = image::load_from_memory(&picture.png(Theme::Light).unwrap()).unwrap().to_rgb8();
            let size =
                |name: &str| -> f64 { light.split_once(name).unwrap().1.split('"').nth(1).unwrap().parse().unwrap() };
            let (width, height) = (size("width="), size("height="));
            assert_eq!((f64::from(png.width()), f64::from(png.height())), (2.0 * width, 2.0 * height));
            // no edge is left out, and something is drawn
            let corner = png.get_pixel(png.width() - 1, png.height() - 1);
            assert_eq!((corner.0, png.get_pixel(0, 0).0), ([255; 3], [255; 3]), "{}", picture.name);
            assert!(png.pixels().filter(|pixel| pixel.0 != [255; 3]).count() > 1000);
            for ((x, y), text) in texts(&light) {
                let wide = 5.0 * text.chars().count() as f64; // at least
                assert!(x >= 0.0 && y >= 0.0 && x < width && y < height, "{}: {text} is outside", picture.name);
                assert!(!text.starts_with("On the") || x + wide < width, "{text}");
            }
        }
    }
}

#[test]
fn a_confusion_matrix_has_its_counts() {
    let run = run("run", &[1, 8, 8], &["ape", "bee"], 2);
    // images 0 to 7 of classes 0 1 0 1 …, of which 0 and 5 are taken for the other class
    assert_eq!(run.confusion(), [[3, 1], [1, 3]]);
    let svg = confusion(&run).unwrap().svg(Theme::Light).unwrap();
    let mut found: Vec<String> = texts(&svg).into_iter().map(|(_, text)| text).collect();
    found.sort();
    let title = ["What is taken for what", "6 of 8 images are right: 75.0 %", "what it is", "taken for"];
    let mut expected: Vec<&str> = [&title[..], &["ape", "ape", "bee", "bee", "1", "1", "3", "3"]].concat();
    expected.sort();
    assert_eq!(found, expected);
    let svg = reliability(&run).unwrap().svg(Theme::Light).unwrap();
    assert!(svg.contains("Off by 0.0 % in the mean of 8 images"), "three of four are right, as their chances say");
    let svg = hardest(&run).unwrap().svg(Theme::Light).unwrap();
    assert!(svg.contains("2 of these 8 are misread") && svg.contains("ape → bee"));
    assert!(svg.contains("… a long name 0.png"), "the end of the file's name");
}

#[test]
fn of_what_there_is_not_there_is_no_picture() {
    assert!(all(&Run::default()).is_empty());
    // of a regression there are curves of the loss, the hardest images and what layers give
    let mut regression = run("run", &[1, 8, 8], &[], 4);
    regression.samples.iter_mut().for_each(|sample| sample.label = None);
    regression.epochs.iter_mut().for_each(|epoch| (epoch.accuracy, epoch.validation_accuracy) = (None, None));
    regression.parameters.clear();
    let names: Vec<_> = all(&regression).iter().map(|picture| picture.name).collect();
    assert_eq!(names, ["curves", "hardest", "activations"]);
    let text = curves(&[&regression]).unwrap().svg(Theme::Dark).unwrap();
    assert!(text.contains("loss") && !text.contains("accuracy"));
}

#[test]
fn runs_whose_files_have_one_name_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs = Vec::new();
    for name in ["first", "second"] {
        let path = folder.path().join(name).join("run.csv");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, run("run", &[1, 8, 8], &[], 3).csv()).unwrap();
        logs.push(path);
    }
    let to = folder.path().join("report");
    let made = Command::new(env!("CARGO_BIN_EXE_plots")).args(&logs).arg(&to).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let page = fs::read_to_string(to.join("index.html")).unwrap();
    let curves = fs::read_to_string(to.join("curves.svg")).unwrap();
    for name in ["first/run", "second/run"] {
        assert!(page.contains(&format!("<h2>{name}</h2>")) && curves.contains(&format!("{name}, training")), "{name}");
    }
}

#[test]
fn a_report_shows_files_that_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("a/report");
    let runs = [run("first & best", &[1, 8, 8], &["<b>", "c"], 2), run("second", &[1, 8, 8], &[], 3)];
    report(&runs, &to).unwrap();
    let page = fs::read_to_string(to.join("index.html")).unwrap();
    let shown: Vec<&str> = page.split("src").skip(1).filter_map(|part| part.split('"').nth(1)).collect();
    assert_eq!(shown.len(), 2 * 11, "one of curves, five of each, each in two themes");
    for file in shown {
        assert!(to.join(file).is_file() && to.join(file.replace(".svg", ".png")).is_file(), "{file}");
    }
    assert!(page.contains("<h1>first &amp; best, second</h1>") && page.contains("<td>&lt;b&gt;</td>"));
    let row = "<td>photos/0/of a long name 0.png</td><td>&lt;b&gt;</td><td>c</td><td>75.00 %</td><td>1.0000</td>";
    assert_eq!((page.matches(row).count(), page.matches("hardest image").count()), (1, 1), "one has files");
    let both = curves(&[&runs[0], &runs[1]]).unwrap().svg(Theme::Light).unwrap();
    for name in ["first &amp; best, training", "first &amp; best, validation", "second, training", "second, validation"]
    {
        assert!(both.contains(name), "{name}");
    }
    // a file where the folder should be
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(matches!(report(&runs, folder.path().join("file")), Err(plots::Error::File { .. })));
}
