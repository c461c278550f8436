//! What is not imported: each is an error that names the node, its operator and the attribute; hostile files never
//! panic.

use std::path::{Path, PathBuf};

use import::onnx::{
    AttributeProto, DimensionProto, FunctionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    StringStringEntryProto, TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto, attribute_type,
    data_type,
};
use import::{Error, from_onnx};
use prost::Message;

fn node(op: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        op_type: op.into(),
        name: format!("the_{output}"),
        input: inputs.iter().map(|name| name.to_string()).collect(),
        output: vec![output.into()],
        ..NodeProto::default()
    }
}

fn int(mut node: NodeProto, name: &str, i: i64) -> NodeProto {
    node.attribute.push(AttributeProto { name: name.into(), i, r#type: attribute_type::INT, ..Default::default() });
    node
}

fn ints(mut node: NodeProto, name: &str, ints: &[i64]) -> NodeProto {
    let (name, ints) = (name.into(), ints.to_vec());
    node.attribute.push(AttributeProto { name, ints, r#type: attribute_type::INTS, ..Default::default() });
    node
}

fn text(mut node: NodeProto, name: &str, text: &str) -> NodeProto {
    let (name, s) = (name.into(), text.as_bytes().to_vec());
    node.attribute.push(AttributeProto { name, s, r#type: attribute_type::STRING, ..Default::default() });
    node
}

fn floats(name: &str, dims: &[i64]) -> TensorProto {
    let len: i64 = dims.iter().product();
    let float_data = (0..len).map(|n| n as f32 / 8.0 + 0.125).collect();
    TensorProto {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: data_type::FLOAT,
        float_data,
        ..Default::default()
    }
}

fn longs(name: &str, values: &[i64]) -> TensorProto {
    let (dims, int64_data) = (vec![values.len() as i64], values.to_vec());
    TensorProto { name: name.into(), dims, data_type: data_type::INT64, int64_data, ..Default::default() }
}

fn value(name: &str, dims: &[i64]) -> ValueInfoProto {
    let dim = dims.iter().map(|&size| DimensionProto { dim_value: Some(size), dim_param: None }).collect();
    let shape = Some(TensorShapeProto { dim });
    let tensor_type = Some(TensorTypeProto { elem_type: data_type::FLOAT, shape });
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type }) }
}

/// A model that takes `x` and gives `y`.
fn model(dims: &[i64], node: Vec<NodeProto>, initializer: Vec<TensorProto>) -> ModelProto {
    let (input, output) = (vec![value("x", dims)], vec![value("y", &[])]);
    let graph = Some(GraphProto { node, initializer, input, output, ..GraphProto::default() });
    let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: 17 }];
    ModelProto { ir_version: 8, graph, opset_import, ..ModelProto::default() }
}

fn import(model: &ModelProto) -> import::Result<import::Imported> {
    import::from_bytes(from_onnx::read(&model.encode_to_vec(), Path::new("/nowhere"))?, false)
}

/// What is said of a model of an image of two channels of 4 × 4.
#[track_caller]
fn says(nodes: Vec<NodeProto>, constants: Vec<TensorProto>, expected: &[&str]) {
    let error = import(&model(&[1, 2, 4, 4], nodes, constants)).expect_err("it is imported").to_string();
    for expected in expected {
        assert!(error.contains(expected), "`{expected}` is not in: {error}");
    }
}

#[test]
fn operators_and_attributes_are_named() {
    says(vec![node("Det", &["x"], "y")], vec![], &["the_y", "Det", "not supported; supported are Conv"]);
    says(vec![node("LogSoftmax", &["x"], "y")], vec![], &["the_y", "LogSoftmax", "`predict`"]);
    let hard = node("HardSigmoid", &["x"], "y");
    says(vec![hard], vec![], &["the_y", "HardSigmoid", "`alpha`", "0.2", "x / 6"]);
    let cubic = text(node("Resize", &["x", "", "scales"], "y"), "mode", "cubic");
    says(vec![cubic], vec![floats("scales", &[4])], &["the_y", "Resize"]);
    let pad = text(node("Pad", &["x", "pads"], "y"), "mode", "wrap");
    says(vec![pad], vec![longs("pads", &[0, 0, 1, 1, 0, 0, 1, 1])], &["the_y", "Pad", "`mode`", "wrap", "reflect"]);
    let pad = node("Pad", &["x", "pads"], "y");
    says(vec![pad], vec![longs("pads", &[0, 1, 0, 0, 0, 0, 0, 0])], &["the_y", "Pad", "channels"]);
    let softmax = int(node("Softmax", &["x"], "y"), "axis", 1);
    says(vec![softmax], vec![], &["the_y", "Softmax", "`axis`", "leave it out"]);
    let split = node("Split", &["x"], "y");
    says(vec![split], vec![], &["the_y", "Split", "groups"]);
    let concat = int(node("Concat", &["x", "x"], "y"), "axis", 2);
    says(vec![concat], vec![], &["the_y", "Concat", "`axis`", "along channels"]);
    let training = int(node("BatchNormalization", &["x", "a", "a", "a", "a"], "y"), "training_mode", 1);
    says(vec![training], vec![floats("a", &[2])], &["the_y", "BatchNormalization", "training_mode", "evaluation"]);
    let conv = ints(node("Conv", &["x", "w"], "y"), "pads", &[1, 1, -1, 1]);
    says(vec![conv], vec![floats("w", &[3, 2, 3, 3])], &["the_y", "Conv", "`pads`"]);
    says(
        vec![node("Conv", &["x", "w"], "y")],
        vec![floats("w", &[3, 2, 3, 3, 3])],
        &["the_y", "Conv", "`w`", "two axes"],
    );
    says(
        vec![node("Conv", &["x", "w"], "y")],
        vec![floats("w", &[3, 2, 5, 5])],
        &["the_y", "Conv", "does not fit inside"],
    );
    says(vec![node("Conv", &["x", "w"], "y")], vec![floats("w", &[3, 5, 3, 3])], &["the_y", "Conv", "`group`"]);
    let norm = int(node("LayerNormalization", &["x", "w"], "y"), "axis", -1);
    says(vec![norm], vec![floats("w", &[4])], &["the_y", "LayerNormalization", "`axis`", "all values"]);
    let cut = node("Slice", &["x", "from", "to", "axes"], "y");
    let constants = vec![longs("from", &[0]), longs("to", &[1]), longs("axes", &[1])];
    says(vec![cut], constants, &["the_y", "Slice", "axis 1", "channels"]);
    says(vec![node("Erf", &["x"], "y")], vec![], &["the_y", "Erf", "gelu"]);
    says(vec![node("Clip", &["x", "", "w"], "y")], vec![floats("w", &[])], &["the_y", "Clip", "0.125"]);
    says(
        vec![node("QuantizeLinear", &["x", "w"], "y")],
        vec![floats("w", &[])],
        &["the_y", "QuantizeLinear", "integers"],
    );
    says(vec![node("MatMul", &["x", "w"], "y")], vec![floats("w", &[4, 3])], &["the_y", "MatMul", "each row"]);
    says(vec![node("MatMul", &["x", "x"], "y")], vec![], &["the_y", "MatMul", "`x`", "constant"]);
    says(vec![node("Add", &["x", "w"], "y")], vec![floats("w", &[4, 4])], &["the_y", "Add", "each channel"]);
    says(vec![node("Conv", &["x", "x"], "y")], vec![], &["the_y", "Conv", "`x`", "constant"]);
    let turned = ints(node("Transpose", &["r"], "t"), "perm", &[0, 1, 3, 2]);
    let nodes = vec![node("Conv", &["x", "w"], "r"), turned, node("Conv", &["t", "w"], "y")];
    says(nodes, vec![floats("w", &[2, 2, 1, 1])], &["the_y", "Conv", "is transposed"]);
}

#[test]
fn other_graphs_are_refused_by_their_nodes() {
    let conv = |x: &str, y: &str| node("Conv", &[x, "w"], y);
    let weight = || vec![floats("w", &[2, 2, 1, 1])];
    // a value is taken across two sums
    let crossed = vec![
        conv("x", "a"),
        conv("a", "b"),
        conv("a", "c"),
        node("Relu", &["b"], "d"),
        node("Add", &["b", "c"], "e"),
        node("Add", &["d", "e"], "f"),
        node("Relu", &["f"], "y"),
    ];
    says(crossed, weight(), &["`the_b`, `the_d`, `the_e`", "across blocks"]);
    let product = vec![conv("x", "a"), node("Sigmoid", &["x"], "b"), node("Mul", &["a", "b"], "y")];
    says(product, weight(), &["the_a", "the_b", "a gate multiplies a value with what is computed from it"]);
    says(vec![node("Relu", &["z"], "y"), node("Relu", &["y"], "z")], vec![], &["cycle", "the_y", "the_z"]);
    says(vec![node("Relu", &["nothing"], "y")], vec![], &["the_y", "`nothing`, which nothing gives"]);
    says(vec![node("Relu", &["x"], "y"), node("Relu", &["x"], "y")], vec![], &["the_y", "given already"]);
    says(vec![node("Identity", &["x"], "y")], vec![], &["no layer"]);
    says(vec![node("Identity", &["w"], "y")], weight(), &["does not depend on what it takes"]);

    let mut two = model(&[1, 2, 4, 4], vec![node("Relu", &["x"], "y")], vec![]);
    two.graph.as_mut().unwrap().output.push(value("z", &[]));
    assert!(import(&two).unwrap_err().to_string().contains("nodes `y`, `z`: the model gives 2 outputs"));
    two.graph.as_mut().unwrap().input.push(value("w", &[]));
    assert!(import(&two).unwrap_err().to_string().contains("nodes `x`, `w`: the model takes 2 inputs"));
}

#[test]
fn blocks_that_lie_too_deep_are_refused() {
    // the sum of the input and of what a block gives, in a block, and so on
    let nested = |depth: usize| {
        let sums = (0..depth).flat_map(|n| {
            let (taken, given) = (if n == 0 { "x".into() } else { format!("s{n}") }, format!("s{}", n + 1));
            let (conv, given) = (format!("c{n}"), if n + 1 == depth { "y".into() } else { given });
            [node("Conv", &[&taken, "w"], &conv), node("Add", &[&conv, "x"], &given)]
        });
        model(&[1, 2, 4, 4], sums.collect(), vec![floats("w", &[2, 2, 1, 1])])
    };
    // with the names of the layer and of its array
    assert!(import(&nested(14)).unwrap().text("Net").contains("conv2d(2, kernel 1, no bias)"));
    let error = import(&nested(15)).unwrap_err().to_string();
    assert!(error.contains("lies in 15 blocks; an array's path has 16 names"), "{error}");
}

#[test]
fn sizes_that_are_too_large_are_refused() {
    let relu = || vec![node("Relu", &["x"], "y")];
    for dims in [&[1, 2, 1 << 40, 4][..], &[1, 2, 1 << 12, 1 << 12], &[1; 40], &[1, -4, 4, 4], &[1, 0, 4, 4]] {
        assert!(matches!(import(&model(dims, relu(), vec![])), Err(Error::Format(_))), "{dims:?}");
    }
    for dims in [&[i64::MAX, i64::MAX][..], &[-1, 4], &[1 << 30], &[1; 40]] {
        let tensor = TensorProto { dims: dims.to_vec(), ..floats("w", &[1]) };
        let model = model(&[1, 2, 4, 4], relu(), vec![tensor]);
        assert!(matches!(import(&model), Err(Error::Format(_))), "{dims:?}");
    }
    // one weight, taken again and again
    let nodes = (0..300).map(|n| node("Conv", &[&format!("v{n}"), "w"], &format!("v{}", n + 1)));
    let mut nodes: Vec<NodeProto> = nodes.collect();
    (nodes[0].input[0], nodes[299].output[0]) = ("x".into(), "y".into());
    let many = model(&[1, 256, 2, 2], nodes, vec![floats("w", &[256, 256, 1, 1])]);
    let error = import(&many).unwrap_err().to_string();
    assert!(error.contains("numbers; at most"), "{error}");
    // constants that grow
    let mut grow = vec![node("ConstantOfShape", &["s"], "c0")];
    grow.extend((0..40).map(|n| node("Identity", &[&format!("c{n}")], &format!("c{}", n + 1))));
    grow.push(node("Add", &["x", "c40"], "y"));
    let error = import(&model(&[1, 2, 4, 4], grow, vec![longs("s", &[1 << 20])])).unwrap_err().to_string();
    assert!(error.contains("numbers; at most"), "{error}");
    let relus = (0..5000).map(|n| node("Relu", &[if n == 0 { "x" } else { "y" }], "y")).collect();
    assert!(import(&model(&[1, 2, 4, 4], relus, vec![])).unwrap_err().to_string().contains("nodes are too many"));
}

#[test]
fn weights_are_finite_and_lie_beside_the_model() {
    let mut weight = floats("w", &[2, 2, 1, 1]);
    weight.float_data[1] = f32::NAN;
    says(vec![node("Conv", &["x", "w"], "y")], vec![weight], &["the_y", "Conv", "`w`", "NaN or infinite"]);
    let mut weight = floats("w", &[2, 2, 1, 1]);
    weight.float_data.clear();
    weight.data_location = 1;
    for (location, expected) in [("../secret", "outside"), ("/etc/passwd", "outside"), ("weights", "/nowhere/weights")]
    {
        weight.external_data = vec![StringStringEntryProto { key: "location".into(), value: location.into() }];
        says(vec![node("Conv", &["x", "w"], "y")], vec![weight.clone()], &[expected]);
    }
    weight.external_data.clear();
    says(vec![node("Conv", &["x", "w"], "y")], vec![weight], &["`w` does not say in which file it is"]);
}

#[test]
fn opsets_and_endings_are_known() {
    let mut old = model(&[1, 2, 4, 4], vec![node("Relu", &["x"], "y")], vec![]);
    old.opset_import[0].version = 9;
    assert!(import(&old).unwrap_err().to_string().contains("its opset is 9; opsets 11 to"));
    let mut other = model(&[1, 2, 4, 4], vec![node("FusedConv", &["x"], "y")], vec![]);
    other.graph.as_mut().unwrap().node[0].domain = "com.microsoft".into();
    assert!(import(&other).unwrap_err().to_string().contains("no operator of ONNX"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    assert!(import::read(&path, false).unwrap_err().to_string().contains(".tflite"));
    assert!(matches!(import::read(Path::new("/nowhere.onnx"), false), Err(Error::Io { .. })));
}

/// The first weights of `KerasInt8`, as Keras had them.
const KERAS_WEIGHTS: [f32; 4] = [0.207_695_19, 0.161_320_09, 0.305_519_1, -0.090_953_5];

/// The models of `tests/data`.
fn models() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut models: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|e| e == "onnx" || e == "tflite")).collect();
    models.sort();
    assert!(models.len() >= 20);
    models.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn import_bytes(path: &Path, bytes: &[u8]) -> import::Result<import::Imported> {
    let graph = match path.extension().unwrap().to_str() {
        Some("onnx") => from_onnx::read(bytes, Path::new("/nowhere"))?,
        _ => import::tflite::read(bytes)?,
    };
    import::from_bytes(graph, false)
}

#[test]
fn a_cut_file_is_refused() {
    for (path, bytes) in models() {
        for n in 1..40 {
            let len = bytes.len() * n / 40;
            if let Ok(imported) = import_bytes(&path, &bytes[..len]) {
                // of messages, what is left may be whole: a graph whose last nodes are gone gives nothing
                panic!("{}: {len} of {} bytes give {}", path.display(), bytes.len(), imported.text("Net"));
            }
        }
    }
}

#[test]
fn changed_bytes_are_refused_or_read_but_never_more() {
    let mut seed = 1u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    let (mut refused, mut read) = (0, 0);
    for (path, bytes) in models() {
        for _ in 0..150 {
            let mut bytes = bytes.clone();
            for _ in 0..1 + random(4) {
                let at = random(bytes.len());
                match random(3) {
                    0 => bytes[at] = random(256) as u8,
                    1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)],
                    _ => drop(bytes.remove(at)),
                }
            }
            if path.extension().is_some_and(|ending| ending == "tflite") {
                let float = import::tflite::read_float(&bytes).and_then(|graph| import::from_bytes(graph, false));
                assert!(float.is_err() || float.is_ok_and(|float| float.int8.is_none() && !float.bytes().is_empty()));
            }
            match import_bytes(&path, &bytes) {
                Ok(imported) => {
                    assert!(!imported.bytes().is_empty());
                    if imported.int8.is_some() {
                        let totals = import::table::int8_totals(&imported.lines);
                        assert_eq!(imported.bytes().len(), totals.source);
                        assert_eq!(totals.unknown, None);
                    }
                    read += 1;
                }
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
            }
        }
    }
    println!("{refused} refused, {read} read");
    assert!(refused > 100 && read > 100);
}

