//! Quantised networks: imported and compiled, they give the bits that the file's operators give, computed in wide integers.
//!
//! `tests/data` holds the files, which are made here but for one of Keras, and what the command has written, which is compiled here;
//! `IMPORT=overwrite cargo test -p import` writes both anew.

mod file;
mod networks;
mod oracle;

use std::path::PathBuf;

use const_cnn::{Error, Form, Int8, Parameters, Quantized, Zero};
use file::{FLOAT32, INT8, INT16, Model, Op, Tensor, UINT8};
use import::{Imported, table};

fn data(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}

/// That a file in `tests/data` is what is made now.
fn is_kept(file: &str, now: &[u8]) {
    let path = data(file);
    if std::env::var("IMPORT").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, now).unwrap();
    }
    let before = std::fs::read(&path).unwrap_or_default();
    assert!(before == now, "{}: something else is made now", path.display());
}

fn import(model: &Model) -> import::Result<Imported> {
    import::from_bytes(import::tflite::read(&model.bytes())?, false)
}

fn import_float(model: &Model) -> import::Result<Imported> {
    import::from_bytes(import::tflite::read_float(&model.bytes())?, false)
}

/// That importing the file gives the text and the bytes that are compiled here.
fn is_imported(name: &str, model: &Model) -> Imported {
    is_kept(&format!("{name}.tflite"), &model.bytes());
    let imported = import::read(&data(&format!("{name}.tflite")), false).unwrap();
    is_kept(&format!("{name}.rs"), imported.text(name).as_bytes());
    is_kept(&format!("{name}.bin"), &imported.bytes());
    imported
}

/// That the network gives the bits of the file's operators, for images at random.
fn gives_the_same_bits<F: Form, const W: usize, const B: usize, const A: usize>(
    model: &mut Model,
    net: &Quantized<F, W, B, A>,
) {
    let len = model.tensors[model.input].dims.iter().product();
    let mut arena = Box::new(Quantized::<F, W, B, A>::arena());
    let mut seen = [false; 256];
    for n in 0..200 {
        let (low, high) = [(-128, 127), (-128, 127), (-40, 30), (100, 127)][n % 4];
        let image: Vec<i8> = (0..len).map(|_| model.random(low, high) as i8).collect();
        let expected = oracle::values(model, &image);
        net.image_in(&mut arena).copy_from_slice(&image);
        let mut steps: Vec<Vec<i8>> = Vec::new();
        net.activations(&mut arena, |_, _, values| steps.push(values.to_vec()));
        for op in computing(model) {
            assert!(steps.contains(&expected[op.output]), "image {n}: no step gives what {} gives", op.name);
        }
        net.image_in(&mut arena).copy_from_slice(&image);
        assert_eq!(net.infer_in(&mut arena), expected[model.output], "image {n}");
        steps.iter().flatten().for_each(|&q| seen[q as u8 as usize] = true);
    }
    let seen = seen.iter().filter(|&&is| is).count();
    assert!(seen >= 180, "{seen} values of int8 are no trial");
}

/// The operators whose values are those of a step: a bound is part of what is before it.
fn computing(model: &Model) -> impl Iterator<Item = &Op> {
    let moves = ["PAD", "QUANTIZE", "RESHAPE", "EXPAND_DIMS"];
    let is_bounded = |tensor: usize| model.ops.iter().any(|op| op.name == "RELU" && op.inputs == [tensor as i32]);
    model.ops.iter().filter(move |op| !moves.contains(&op.name) && !is_bounded(op.output))
}

/// That the int8 form has the sizes that the command's table says.
fn has_sizes<F: Form, const W: usize, const B: usize, const A: usize>(imported: &Imported, _: &Quantized<F, W, B, A>) {
    let totals = table::int8_totals(&imported.lines);
    assert_eq!(totals.source, Quantized::<F, W, B, A>::SOURCE_BYTES);
    assert_eq!((totals.words, totals.bytes, totals.arena), (W, B, A));
    assert_eq!(imported.bytes().len(), totals.source);
}

/// A network that is compiled, and the trial of its bits.
macro_rules! compiled {
    ($test:ident: $name:ident) => {
        include!(concat!("../data/", stringify!($name), ".rs"));

        pub static NET: Int8<$name> =
            Int8::<$name>::from_le_bytes(include_bytes!(concat!("../data/", stringify!($name), ".bin")));

        #[test]
        fn gives_the_same_bits() {
            let mut model = super::networks::$test();
            let imported = super::is_imported(stringify!($name), &model);
            super::has_sizes(&imported, &NET);
            super::gives_the_same_bits(&mut model, &NET);
        }
    };
}

