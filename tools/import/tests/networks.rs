//! Small networks that PyTorch and Keras have exported: imported, compiled and run, they give what those give.
//!
//! `tests/data` holds each model, two images with onnxruntime's results, of Keras' networks with Keras' own, and what
//! the command has written, which is compiled here. `IMPORT=overwrite cargo test -p import` writes it anew; `export.py`
//! and `export_keras.py` make the models.

use std::path::PathBuf;

use const_cnn::{Network, Shape};
use import::{Imported, table};

/// How far results may be from onnxruntime's.
const TOLERANCE: f32 = 1e-5;

fn data(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}

/// That importing gives the text and the bytes that are compiled here.
fn is_imported(name: &str, model: &str, fold: bool) -> Imported {
    let imported = import::read(&data(model), fold).unwrap_or_else(|error| panic!("{model}: {error}"));
    for (ending, now) in [("rs", imported.text(name).into_bytes()), ("bin", imported.bytes())] {
        let file = data(&format!("{name}.{ending}"));
        if std::env::var("IMPORT").is_ok_and(|value| value == "overwrite") {
            std::fs::write(&file, &now).unwrap();
        }
        let before = std::fs::read(&file).unwrap_or_default();
        assert!(before == now, "{}: importing gives something else now", file.display());
    }
    imported
}

/// That a network has the sizes that the command's table says.
fn has_sizes<N: Network>(imported: &Imported) {
    let sizes = table::Sizes {
        parameters: N::PARAMETERS,
        multiply_accumulates: N::MULTIPLY_ACCUMULATES,
        inference_bytes: N::INFERENCE_BYTES,
    };
    assert_eq!(table::sizes(&imported.lines), sizes);
    let compiled = N::table().to_string();
    let text = imported.table(N::NAME);
    assert_eq!(text.rsplit_once('\n').unwrap().0, compiled.rsplit_once('\n').unwrap().0);
}

/// That exporting it, and importing that, gives the same lines and bytes.
fn comes_back<N: Network>(imported: &Imported, net: &N) {
    let graph = import::from_onnx::read(&import::export(net).unwrap(), "".as_ref()).unwrap();
    let again = import::from_bytes(graph, false).unwrap();
    let lines = |imported: &Imported| imported.text("Net").split_once("network! {").unwrap().1.to_string();
    assert_eq!(lines(&again), lines(imported));
    assert!(again.bytes() == imported.bytes());
}