#[test]
fn the_tensors_of_a_network_of_integers_are_read() {
    use import::graph::Data;

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/KerasInt8.tflite");
    let tensors = import::tflite::describe(&std::fs::read(path).unwrap()).unwrap();
    let weight = tensors.iter().find(|tensor| tensor.dims == [3, 3, 3, 2]).unwrap();
    let quantised = weight.quantised.as_ref().unwrap();
    assert_eq!((quantised.scales.len(), &quantised.zero_points[..], quantised.axis), (3, &[0; 3][..], 0));
    // half a step from the weights that Keras had
    let Data::Floats(values) = &weight.constant.as_ref().unwrap().data else { panic!("integers") };
    for (value, keras) in values.iter().zip(KERAS_WEIGHTS) {
        assert!((value - keras).abs() <= 0.5001 * quantised.scales[0], "{value} {keras}");
    }
    assert!(tensors.iter().any(|tensor| tensor.constant.is_none() && tensor.quantised.is_some()));
}

/// A TFLite file of so many tensors, which are one: all share a name and a buffer.
fn shared(tensors: usize, name: &[u8], buffer: &[u8]) -> Vec<u8> {
    let mut bytes = b"\0\0\0\0TFL3".to_vec();
    // a table of fields of four bytes, each a number or the place of an offset that is filled in later
    let table = |bytes: &mut Vec<u8>, fields: &[(u16, u32)], of: u16| {
        let place = |n: u16| fields.iter().position(|field| field.0 == n).map_or(0, |at| 4 + 4 * at as u16);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let start = bytes.len();
        [4 + 2 * of, 4 + 4 * fields.len() as u16].iter().for_each(|n| bytes.extend(n.to_le_bytes()));
        (0..of).for_each(|n| bytes.extend(place(n).to_le_bytes()));
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let at = bytes.len();
        bytes.extend(((at - start) as i32).to_le_bytes());
        fields.iter().for_each(|(_, value)| bytes.extend(value.to_le_bytes()));
        at
    };
    let vector = |bytes: &mut Vec<u8>, count: usize, values: &[u8]| {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let at = bytes.len();
        bytes.extend((count as u32).to_le_bytes());
        bytes.extend(values);
        at
    };
    let point = |bytes: &mut Vec<u8>, at: usize, to: usize| {
        bytes[at..at + 4].copy_from_slice(&((to - at) as u32).to_le_bytes());
    };
    let model = table(&mut bytes, &[(0, 3), (1, 0), (2, 0), (4, 0)], 5);
    point(&mut bytes, 0, model);
    let codes = vector(&mut bytes, 0, &[]);
    point(&mut bytes, model + 8, codes);
    let graphs = vector(&mut bytes, 1, &[0; 4]);
    point(&mut bytes, model + 12, graphs);
    let buffers = vector(&mut bytes, 2, &[0; 8]);
    point(&mut bytes, model + 16, buffers);
    let graph = table(&mut bytes, &[(0, 0), (1, 0), (2, 0), (3, 0)], 4);
    point(&mut bytes, graphs + 4, graph);
    let list = vector(&mut bytes, tensors, &vec![0; 4 * tensors]);
    point(&mut bytes, graph + 4, list);
    let ends = vector(&mut bytes, 1, &[0; 4]);
    point(&mut bytes, graph + 8, ends);
    point(&mut bytes, graph + 12, ends);
    let operators = vector(&mut bytes, 0, &[]);
    point(&mut bytes, graph + 16, operators);
    let tensor = table(&mut bytes, &[(0, 0), (1, 9), (2, u32::from(!buffer.is_empty())), (3, 0)], 5);
    let dims = vector(&mut bytes, 1, &(buffer.len().max(1) as u32).to_le_bytes());
    point(&mut bytes, tensor + 4, dims);
    let name = vector(&mut bytes, name.len(), name);
    point(&mut bytes, tensor + 16, name);
    (0..tensors).for_each(|n| point(&mut bytes, list + 4 + 4 * n, tensor));
    let nothing = table(&mut bytes, &[], 1);
    point(&mut bytes, buffers + 4, nothing);
    let own = table(&mut bytes, &[(0, 0)], 1);
    point(&mut bytes, buffers + 8, own);
    let values = vector(&mut bytes, buffer.len(), buffer);
    point(&mut bytes, own + 4, values);
    bytes
}