macro_rules! networks {
    ($($test:ident: $name:ident;)+) => {
        $(mod $test {
            use const_cnn::{Int8, Parameters, Zero};

            compiled!($test: $name);

            /// The float network is as near as int8 steps allow, and has the same lines.
            #[test]
            fn stands_for_a_float_network() {
                let mut model = super::networks::$test();
                let lines = |text: &str| text.split_once("network! {").unwrap().1.to_string();
                let float = super::import_float(&model).unwrap();
                let text = float.text("Net");
                assert_eq!(lines(&text), lines(&super::import(&model).unwrap().text("Net")));
                assert!(text.contains("`Net::from_le_bytes(include_bytes!(\"Net.bin\"))`"), "{text}");
                let mut net = $name::ZERO;
                net.read_le(&float.bytes()).unwrap();
                let len = model.tensors[model.input].dims.iter().product();
                let mut arena = Box::new(Int8::<$name>::arena());
                let (mut error, mut size) = (0.0, 0.0);
                for _ in 0..20 {
                    let image: Vec<i8> = (0..len).map(|_| model.random(-128, 127) as i8).collect();
                    let mut real = const_cnn::Input::<$name, f32>::ZERO;
                    for (x, &q) in const_cnn::Nested::flat_mut(&mut real).iter_mut().zip(&image) {
                        *x = NET.input_scale().real(q);
                    }
                    let expected = net.output(&real);
                    let given = NET.output(&real, &mut arena);
                    for (a, b) in const_cnn::Nested::flat(&given).iter().zip(const_cnn::Nested::flat(&expected)) {
                        error += (a - b).abs();
                        size += b.abs();
                    }
                }
                println!("{}: off by {}", stringify!($name), error / size);
                assert!(error < 0.25 * size, "{error} of {size}");
            }
        })+
    };
}

networks! {
    blocks: QuantBlocks;
    stream: QuantStream;
}

mod sequence {
    use const_cnn::Int8;

    compiled!(sequence: QuantSequence);

    /// What only changes the scale is a `concat` of one branch, and of floats nothing.
    #[test]
    fn other_scales_are_lines() {
        let model = super::networks::sequence();
        let (text, float) =
            (super::import(&model).unwrap().text("Net"), super::import_float(&model).unwrap().text("Net"));
        assert_eq!(text.matches(": concat {").count(), 2, "{text}");
        assert!(!float.contains("concat") && float.contains("[12, 4]"), "{float}");
    }
}

mod mean {
    use const_cnn::Int8;

    compiled!(mean: QuantMean);

    /// A convolution that rounds as the operator does; of floats it is a pool.
    #[test]
    fn of_floats_is_a_pool() {
        let model = super::networks::mean();
        let text = super::import(&model).unwrap().text("Net");
        assert!(text.contains("conv2d(kernel 3, no bias), // [6, 1, 1]"), "{text}");
        let float = super::import_float(&model).unwrap().text("Net");
        assert!(float.contains("global_avg_pool, // [6]"), "{float}");
    }

    #[test]
    fn others_are_refused() {
        for (scale, axes, expected) in [(0.013, [1, 3], "over the axes [1, 3]"), (0.045, [1, 2], "`--float`")] {
            let mut model = super::networks::mean();
            let mean = model.ops[super::first(&model, "MEAN")].clone();
            model.tensors[mean.inputs[1] as usize].data = axes.to_vec();
            model.tensors[mean.output].scales = vec![scale];
            super::says(&model, &["MEAN", expected]);
        }
    }
}

/// A file of Keras' converter, and what TensorFlow Lite for Microcontrollers gives.
mod keras {
    use const_cnn::Int8;

    include!("../data/KerasInt8.rs");

    static NET: Int8<KerasInt8> = Int8::<KerasInt8>::from_le_bytes(include_bytes!("../data/KerasInt8.bin"));

    #[test]
    fn gives_the_same_bits() {
        let imported = import::read(&super::data("KerasInt8.tflite"), false).unwrap();
        super::is_kept("KerasInt8.rs", imported.text("KerasInt8").as_bytes());
        super::is_kept("KerasInt8.bin", &imported.bytes());
        super::has_sizes(&imported, &NET);
        let case: Vec<i8> = include_bytes!("../data/KerasInt8.case").iter().map(|&byte| byte as i8).collect();
        let mut arena = Int8::<KerasInt8>::arena();
        assert_eq!(case.len(), 12 * 34);
        for part in case.chunks(34) {
            let (image, expected) = part.split_at(32);
            NET.image_in(&mut arena).copy_from_slice(image);
            assert_eq!(NET.infer_in(&mut arena), expected);
        }
    }
}

