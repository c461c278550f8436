//! Exported networks, imported again: the same lines and the same bytes.

use std::collections::HashMap;
use std::path::Path;

use const_cnn::{Network, Zero};
use import::onnx::{GraphProto, ModelProto, NodeProto};
use import::{Imported, export, from_bytes, from_onnx, table};
use prost::Message;

use crate::networks::{self, Numbers, Visit, trained};
use crate::spelled::Spelled;

/// Lines without comments, spaces and the last commas of blocks.
fn plain(lines: &str) -> String {
    let lines = lines.lines().map(|line| line.split("//").next().unwrap());
    let text: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    text.replace(",}", "}")
}

/// A network, exported and imported.
fn again<N: Network>(net: &N) -> Imported {
    let graph = from_onnx::read(&export(net).unwrap(), Path::new("")).unwrap();
    from_bytes(graph, false).unwrap_or_else(|error| panic!("{}: {error}", N::NAME))
}

/// The names of an import's networks, the outermost last, with their lines.
fn networks(text: &str) -> Vec<(String, String)> {
    let each = text.split("const_cnn::network! {\n    pub struct ").skip(1).map(|network| {
        let (name, body) = network.rsplit_once("\n}").unwrap().0.split_once(':').unwrap();
        (name.to_string(), plain(body))
    });
    each.collect()
}

fn bytes<N: Network>(net: &N) -> Vec<u8> {
    let mut bytes = vec![0; N::PARAMETER_BYTES];
    net.write_le(&mut bytes).unwrap();
    bytes
}

/// The lines of each network here.
fn sources() -> HashMap<&'static str, String> {
    #[derive(Default)]
    struct Sources(HashMap<&'static str, String>);

    impl Visit for Sources {
        fn network<N: Network>(&mut self, lines: &str, _: &str) {
            self.0.insert(N::NAME, plain(lines));
        }
    }

    let mut sources = Sources::default();
    networks::each(&mut sources);
    sources.0
}

#[test]
fn what_was_exported_is_imported_as_it_was() {
    struct Back(HashMap<&'static str, String>, usize);

    impl Visit for Back {
        fn network<N: Network>(&mut self, _: &str, _: &str) {
            for net in [trained::<N>(), N::ZERO] {
                let imported = again(&net);
                let found = networks(&imported.text(N::NAME));
                assert_eq!(found.last().unwrap().0, N::NAME);
                assert!(imported.bytes() == bytes(&net), "{}: other bytes", N::NAME);
                for (name, body) in &found {
                    assert_eq!(*body, self.0[name.as_str()], "{}, {name}", N::NAME);
                }
                let of = table::Sizes {
                    parameters: N::PARAMETERS,
                    multiply_accumulates: N::MULTIPLY_ACCUMULATES,
                    inference_bytes: N::INFERENCE_BYTES,
                };
                assert_eq!(table::sizes(&imported.lines), of, "{}", N::NAME);
                self.1 += 1;
            }
        }
    }

    let mut back = Back(sources(), 0);
    networks::each(&mut back);
    assert!(back.1 >= 90, "{}", back.1);
}

/// What follows a text's remarks.
fn without_remarks(text: &str) -> &str {
    text.split_once("\n\n").unwrap().1
}

#[test]
fn what_is_imported_is_rust_to_the_letter() {
    for net in [trained::<Spelled>(), Zero::ZERO] {
        let imported = again(&net);
        assert_eq!(without_remarks(&imported.text("Spelled")), without_remarks(include_str!("../data/Spelled.rs")));
        assert!(imported.bytes() == bytes(&net));
    }
}

#[test]
fn a_folded_network_comes_back_without_what_was_folded_away() {
    let net = trained::<networks::ResNet>().fold();
    let imported = again(&net);
    assert!(imported.bytes() == bytes(&net));
    let expected = sources()["ResNet"].replace("norm:batch_norm", "").replace(",nobias", "").replace(",,", ",");
    assert_eq!(networks(&imported.text("ResNet")), [("ResNet".to_string(), expected.replace(",}", "}"))]);

    let nested = networks(&again(&trained::<networks::Nested>().fold()).text("Nested"));
    let names: Vec<&str> = nested.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["ResNetStage", "Nested"]);
}

#[test]
fn two_networks_of_one_name_are_two() {
    let [inner, outer] = &networks(&again(&trained::<networks::Names>()).text("Shadow"))[..] else { panic!("not two") };
    assert_eq!((inner.0.as_str(), outer.0.as_str()), ("Shadow2", "Shadow"));
    assert!(outer.1.contains("shortcut:Shadow2,"), "{}", outer.1);
}