#[test]
fn what_tensors_share_counts_each_time() {
    let says = |bytes: &[u8]| {
        let error = import::tflite::describe(bytes).err().unwrap();
        assert!(matches!(error, Error::Format(_)), "{error}");
        assert_eq!(import::tflite::read(bytes).err().as_ref(), Some(&error));
        error.to_string()
    };
    let buffer = vec![1; 1 << 20];
    assert_eq!(import::tflite::describe(&shared(15, b"x", &buffer)).unwrap().len(), 15);
    assert!(says(&shared(17, b"x", &buffer)).contains("17825792 values in constants; 16777216 are read"));
    // by one name, or by being many
    assert!(says(&shared(5, &buffer, &[1])).contains("longer in all"));
    assert!(says(&shared(1 << 18, b"x", &[])).contains("longer in all"));
}

#[test]
fn what_constants_share_counts_each_time() {
    let folder = std::env::temp_dir().join(format!("const-cnn-shared-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("weights"), vec![1; 1 << 20]).unwrap();
    let external_data = vec![StringStringEntryProto { key: "location".into(), value: "weights".into() }];
    let constant = |n: usize| TensorProto {
        name: format!("w{n}"),
        dims: vec![1 << 20],
        data_type: data_type::INT8,
        data_location: 1,
        external_data: external_data.clone(),
        ..TensorProto::default()
    };
    let read = |count: usize| {
        let model = model(&[1, 2], vec![node("Relu", &["x"], "y")], (0..count).map(constant).collect());
        from_onnx::read(&model.encode_to_vec(), &folder)
    };
    let (few, many) = (read(16), read(17));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(few.unwrap().constants.len(), 16);
    let error = many.err().unwrap();
    assert!(error.to_string().contains("`w16` there are 17825792 values in constants"), "{error}");
}

#[test]
fn what_a_function_holds_counts_at_each_call() {
    let mut inner = node("Constant", &[], "w");
    let (name, t) = ("value".to_string(), Some(floats("w", &[1 << 20])));
    inner.attribute.push(AttributeProto { name, t, r#type: attribute_type::TENSOR, ..Default::default() });
    let add = node("Add", &["a", "w"], "b");
    let function = FunctionProto {
        name: "Bias".into(),
        domain: "own".into(),
        input: vec!["a".into()],
        output: vec!["b".into()],
        node: vec![inner, add],
        ..FunctionProto::default()
    };
    let calls = (0..17).map(|n| {
        let (from, to) = (if n == 0 { "x".to_string() } else { format!("v{n}") }, format!("v{}", n + 1));
        NodeProto { domain: "own".into(), ..node("Bias", &[&from], &to) }
    });
    let mut model = model(&[1, 2], calls.collect(), vec![]);
    model.functions = vec![function];
    let error = from_onnx::read(&model.encode_to_vec(), Path::new("/nowhere")).err().unwrap().to_string();
    assert!(error.contains("the_v16") && error.contains("functions are of more than 67108864 bytes"), "{error}");
}