/// What is said of a network that is not imported.
#[track_caller]
fn says(model: &Model, expected: &[&str]) {
    let error = import(model).expect_err("it is imported").to_string();
    for expected in expected {
        assert!(error.contains(expected), "`{expected}` is not in: {error}");
    }
}

/// The network of blocks with a change.
fn changed(change: impl FnOnce(&mut Model)) -> Model {
    let mut model = networks::blocks();
    change(&mut model);
    model
}

/// The operator of a name, the first one.
fn first(model: &Model, name: &str) -> usize {
    model.ops.iter().position(|op| op.name == name).unwrap()
}

#[test]
fn scales_are_checked() {
    let weight = |model: &Model| model.ops[first(model, "CONV_2D")].inputs[1] as usize;
    let given = |model: &Model| model.ops[first(model, "CONV_2D")].output;
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let node = |model: &Model| format!("t{}", given(model));
        let of_value = changed(|model| {
            let n = given(model);
            model.tensors[n].scales = vec![scale];
        });
        says(&of_value, &[&node(&of_value), "CONV_2D", "above 0 and finite"]);
        let of_weights = changed(|model| {
            let n = weight(model);
            model.tensors[n].scales[1] = scale;
        });
        says(&of_weights, &[&node(&of_weights), "CONV_2D", "above 0 and finite"]);
    }
    for zero_point in [128, -129, i64::MAX] {
        let model = changed(|model| {
            let n = given(model);
            model.tensors[n].zero_points = vec![zero_point];
        });
        says(&model, &["CONV_2D", "zero point", "from -128 to 127"]);
    }
    let model = changed(|model| {
        let n = given(model);
        model.tensors[n].scales = vec![0.5; 2];
    });
    says(&model, &["CONV_2D", "2 scales and 1 zero points"]);
    let model = changed(|model| {
        let n = given(model);
        (model.tensors[n].scales, model.tensors[n].zero_points) = (vec![], vec![]);
    });
    says(&model, &["CONV_2D", "has no scale"]);
    let model = changed(|model| {
        let n = weight(model);
        model.tensors[n].scales.pop();
    });
    says(&model, &["scales along"]);
    let model = changed(|model| {
        let n = weight(model);
        (model.tensors[n].axis, model.tensors[n].scales) = (3, vec![0.1; 3]);
        model.tensors[n].zero_points = vec![0; 3];
    });
    says(&model, &["CONV_2D", "3 scales along axis 3"]);
    for zero_point in [1, i64::MIN] {
        let model = changed(|model| {
            let n = weight(model);
            model.tensors[n].zero_points[0] = zero_point;
        });
        says(&model, &["CONV_2D", "zero point that is not 0"]);
    }
    let model = changed(|model| {
        let n = weight(model);
        (model.tensors[n].scales, model.tensors[n].zero_points) = (vec![], vec![]);
    });
    says(&model, &["CONV_2D", "has no scale"]);
    let model = changed(|model| {
        let n = model.ops[first(model, "CONV_2D")].inputs[2] as usize;
        model.tensors[n].zero_points[0] = 3;
    });
    says(&model, &["CONV_2D", "or a zero point"]);
    let model = changed(|model| {
        let n = model.ops[first(model, "CONV_2D")].inputs[2] as usize;
        model.tensors[n].kind = INT16;
    });
    says(&model, &["type 7, which is not read"]);
}