/// The text of an import of `Plain`, without remarks and comments, where the nodes of these operators say that they are written so.
fn noted(name: &str, notes: &[(&str, &str)], declared: &str) -> String {
    let mut model = ModelProto::decode(&*export(&trained::<networks::Plain>()).unwrap()).unwrap();
    let graph = model.graph.as_mut().unwrap();
    if !declared.is_empty() {
        graph.metadata_props[0].value = declared.into();
    }
    for (operator, written) in notes {
        let node = graph.node.iter_mut().find(|node| node.op_type == *operator).unwrap();
        node.metadata_props[1].value = written.to_string();
    }
    let imported = from_bytes(from_onnx::read(&model.encode_to_vec(), Path::new("")).unwrap(), false).unwrap();
    let text = imported.text(name);
    let lines = without_remarks(&text).lines().map(|line| line.split(" //").next().unwrap().trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ").split_once("network! {").map(|(head, body)| format!("{head}{body}")).unwrap()
}

#[test]
fn what_lines_have_by_name_is_what_all_of_them_say() {
    let expected = |head: &str, sizes: &str, lines: [&str; 5]| {
        let [conv, relu, pool, flatten, dense] = lines;
        let lines = format!("conv: {conv}, relu: {relu}, pool: {pool}, flatten: {flatten}, dense: {dense},");
        format!("{head}const_cnn:: pub struct Plain: {sizes} {{ {lines} }} }}")
    };
    let plain = ["conv2d(4, kernel 3, padding 1)", "relu", "max_pool2d(2)", "flatten", "linear(5)"];
    let sizes = "[3, 8, 7] => [5]";
    let [conv, dense] = [0, 4].map(|n| {
        move |line| {
            let mut lines = plain;
            lines[n] = line;
            lines
        }
    });
    assert_eq!(noted("Plain", &[], ""), expected("", sizes, plain));

    // numbers that follow from each other, in any order
    let lines =
        ["conv2d(2 * N, kernel K, padding (K - P) / N)", plain[1], "max_pool2d((N, N))", plain[3], "linear(CLASSES)"];
    let notes = [("Conv", lines[0]), ("MaxPool", lines[2]), ("Gemm", lines[4])];
    assert_eq!(
        noted("Plain", &notes, "[K, 8, 7] => [CLASSES]"),
        expected(
            "const CLASSES: usize = 5; const K: usize = 3; const N: usize = 2; const P: usize = 1; ",
            "[K, 8, 7] => [CLASSES]",
            lines
        )
    );
    // two numbers of one name, or none
    let notes = [("Conv", "conv2d(N, kernel 3, padding same)"), ("Gemm", "linear(N)")];
    assert_eq!(noted("Plain", &notes, ""), expected("", sizes, conv("conv2d(4, kernel 3, padding same)")));
    for written in
        ["linear(A * B)", "linear(config::CLASSES)", "linear(classes)", "linear(classes(), )", "linear(8 - N - N)"]
    {
        let ends_so = if written.ends_with(", )") { "linear(5,)" } else { "linear(5)" };
        assert_eq!(noted("Plain", &[("Gemm", written)], ""), expected("", sizes, dense(ends_so)), "{written}");
    }
    let notes = [("Conv", "conv2d(CONFIG.0 as usize, padding P, kernel Self::KERNEL)")];
    assert_eq!(
        noted("Plain", &notes, "[3, H, W()] => [6]"),
        expected("", sizes, conv("conv2d(4, padding 1, kernel 3)")).replace("padding 1,", "padding P,").replacen(
            "const_cnn",
            "const P: usize = 1; const_cnn",
            1
        )
    );
    // a network of that name would stand before it
    let alone = |text: String| text.replace("#[allow(non_camel_case_types)] ", "");
    let text = alone(noted("N", &[("Conv", "conv2d(N, kernel 3, padding 1)")], ""));
    assert_eq!(text.replace("struct N", "struct Plain"), expected("", sizes, plain));
    let relu = [("Relu", "Relu<Image<4, 8, 7>>")];
    let text = expected("use const_cnn::*; ", sizes, plain).replace("relu: relu", "relu: Relu<Image<4, 8, 7>>");
    assert_eq!(noted("Plain", &relu, ""), text);
    for name in ["Relu", "Image", "Im"] {
        assert_eq!(noted(name, &relu, "").replace(name, "Plain"), expected("", sizes, plain));
    }
    // as it is in a program of the crate's own
    let text = expected("", sizes, plain).replace("relu: relu", "relu: const_cnn::Relu<const_cnn::Image<4, 8, 7>>");
    assert_eq!(noted("Plain", &[("Relu", "crate::Relu<::const_cnn::Image<4,8,7,>>")], ""), text);
    for written in [
        "Relu<Image<4, 7, 8>>",
        "Relu6<Image<4, 8, 7>>",
        "Relu<Image<4, 8>>",
        "Relu<Image<4, 8, 7>, 1>",
        "Relu<Image<4, 8, 7>",
        "other::Relu<Image<4, 8, 7>>",
        "Relu<{ Image<4, 8, 7> }>",
        "Relu",
        "Mine<4>",
    ] {
        assert_eq!(noted("Plain", &[("Relu", written)], ""), expected("", sizes, plain), "{written}");
    }
}

/// What is noted with other intentions, all of which say `evil!`.
const EVIL: [&str; 16] = [
    "conv2d(evil!(), kernel 3, padding 1)",
    "conv2d(4, kernel { evil!() }, padding 1)",
    "conv2d(4, kernel 3, padding 1) } } evil!(); network! { struct X { x: conv2d(4, kernel 3, padding 1)",
    "conv2d(4, kernel 3, padding 1), // evil!",
    "conv2d(4, kernel 3, padding 1)\n    evil!: relu",
    "relu, evil!: relu",
    "linear(5, evil!)",
    "linear(N, no bias, evil!(N))",
    "Relu<{ evil!() }>",
    "Relu<Image<4, 8, { evil!() }>>",
    "Relu<evil!()>",
    "crate::evil!::Relu<Image<4, 8, 7>>",
    "[3, 8, { evil!() }] => [5]",
    "[3, 8, 7] => [5] { evil!: relu } } network! { struct Y: [3, 8, 7] => [5]",
    "network evil!",
    "concat evil! a",
];

/// That a text is of networks, constants and the crate's types alone, as far as its lines show.
fn looks_like_networks(text: &str) {
    let text = without_remarks(text);
    let count = |bracket: char| text.matches(bracket).count();
    assert_eq!([count('{'), count('(')], [count('}'), count(')')], "{text}");
    assert!(!text.replace("network!", "").contains('!'), "{text}");
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = line.rsplit_once(" // ").map_or(line, |(line, _)| line);
        let ends_so = line.ends_with(['{', '}', ',']) || line.starts_with("#[allow");
        let is_constant = line.ends_with(';') && (line.starts_with("const ") || line == "use const_cnn::*;");
        assert!(ends_so && !line.contains(';') || is_constant && line.matches(';').count() == 1, "{line}\n{text}");
    }
}

#[test]
fn wrong_notes_are_passed_over_or_refused() {
    const NOTES: [&str; 26] = [
        "",
        "(",
        "conv2d",
        "conv2d(",
        "conv2d(4, kernel 0)",
        "conv2d(4, kernel 99999999999999999999, padding same)",
        "max_pool2d(2, stride 0, padding 16777215)",
        "avg_pool2d(2, dilation 16777215, padding (16777215, 0, 16777215, 0), ceil, no count)",
        "conv_transpose2d(2, kernel 2, output_padding 16777215)",
        "crop((1, 2, 3, 4, 5))",
        "dropout(1e30)",
        "reshape",
        "flatten",
        "fake_quant",
        "gate",
        "residual",
        "concat",
        "concat a",
        "network",
        "network Stage",
        "conv2d(N, kernel K, padding P)",
        "linear(N * M - 1)",
        "Relu<Image<4, 8, 8>>",
        "Conv2d<Image<4, 8, 8>, Image<4, 8, 8>, Window<99999999, 1, 0>>",
        "AvgPool2d<Image<4, 8, 8>, Image<4, 8, 8>, Window<3, 3, 1, 1, 1, 1, 99999999, 99999999, 1, 1>, false>",
        "const_cnn::GlobalMaxPool<const_cnn::Vector<4>>",
    ];

    struct Wrong(Numbers, usize);

    impl Visit for Wrong {
        fn network<N: Network>(&mut self, _: &str, _: &str) {
            let net = trained::<N>();
            let right = ModelProto::decode(&*export(&net).unwrap()).unwrap();
            for _ in 0..20 {
                let mut model = right.clone();
                let GraphProto { node: nodes, metadata_props, .. } = model.graph.as_mut().unwrap();
                let mut random = |below: usize| ((self.0.next().unwrap() + 0.5) * below as f32) as usize % below;
                for _ in 0..1 + random(3) {
                    let node = random(nodes.len());
                    let NodeProto { name, metadata_props: notes, .. } = &mut nodes[node];
                    let text = match random(6) {
                        0 => name,
                        1 => &mut metadata_props[0].value,
                        note => notes.get_mut(note % 2).map_or(name, |note| &mut note.value),
                    };
                    match random(3) {
                        0 => *text = NOTES[random(NOTES.len())].into(),
                        1 => *text = EVIL[random(EVIL.len())].into(),
                        // a letter more, from elsewhere
                        _ => {
                            let at =
                                (0..=text.len()).filter(|&at| text.is_char_boundary(at)).nth(random(4)).unwrap_or(0);
                            text.insert(at, EVIL[random(EVIL.len())].chars().nth(random(8)).unwrap());
                        }
                    }
                }
                let graph = from_onnx::read(&model.encode_to_vec(), Path::new("")).unwrap();
                if let Ok(imported) = from_bytes(graph, false) {
                    let text = imported.text(N::NAME);
                    assert!(text.contains(N::NAME));
                    looks_like_networks(&text);
                    self.1 += 1;
                }
            }
        }
    }

    let mut wrong = Wrong(Numbers::new(11), 0);
    networks::each(&mut wrong);
    wrong.network::<Spelled>("", "");
    assert!(wrong.1 > 500, "{}", wrong.1);
}
