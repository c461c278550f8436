//! What an exported network is: its nodes, its constants and their names.

mod networks;
mod round_trip;

/// Constants, names and types as only Rust has them.
mod spelled {
    include!("../data/Spelled.rs");
}

use std::fs;
use std::path::Path;

use const_cnn::{
    Activation, Function, Image, Input, Nested, Network, Operator, Output, Parameters, Shape, Vector, Zero, network,
};
use import::export;
use import::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto};
use prost::Message;

use networks::{Numbers, Visit, trained};

/// The graph of an exported network.
fn exported<N: Network>(net: &N) -> GraphProto {
    let model = ModelProto::decode(&*export(net).unwrap()).unwrap();
    assert_eq!((model.ir_version, model.opset_import[0].version), (10, 21));
    model.graph.unwrap()
}

/// The constants that are arrays of the network's; the others' names begin with `/`.
fn arrays(graph: &GraphProto) -> impl Iterator<Item = &import::onnx::TensorProto> {
    graph.initializer.iter().filter(|tensor| !tensor.name.starts_with('/'))
}

#[test]
fn every_network_becomes_its_operators_with_its_own_bytes() {
    struct Check(usize);

    impl Visit for Check {
        fn network<N: Network>(&mut self, lines: &str, operators: &str) {
            let net = trained::<N>();
            let graph = exported(&net);
            assert_eq!(graph.name, N::NAME);
            let found: Vec<&str> = graph.node.iter().map(|node| node.op_type.as_str()).collect();
            assert_eq!(found, operators.split_whitespace().collect::<Vec<_>>(), "{}", N::NAME);

            // each name is given once, before it is taken
            let constants = graph.initializer.iter().map(|tensor| &tensor.name);
            let mut given: Vec<&String> = constants.chain([&graph.input[0].name]).collect();
            for node in &graph.node {
                let is_given = node.input.iter().all(|name| name.is_empty() || given.contains(&name));
                assert!(is_given, "{}: {node:?}", N::NAME);
                assert!(!given.contains(&&node.output[0]), "{}: {node:?}", N::NAME);
                given.push(&node.output[0]);
            }
            assert_eq!(given.last(), Some(&&graph.output[0].name));

            let mut bytes = vec![0; N::PARAMETER_BYTES];
            net.write_le(&mut bytes).unwrap();
            let written: Vec<u8> = arrays(&graph).flat_map(|tensor| tensor.raw_data.clone()).collect();
            let names: Vec<String> = net.arrays().map(|(array, _)| array.path().join(".")).collect();
            // of two arrays of one name, the second has a number
            let are_named = arrays(&graph).zip(&names).all(|(tensor, name)| tensor.name.trim_end_matches("_1") == name);
            assert!(are_named && arrays(&graph).count() == names.len(), "{}", N::NAME);
            // the kernels of `mapwise_conv2d` stand in the file once for each map
            assert!(written == bytes || lines.contains("mapwise_conv2d"), "{}", N::NAME);
            self.0 += 1;
        }
    }

    let mut check = Check(0);
    networks::each(&mut check);
    assert!(check.0 > 30, "{}", check.0);
}

#[test]
fn every_layer_is_in_one_of_the_networks() {
    struct Words(String);

    impl Visit for Words {
        fn network<N: Network>(&mut self, lines: &str, _: &str) {
            self.0 += lines;
        }
    }

    let mut words = Words(String::new());
    networks::each(&mut words);
    let words: Vec<&str> = words.0.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/layers/mod.rs")).unwrap();
    let list = list.split("\nlayers! {\n").nth(1).unwrap().lines().take_while(|line| *line != "}");
    let layers: Vec<&str> = list.map(|line| line.trim().split(':').next().unwrap()).collect();
    assert!(layers.len() > 35, "{layers:?}");
    for layer in layers {
        assert!(words.contains(&layer), "no network here has a `{layer}`");
    }
}

fn attribute<'a>(node: &'a NodeProto, name: &str) -> &'a AttributeProto {
    node.attribute.iter().find(|attribute| attribute.name == name).unwrap()
}

network! {
    struct Named: [3, 9, 8] => [4] {
        conv: conv2d(6, kernel (3, 2), stride (1, 2), dilation (2, 1), padding (0, 1, 2, 1), groups 3),
        block: residual { norm: batch_norm(eps 1e-3, momentum 0.25) },
        pool: avg_pool2d(2, no count),
        flatten: flatten,
        out: linear(4),
    }
}

