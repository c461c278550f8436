//! Logs are written by a `fit`, read back as they were, and refused with a sentence where they are none.

use std::fs;
use std::ops::ControlFlow::Continue;
use std::path::Path;

use const_cnn::{MeanSquaredError, Metrics, Nested, Sgd, SoftmaxCrossEntropy, Trainer, Weighted, Zero, network};
use runs::{Error, Log, Run, Samples};

network! {
    struct Strokes: [1, 2, 2] => [2] {
        conv: conv2d(2, kernel 2),
        block: residual { relu: relu },
        flatten: flatten,
        logits: linear(2),
    }
}

const IMAGES: [[[[f32; 1]; 2]; 2]; 3] =
    [[[[1.0], [1.0]], [[0.0], [0.0]]], [[[1.0], [0.0]], [[1.0], [0.0]]], [[[0.0], [0.0]], [[1.0], [1.0]]]];

fn trained(path: &Path) -> Strokes {
    let mut net = Strokes::ZERO;
    net.logits.bias = [0.25, -0.25];
    let data = Strokes::dataset(&IMAGES, &[0, 1, 0]).unwrap();
    let mut log = Log::create::<Strokes>(path, &["row", "column"]);
    let (mut trainer, sgd) = (Trainer::<Strokes>::boxed(), Sgd::new(0.1, 0.0).unwrap());
    let fit = trainer.fit(&mut net, &sgd, &data, 3, 2).validation(&data);
    fit.callback(|progress, net| log.see(progress, net)).run().unwrap();
    let files = vec!["row/1.png".to_string(), "column/1.png".to_string()];
    log.end(&net, &data, &mut Samples::<Strokes>::new().files(files)).unwrap();
    net
}

#[test]
fn a_log_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/strokes.jsonl");
    let net = trained(&path);
    let run = Run::read(&path).unwrap();
    assert_eq!((run.name.as_str(), run.head.network.as_str()), ("strokes", "Strokes"));
    assert_eq!(
        (&run.head.input[..], run.head.class(1), run.head.class(2)),
        (&[1, 2, 2][..], "column".into(), "2".into())
    );
    let layers: Vec<_> = run.head.layers.iter().map(|layer| (layer.name.as_str(), layer.output.as_slice())).collect();
    let expected: [(_, &[usize]); 4] =
        [("conv", &[2, 1, 1]), ("block.relu", &[2, 1, 1]), ("flatten", &[2]), ("logits", &[2])];
    assert_eq!(layers, expected);

    assert_eq!(run.epochs.iter().map(|epoch| epoch.epoch).collect::<Vec<_>>(), [0, 1, 2]);
    let last = &run.epochs[2];
    let data = Strokes::dataset(&IMAGES, &[0, 1, 0]).unwrap();
    let metrics = Trainer::<Strokes>::boxed().evaluate(&net, &data).unwrap();
    assert_eq!((last.validation_loss, last.validation_accuracy), (Some(metrics.loss()), Some(metrics.accuracy())));
    assert!(last.images == 3 && last.loss < run.epochs[0].loss && last.seconds >= run.epochs[0].seconds);

    for (n, sample) in run.samples.iter().enumerate() {
        assert_eq!((sample.index, sample.label, sample.pixels.as_slice()), (n, Some([0, 1, 0][n]), IMAGES[n].flat()));
        assert_eq!(sample.output, net.predict(&IMAGES[n]));
    }
    let files: Vec<&str> = run.samples.iter().map(|sample| sample.file.as_str()).collect();
    assert_eq!(files, ["row/1.png", "column/1.png", ""], "the third has no name");
    let mean = run.samples.iter().map(|sample| sample.loss).sum::<f32>() / 3.0;
    assert!((mean - metrics.loss()).abs() < 1e-6);
    assert_eq!(run.confusion(), [[2, 0], [1, 0]], "what knows only how frequent classes are");
    assert_eq!(run.hardest()[0].index, 1);

    assert_eq!(run.parameters[0].name, "conv.weight");
    assert_eq!((run.parameters.len(), run.parameters[0].dims.as_slice()), (2, &[2, 1, 2, 2][..]));
    assert_eq!(run.activations.last().unwrap().values, net.output(&IMAGES[0]));

    // the CSV file beside it has the same epochs, to the last bit
    let csv = path.with_extension("csv");
    assert_eq!(Run::read(&csv).unwrap().epochs, run.epochs);
    assert_eq!(fs::read_to_string(csv).unwrap(), run.csv());
}