#[test]
fn other_networks_of_integers_are_refused() {
    for (kind, word) in [(UINT8, "uint8"), (INT16, "int16"), (FLOAT32, "float32")] {
        let model = changed(|model| {
            let n = model.ops[first(model, "CONV_2D")].output;
            model.tensors[n].kind = kind;
        });
        says(&model, &["CONV_2D", word, "int8"]);
    }
    for name in ["LOGISTIC", "SVDF"] {
        let model = changed(|model| {
            let n = first(model, "SOFTMAX");
            model.ops[n] = Op { name, ..model.ops[n].clone() };
        });
        says(&model, &[&format!("t{}", model.output), name]);
    }
    let pool = changed(|model| {
        let n = model.ops[first(model, "MAX_POOL_2D")].output;
        model.tensors[n].scales = vec![0.5];
    });
    says(&pool, &["MAX_POOL_2D", "keeps the scale"]);
    let chances = changed(|model| {
        let n = model.output;
        model.tensors[n].zero_points = vec![-127];
    });
    says(&chances, &["SOFTMAX", "0.00390625 from -128 is possible"]);
    let twice = changed(|model| {
        let x = model.output;
        model.op("ADD", &[x, x], &[1, 5], Some((0.5, 3)), |_| ());
    });
    says(&twice, &["ADD", "with itself"]);
    let with_constant = changed(|model| {
        let (scales, zero_points, data) = (vec![0.5], vec![0], vec![1, 2, 3, 4, 5]);
        model.tensors.push(Tensor { dims: vec![1, 5], kind: INT8, scales, zero_points, axis: 0, data });
        let x = model.output;
        model.op("ADD", &[x, model.tensors.len() - 1], &[1, 5], Some((0.5, 3)), |_| ());
    });
    says(&with_constant, &["ADD", "with a constant"]);
    let dequantised = changed(|model| {
        let n = first(model, "FULLY_CONNECTED");
        let x = model.ops[n].inputs[0] as usize;
        let mut y = model.tensors[x].clone();
        y.kind = FLOAT32;
        model.tensors.push(y);
        model.ops[n].inputs[0] = model.tensors.len() as i32 - 1;
        model.ops.insert(n, Op::new("DEQUANTIZE", &[x], model.tensors.len() - 1));
    });
    says(&dequantised, &["DEQUANTIZE", "at the end alone"]);
    let computed = changed(|model| {
        let n = first(model, "FULLY_CONNECTED");
        model.ops[n].inputs[1] = model.ops[n].inputs[0];
    });
    says(&computed, &["FULLY_CONNECTED", "computed by the network"]);
    let bias = changed(|model| {
        let n = model.ops[first(model, "CONV_2D")].inputs[2] as usize;
        (model.tensors[n].kind, model.tensors[n].data) = (INT8, vec![1; 8]);
    });
    says(&bias, &["CONV_2D", "is the bias, a constant of int8; a constant of int32 is possible"]);
    let padded = changed(|model| {
        let n = model.ops[first(model, "PAD")].output;
        model.tensors[n].zero_points = vec![9];
    });
    says(&padded, &["PAD", "keeps the scale"]);
}

/// Floats or uint8 at the ends: the same network within.
#[test]
fn ends_are_of_other_types() {
    let plain = import(&networks::blocks()).unwrap();
    for (kind, zero, [first, last], [takes, gives]) in [
        (FLOAT32, 0, ["QUANTIZE", "DEQUANTIZE"], ["The file takes floats", "The file gives floats"]),
        (UINT8, 128, ["QUANTIZE"; 2], ["The file takes uint8", "The file gives uint8"]),
    ] {
        let model = changed(|model| {
            let (x, y) = (model.input, model.output);
            for (inner, name, is_first) in [(x, first, true), (y, last, false)] {
                let mut tensor = model.tensors[inner].clone();
                (tensor.kind, tensor.zero_points[0]) = (kind, tensor.zero_points[0] + zero);
                model.tensors.push(tensor);
                let outer = model.tensors.len() - 1;
                if is_first {
                    model.ops.insert(0, Op::new(name, &[outer], inner));
                    model.input = outer;
                } else {
                    model.ops.push(Op::new(name, &[inner], outer));
                    model.output = outer;
                }
            }
        });
        let imported = import(&model).unwrap();
        assert!(imported.bytes() == plain.bytes());
        let text = imported.text("Net");
        assert!(text.contains(takes) && text.contains(gives), "{text}");
        if kind == UINT8 {
            let mut other = model.clone();
            other.tensors[other.input].scales[0] *= 2.0;
            says(&other, &["QUANTIZE", "changes the scale of uint8"]);
        }
    }
}

/// What is said of the image and of the result, and how the form is loaded.
#[test]
fn the_text_says_how_it_is_loaded() {
    let text = import(&networks::blocks()).unwrap().text("Net");
    for expected in [
        "// Its int8 form: `Int8::<Net>::from_le_bytes(include_bytes!(\"Net.bin\"))`",
        "// It takes int8, by `image_in`, channels last: q stands for 0.02 * (q + 5).",
        "// It gives int8, by `infer_in`, channels last: q stands for 0.00390625 * (q + 128).",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

/// Neither form's bytes are those of the other: there are others as many.
#[test]
fn the_forms_are_told_apart_by_their_lengths() {
    use blocks::QuantBlocks as Net;

    let imported = import(&networks::blocks()).unwrap();
    let (int8, float) = (imported.bytes(), import_float(&networks::blocks()).unwrap().bytes());
    let mut net = Net::ZERO;
    let (expected, found) = (float.len(), int8.len());
    assert_eq!(net.read_le(&int8), Err(Error::Bytes { expected, found }));
    let mut net = Int8::<Net>::boxed();
    assert_eq!(net.read_le(&float), Err(Error::Bytes { expected: found, found: expected }));
}