#[test]
fn nodes_have_the_lines_names_and_numbers() {
    let graph = exported(&trained::<Named>());
    let [conv, norm, add, pool, flatten, out] = &graph.node[..] else { panic!("{} nodes", graph.node.len()) };
    let names = [conv, norm, add, pool, flatten, out].map(|node| node.name.as_str());
    assert_eq!(
        names,
        [
            "/conv/Conv",
            "/block/norm/BatchNormalization",
            "/block/Add",
            "/pool/AveragePool",
            "/flatten/Flatten",
            "/out/Gemm"
        ]
    );
    assert_eq!(conv.input, ["input", "conv.weight", "conv.bias"]);
    assert_eq!(add.input, ["/block/norm/BatchNormalization_output_0", "/conv/Conv_output_0"]);
    assert_eq!((&out.output[..], &graph.output[0].name[..]), (&["output".to_string()][..], "output"));
    let window = ["kernel_shape", "strides", "dilations", "pads"].map(|name| &attribute(conv, name).ints[..]);
    assert_eq!(window, [&[3, 2][..], &[1, 2], &[2, 1], &[0, 2, 1, 1]]);
    assert_eq!((attribute(conv, "group").i, attribute(out, "transB").i), (3, 1));
    assert_eq!((attribute(norm, "epsilon").f, attribute(norm, "momentum").f), (1e-3, 0.75));
    assert_eq!((attribute(pool, "ceil_mode").i, attribute(pool, "count_include_pad").i), (0, 0));
    let weight = &graph.initializer[0];
    assert_eq!((&weight.name[..], &weight.dims[..]), ("conv.weight", &[6, 1, 3, 2][..]));
    let shape = graph.input[0].r#type.as_ref().unwrap().tensor_type.as_ref().unwrap().shape.as_ref().unwrap();
    assert_eq!(shape.dim[0].dim_param.as_deref(), Some("N"));
    assert_eq!(shape.dim[1..].iter().map(|dim| dim.dim_value).collect::<Vec<_>>(), [Some(3), Some(9), Some(8)]);
}

#[test]
fn a_folded_network_has_no_normalisation_left() {
    let mut net = trained::<networks::ResNet>();
    let graph = exported(&net.fold());
    let left = graph.node.iter().filter(|node| node.op_type == "Identity").map(|node| node.name.as_str());
    assert_eq!(left.collect::<Vec<_>>(), ["/norm/Identity", "/block2/norm/Identity"]);
    assert!(graph.node.iter().all(|node| node.op_type != "BatchNormalization"));
    net.zero();
    assert_ne!(exported(&net.fold()).initializer, graph.initializer);
}

/// y = x²
#[derive(Clone, Debug, PartialEq)]
struct Square;

impl Function for Square {
    const OF_Y: bool = false;

    fn value(x: f32) -> f32 {
        x * x
    }

    fn derivative(x: f32) -> f32 {
        2.0 * x
    }
}

/// y = max(x, 0), in other words
#[derive(Clone, Debug, PartialEq)]
struct Positive;

impl Function for Positive {
    const OF_Y: bool = true;
    const OPERATOR: Operator = Operator::word("relu");

    fn value(x: f32) -> f32 {
        x.max(0.0)
    }

    fn derivative(y: f32) -> f32 {
        f32::from(y > 0.0)
    }
}

/// y = x, but it says to be what it is not.
#[derive(Clone, Debug, PartialEq)]
struct Wrong;

impl Function for Wrong {
    const OF_Y: bool = true;
    const OPERATOR: Operator = Operator::word("leaky_relu");

    fn value(x: f32) -> f32 {
        x
    }

    fn derivative(_: f32) -> f32 {
        1.0
    }
}

network! {
    struct Own: [2, 3, 3] => [2, 3, 3] {
        positive: Activation<Positive, Image<2, 3, 3>>,
        block: residual { conv: conv2d(2, kernel 1), square: Activation<Square, Image<2, 3, 3>> },
    }
}

network! {
    struct Liar: [4] => [4] { leak: Activation<Wrong, Vector<4>> }
}

#[test]
fn a_layer_that_does_not_say_what_it_computes_is_named() {
    let error = export(&Own::ZERO).unwrap_err();
    assert_eq!((error.line.as_str(), error.operator), ("block.square", "custom"));
    let says = error.to_string();
    assert!(
        says.starts_with("line `block.square` (custom): a layer of your own does not say what it computes"),
        "{says}"
    );
    let error = export(&Liar::ZERO).unwrap_err();
    assert_eq!(error.to_string(), "line `leak` (leaky_relu): it does not state its number `slope`");
}

/// Writes each network with images and what it gives for them, which `onnx.sh` compares with what onnxruntime gives.
#[test]
fn networks_are_written_for_onnxruntime() {
    const IMAGES: usize = 3;

    struct Write(std::path::PathBuf);

    impl Visit for Write {
        fn network<N: Network>(&mut self, _: &str, _: &str) {
            let (net, mut numbers) = (trained::<N>(), Numbers::new(3));
            let (mut x, mut y) = (Vec::new(), Vec::new());
            let mut scratch = N::Scratch::<f32>::ZERO;
            for _ in 0..IMAGES {
                let values: Vec<f32> = (&mut numbers).take(N::Input::LEN).map(|number| 16.0 * number).collect();
                let image: Input<N, f32> = N::image(&values).unwrap();
                let mut output = Output::<N, f32>::ZERO;
                net.infer(&image, &mut scratch, &mut output);
                x.extend(values);
                y.extend(N::Output::LAYOUT.iter(output.flat()));
            }
            assert!(y.iter().all(|value| value.is_finite()), "{}", N::NAME);
            assert!(y.iter().any(|value| *value != y[0]), "{}: all outputs are {}", N::NAME, y[0]);
            let bytes = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
            fs::write(self.0.join(N::NAME).with_extension("onnx"), export(&net).unwrap()).unwrap();
            fs::write(self.0.join(N::NAME).with_extension("x"), bytes(&x)).unwrap();
            fs::write(self.0.join(N::NAME).with_extension("y"), bytes(&y)).unwrap();
        }
    }

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export");
    fs::create_dir_all(&folder).unwrap();
    let mut write = Write(folder);
    networks::each(&mut write);
    write.network::<spelled::Spelled>("", "");
}
