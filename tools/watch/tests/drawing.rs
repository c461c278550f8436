//! What stands on the screen, of sizes from none to large.

use std::time::Duration;

use const_cnn::{Data, Evaluator, Metrics, Zero, network};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use runs::{Epoch, Head, Sample};
use watch::{View, draw};

network! {
    pub struct Net: [3, 2, 2] => [3] { flatten: flatten, logits: linear(3) }
}

/// After two epochs of five, in the third; of four images three are read, two of them right.
fn view(classes: &[&str]) -> View {
    let mut view = View::new(Head::of::<Net>(classes), 5, 4);
    let metrics = metrics();
    for epoch in 0..2 {
        view.batch(epoch, &metrics, Duration::from_millis(500));
        let loss = 0.75 - 0.5 * epoch as f32;
        let (accuracy, validation_loss, validation_accuracy) = (Some(0.5), Some(0.625), Some(0.875));
        let seconds = epoch as f64;
        view.epoch(Epoch { epoch, seconds, images: 4, loss, accuracy, validation_loss, validation_accuracy });
    }
    view.batch(2, &metrics, Duration::from_millis(500));
    view.begin_reading();
    for (index, label, class) in [(0, 0, 0), (1, 1, 2), (2, 2, 2)] {
        let mut output = vec![0.125; 3];
        output[class] = 0.75;
        let pixels = vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]; // red, then black
        view.sample(Sample {
            index,
            loss: if label == class { 0.1 } else { 2.0 },
            label: Some(label),
            output,
            pixels,
            ..Sample::default()
        });
    }
    view.end_reading();
    view
}

fn metrics() -> Metrics {
    let images = [[[[0.0; 3]; 2]; 2]; 2];
    let data = Net::dataset(&images, &[0, 1]).unwrap();
    assert_eq!(data.len(), 2);
    Evaluator::<Net>::boxed().evaluate(&Net::ZERO, &data, |_, _| ()).unwrap()
}

fn drawn(view: &View, width: u16, height: u16) -> (String, Buffer) {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, view)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    ((0..height).map(row).collect::<Vec<_>>().join("\n"), buffer)
}

#[track_caller]
fn assert_shows(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn all_is_shown_where_there_is_room() {
    let (text, buffer) = drawn(&view(&["ape", "bee", "cat"]), 100, 40);
    let head = [
        "Net, epoch 3 of 5",
        "training loss 1.0986,  50.0 %",
        "validation loss 0.6250,  87.5 %",
        "q leaves",
        "4 images/s",
    ];
    assert_shows(&text, &head);
    assert_shows(
        &text,
        &["loss: training validation", "0.75", "accuracy: training validation", "50 %", "100 %", "epoch"],
    );
    assert_shows(&text, &["3 of 4 images", "ape bee cat", "ape   1   ·   ·", "bee   ·   ·   1", "cat   ·   ·   1"]);
    assert_shows(&text, &["bee → cat 75 %", "ape → ape 75 %", &format!("parameters {} B", 4 * 39)]);
    assert!(text.find("bee → cat") < text.find("ape → ape"), "the largest loss comes first");
    assert!(text.contains(|c| ('\u{2801}'..='\u{28ff}').contains(&c)), "no curve in\n{text}");

    // a picture of two characters below its caption: red above black, then black above black
    let at = (0..100).flat_map(|x| (0..40).map(move |y| (x, y)));
    let halves: Vec<_> = at.filter(|&at| buffer[at].symbol() == "▀").map(|at| (buffer[at].fg, buffer[at].bg)).collect();
    let (red, black) = (Color::Indexed(16 + 36 * 5), Color::Indexed(16));
    assert_eq!(halves.len(), 6);
    assert!(halves.contains(&(red, black)) && halves.contains(&(black, black)));
}

#[test]
fn classes_without_names_are_numbers_and_many_are_pairs() {
    assert_shows(&drawn(&view(&[]), 100, 40).0, &["1 → 2 75 %"]);
    let mut many = View::new(Head::of::<Net>(&[""; 0]), 5, 9);
    for (index, class) in [3, 3, 3, 7, 99].into_iter().enumerate() {
        let mut output = vec![0.0; 100];
        output[class] = 1.0;
        many.sample(Sample { index, loss: 1.0, label: Some(7), output, ..Sample::default() });
    }
    let (text, _) = drawn(&many, 100, 40);
    assert_shows(&text, &["3  7 read as 3", "1  7 read as 99"]);
    assert!(!text.contains("7 read as 7"));
}

#[test]
fn no_size_is_too_small_and_no_view_too_early() {
    let early = View::new(Head::of::<Net>(&[""; 0]), 0, 0);
    let mut regression = View::new(Head::of::<Net>(&[""; 0]), 3, 1);
    regression.epoch(Epoch { loss: 0.0, images: 1, ..Epoch::default() });
    regression.sample(Sample { loss: 0.5, output: vec![1.0; 3], pixels: vec![0.0; 12], ..Sample::default() });
    regression.end_reading();
    let views = [view(&["a long name of a class", "b", "c"]), early, regression];
    for view in &views {
        for (width, height) in
            (0..130).step_by(13).flat_map(|width| (0..60).step_by(5).map(move |height| (width, height)))
        {
            drawn(view, width, height);
        }
    }
    assert_shows(&drawn(&views[0], 40, 3).0, &["epoch 3 of 5", "training loss", "q leaves"]);
    assert_shows(&drawn(&views[1], 80, 24).0, &["has not begun", "epoch 0 of 1"]);
    assert_shows(&drawn(&views[2], 80, 24).0, &["loss 0.500", "most wrong"]);
}

#[test]
fn an_epoch_is_a_line() {
    let mut view = View::new(Head::of::<Net>(&[""; 0]), 20, 0);
    let epoch = Epoch { epoch: 1, loss: 0.5, accuracy: Some(0.25), ..Epoch::default() };
    assert_eq!(view.epoch(epoch.clone()), "epoch  2/20   loss 0.5000,  25.0 %");
    view.batch(2, &metrics(), Duration::from_millis(1000));
    let epoch = Epoch { epoch: 2, images: 7, validation_loss: Some(1.0), ..epoch };
    assert_eq!(view.epoch(epoch), "epoch  3/20   loss 0.5000,  25.0 %   validation loss 1.0000   7 images/s");
}