/// The images and results of a case.
fn case(file: &str) -> Vec<f32> {
    std::fs::read(data(file)).unwrap().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

/// A result's values in the order channel, row, column.
fn in_order<Y: Shape>(y: &Y::Of<f32>) -> Vec<f32> {
    let values = const_cnn::Nested::flat(y);
    let places = values.len() / Y::DIMS[0];
    (0..values.len()).map(|n| values[n % places * Y::DIMS[0] + n / places]).collect()
}

/// The largest difference from the results of a case.
fn worst<N: Network>(net: &N, model: &str) -> f32 {
    let case = case(&format!("{model}.case"));
    let mut worst = 0.0f32;
    for part in case.chunks(case.len() / 2) {
        let (image, expected) = part.split_at(N::Input::LEN);
        let given = in_order::<N::Output>(&net.output(&N::image(image).unwrap()));
        assert_eq!(given.len(), expected.len());
        for (given, expected) in given.iter().zip(expected) {
            assert!(given.is_finite());
            worst = worst.max((given - expected).abs());
        }
    }
    worst
}

macro_rules! networks {
    ($($test:ident: $name:ident = $model:literal . $ending:literal, fold $fold:literal;)+) => {
        $(mod $test {
            include!(concat!("data/", stringify!($name), ".rs"));

            pub static NET: $name = $name::from_le_bytes(include_bytes!(concat!("data/", stringify!($name), ".bin")));

            #[test]
            fn is_what_onnxruntime_runs() {
                let imported = super::is_imported(stringify!($name), concat!($model, ".", $ending), $fold);
                super::has_sizes::<$name>(&imported);
                super::comes_back(&imported, &NET);
                let worst = super::worst(&NET, $model);
                println!("{}: {worst:e}", stringify!($name));
                assert!(worst <= super::TOLERANCE, "{worst}");
            }
        })+
    };
}

networks! {
    autoencoder_dynamo: AutoencoderDynamo = "AutoencoderDynamo"."onnx", fold false;
    autoencoder_script: AutoencoderScript = "AutoencoderScript"."onnx", fold false;
    channel_gate_dynamo: ChannelGateDynamo = "ChannelGateDynamo"."onnx", fold false;
    channel_gate_script: ChannelGateScript = "ChannelGateScript"."onnx", fold false;
    ds_cnn_dynamo: DsCnnDynamo = "DsCnnDynamo"."onnx", fold false;
    ds_cnn_script: DsCnnScript = "DsCnnScript"."onnx", fold false;
    keras_auto: KerasAuto = "KerasAuto"."tflite", fold false;
    keras_mlp: KerasMlp = "KerasMlp"."tflite", fold false;
    keras_mobile: KerasMobile = "KerasMobile"."tflite", fold false;
    keras_resnet: KerasResnet = "KerasResnet"."tflite", fold false;
    keras_unet: KerasUnet = "KerasUnet"."tflite", fold false;
    le_net_dynamo: LeNetDynamo = "LeNetDynamo"."onnx", fold false;
    le_net_script: LeNetScript = "LeNetScript"."onnx", fold false;
    mlp_dynamo: MlpDynamo = "MlpDynamo"."onnx", fold false;
    mlp_script: MlpScript = "MlpScript"."onnx", fold false;
    mobile_net_dynamo: MobileNetDynamo = "MobileNetDynamo"."onnx", fold false;
    mobile_net_script: MobileNetScript = "MobileNetScript"."onnx", fold false;
    multiplier_dynamo: MultiplierDynamo = "MultiplierDynamo"."onnx", fold false;
    multiplier_script: MultiplierScript = "MultiplierScript"."onnx", fold false;
    pieces_dynamo: PiecesDynamo = "PiecesDynamo"."onnx", fold false;
    pieces_script: PiecesScript = "PiecesScript"."onnx", fold false;
    res_net8_dynamo: ResNet8Dynamo = "ResNet8Dynamo"."onnx", fold false;
    res_net8_folded: ResNet8Folded = "ResNet8Dynamo"."onnx", fold true;
    res_net8_script: ResNet8Script = "ResNet8Script"."onnx", fold false;
    squeeze_excite_dynamo: SqueezeExciteDynamo = "SqueezeExciteDynamo"."onnx", fold false;
    squeeze_excite_script: SqueezeExciteScript = "SqueezeExciteScript"."onnx", fold false;
    tcn_dynamo: TcnDynamo = "TcnDynamo"."onnx", fold false;
    tcn_script: TcnScript = "TcnScript"."onnx", fold false;
    tf2onnx_auto: Tf2onnxAuto = "Tf2onnxAuto"."onnx", fold false;
    u_net_dynamo: UNetDynamo = "UNetDynamo"."onnx", fold false;
    u_net_script: UNetScript = "UNetScript"."onnx", fold false;
}

#[test]
fn folding_leaves_no_normalisation() {
    let imported = import::read(&data("ResNet8Dynamo.onnx"), true).unwrap();
    assert!(!imported.text("Net").contains("batch_norm"));
    let kept = import::read(&data("ResNet8Dynamo.onnx"), false).unwrap();
    assert_eq!(kept.text("Net").matches("batch_norm").count(), 9);
    assert!(imported.bytes().len() < kept.bytes().len());
}

#[test]
fn the_name_is_the_only_difference() {
    let imported = import::read(&data("LeNetScript.onnx"), false).unwrap();
    assert_eq!(imported.text("One").replace("One", "Other"), imported.text("Other"));
}

/// An image of one of ten classes, each with a pattern of its own, in noise.
fn drawn(class: usize, seed: &mut u64) -> Vec<f32> {
    let mut noise = || {
        *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (*seed >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..3 * 64).map(|n| if n % 10 == class || n / 8 % 10 == class { 1.0 + noise() } else { noise() }).collect()
}

/// The issue's: an imported network trains on, here for classes that it has not seen before.
#[test]
fn an_imported_res_net_trains_on() -> Result<(), const_cnn::Error> {
    use const_cnn::{Evaluator, Sgd, Trainer, Zero};
    use res_net8_dynamo::{NET, ResNet8Dynamo as Net};

    let images = |count: usize, mut seed: u64| -> Result<Vec<_>, const_cnn::Error> {
        (0..count).map(|n| Net::image(&drawn(n % 10, &mut seed))).collect()
    };
    let (images, new) = (images(200, 1)?, images(100, 2)?);
    let labels: Vec<usize> = (0..200).map(|n| n % 10).collect();
    let (data, new) = (Net::dataset(&images, &labels)?, Net::dataset(&new, &labels[..100])?);
    let mut net = Net::ZERO;
    const_cnn::Parameters::copy_from(&mut net, &NET);
    let mut evaluator = Evaluator::<Net>::ZERO;
    let before = evaluator.evaluate(&net, &new, |_, _| ())?.loss();
    let mut trainer = Trainer::<Net>::ZERO;
    trainer.fit(&mut net, &Sgd::new(0.05, 0.9)?, &data, 8, 20).run()?;
    let after = evaluator.evaluate(&net, &new, |_, _| ())?.loss();
    println!("loss on new data: {before} before, {after} after");
    assert!(after < before / 2.0, "{before} {after}");
    Ok(())
}