#[test]
fn other_losses_have_other_samples() {
    let net = Strokes::ZERO;
    // a target that is no class: what the network gives is as it is
    let data = Strokes::dataset(&IMAGES, &[[1.0, 0.0], [2.0, 0.0], [0.0, 0.0]]).unwrap();
    let mut found = Vec::new();
    let mut samples = Samples::<Strokes, MeanSquaredError>::new();
    let each = |sample: runs::Sample| {
        found.push((sample.loss, sample.label, sample.output));
        Continue(())
    };
    samples.of(&net, &data, each).unwrap();
    let expected = [0.5, 2.0, 0.0].map(|loss| (loss, None, vec![0.0; 2]));
    assert_eq!(found, expected);

    // a class with a weight is a class, and reading ends where it is told to
    let data = Strokes::dataset(&IMAGES, &[(1, 2.0), (0, 1.0), (1, 1.0)]).unwrap();
    let mut labels = Vec::new();
    let each = |sample: runs::Sample| {
        labels.push(sample.label);
        if labels.len() < 2 { Continue(()) } else { std::ops::ControlFlow::Break(()) }
    };
    Samples::<Strokes, Weighted<SoftmaxCrossEntropy>>::new().of(&net, &data, each).unwrap();
    assert_eq!(labels, [Some(1), Some(0)]);
}

#[test]
fn what_is_no_log_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    trained(&path);
    let whole = fs::read_to_string(&path).unwrap();
    let read = |text: &str| {
        fs::write(&path, text).unwrap();
        Run::read(&path)
    };
    let line = |text: &str, expected: usize, part: &str| match read(text) {
        Err(Error::Line { line, problem, .. }) => {
            assert!(line == expected && problem.contains(part), "{line}: {problem}")
        }
        other => panic!("{other:?}"),
    };
    let head = whole.lines().next().unwrap();
    assert!(matches!(read(""), Err(Error::NoHead { .. })));
    assert!(matches!(read(&whole[head.len() + 1..]), Err(Error::NoHead { .. })));
    line("{}\n", 1, "expected");
    line(&format!("{head}\nhello\n"), 2, "expected");
    line(&format!("{head}\n{head}\n"), 2, "second");
    line(&whole.replace("\"pixels\":[1.0,1.0,0.0,0.0]", "\"pixels\":[1.0]"), 5, "expected 4 pixels or none, found 1");
    line(&whole.replace("\"label\":1", "\"label\":2"), 6, "expected a label below 2, found 2");
    line(&whole.replace("\"dims\":[2,1,2,2]", "\"dims\":[2,1,2,3]"), 8, "conv.weight");

    // what a killed run leaves: its last line is cut off
    let run = read(&whole).unwrap();
    let cut = read(&whole[..whole.len() - 5]).unwrap();
    assert_eq!((cut.activations.len() + 1, cut.samples), (run.activations.len(), run.samples));
    assert!(matches!(Run::read(folder.path().join("none.jsonl")), Err(Error::File { .. })));

    let csv = path.with_extension("csv");
    for (text, line, part) in [
        ("", 1, "expected epoch,"),
        ("epoch,loss\n", 1, "found epoch,loss"),
        (&format!("{}0,1,2\n", Run::default().csv()), 2, "found 3"),
        (&format!("{}0,1,2,x,,,\n", Run::default().csv()), 2, "found x"),
    ] {
        fs::write(&csv, text).unwrap();
        match Run::read(&csv) {
            Err(Error::Line { line: found, problem, .. }) => {
                assert!(found == line && problem.contains(part), "{problem}")
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_stood_in_a_log_stays_until_an_epoch_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.jsonl");
    trained(&path);
    let [log, csv] = [&path, &path.with_extension("csv")].map(|path| fs::read_to_string(path).unwrap());
    let mut second = Log::create::<Strokes>(&path, &[""; 0]);
    let batch = const_cnn::Progress::Batch { epoch: 0, metrics: Metrics::ZERO };
    assert!(second.see(batch, &Strokes::ZERO).is_continue());
    drop(second);
    assert_eq!(fs::read_to_string(&path).unwrap(), log);
    assert_eq!(fs::read_to_string(path.with_extension("csv")).unwrap(), csv);
}

#[test]
fn what_cannot_be_written_is_told_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (net, data) = (Strokes::ZERO, Strokes::dataset(&IMAGES, &[0, 1, 0]).unwrap());
    // a folder is no file; the .csv is the epochs'
    for path in [folder.path().to_path_buf(), folder.path().join("run.csv")] {
        let mut log = Log::create::<Strokes>(&path, &["row", "column"]);
        let progress = const_cnn::Progress::Epoch { epoch: 0, metrics: Metrics::ZERO, validation: None };
        assert!(log.see(progress, &net).is_continue());
        let end = log.end(&net, &data, &mut Samples::<Strokes>::new());
        assert!(matches!(&end, Err(Error::File { path: found, .. }) if *found == path), "{end:?}");
    }
    // a label that is no class
    let (log, data) = (
        Log::create::<Strokes>(folder.path().join("a.jsonl"), &[""; 0]),
        Strokes::dataset(&IMAGES, &[0, 7, 0]).unwrap(),
    );
    assert!(matches!(log.end(&net, &data, &mut Samples::<Strokes>::new()), Err(Error::Data(_))));
}
