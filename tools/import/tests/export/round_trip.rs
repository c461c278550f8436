//! Exported networks, imported again: the same lines and the same bytes.

use std::collections::HashMap;
use std::path::Path;

use const_cnn::Network;
use import::onnx::ModelProto;
use import::{Imported, export, from_bytes, from_onnx, table};
use prost::Message;

use crate::networks::{self, Numbers, Visit, trained};

/// Those whose lines are others when they are back: what is written as a type, or as a constant's name or a sum, comes back as
/// the layer and the number that it is.
const OTHERS: [&str; 3] = ["Written", "MixedCeil", "GlobalOfSequence"];

/// Lines without comments, spaces and commas that may be left out.
fn plain(lines: &str) -> String {
    let lines = lines.lines().map(|line| line.split("//").next().unwrap());
    let text: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    text.replace(",}", "}").replace(",)", ")").trim_end_matches(',').into()
}

/// A network, exported and imported.
fn again<N: Network>(net: &N) -> Imported {
    let graph = from_onnx::read(&export(net).unwrap(), Path::new("")).unwrap();
    from_bytes(graph, false).unwrap_or_else(|error| panic!("{}: {error}", N::NAME))
}

/// The names of an import's networks, the outermost last, with their lines.
fn networks(text: &str) -> Vec<(String, String)> {
    let each = text.split("const_cnn::network! {\n    pub struct ").skip(1).map(|network| {
        let (head, body) = network.split_once("] {\n").unwrap();
        (head.split(':').next().unwrap().to_string(), plain(body.rsplit_once("}\n}").unwrap().0))
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
    struct Back {
        sources: HashMap<&'static str, String>,
        same: usize,
        others: Vec<&'static str>,
    }

    impl Visit for Back {
        fn network<N: Network>(&mut self, _: &str, _: &str) {
            for net in [trained::<N>(), N::ZERO] {
                let imported = again(&net);
                let found = networks(&imported.text(N::NAME));
                assert_eq!(found.last().unwrap().0, N::NAME);
                assert!(imported.bytes() == bytes(&net), "{}: other bytes", N::NAME);
                let mut is_same = true;
                for (name, body) in &found {
                    is_same &= *body == self.sources[name.as_str()];
                    let is_known = is_same || OTHERS.contains(&N::NAME);
                    assert!(is_known, "{}, {name}:\n{}\n{body}", N::NAME, self.sources[name.as_str()]);
                }
                if is_same {
                    let of = table::Sizes {
                        parameters: N::PARAMETERS,
                        multiply_accumulates: N::MULTIPLY_ACCUMULATES,
                        inference_bytes: N::INFERENCE_BYTES,
                    };
                    assert_eq!(table::sizes(&imported.lines), of, "{}", N::NAME);
                }
                if is_same { self.same += 1 } else { self.others.push(N::NAME) }
            }
        }
    }

    let mut back = Back { sources: sources(), same: 0, others: Vec::new() };
    networks::each(&mut back);
    back.others.dedup();
    assert_eq!(back.others, OTHERS);
    assert!(back.same >= 80, "{}", back.same);
}

#[test]
fn what_cannot_be_written_again_is_written_as_what_it_is() {
    struct Others(HashMap<&'static str, String>);

    impl Visit for Others {
        fn network<N: Network>(&mut self, _: &str, _: &str) {
            if OTHERS.contains(&N::NAME) {
                self.0.insert(N::NAME, networks(&again(&trained::<N>()).text(N::NAME)).remove(0).1);
            }
        }
    }

    let mut others = Others(HashMap::new());
    networks::each(&mut others);
    let (Others(mut others), sources) = (others, sources());
    assert_eq!(others.remove("MixedCeil").unwrap(), "mixed:max_pool2d(2,padding(0,1,0,0))");
    assert_eq!(others.remove("GlobalOfSequence").unwrap(), "pool:global_avg_pool");
    assert_eq!(others.remove("Written").unwrap(), sources["Written"].replace("14*10", "140"));
    assert!(others.is_empty());
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

#[test]
fn wrong_notes_are_passed_over_or_refused() {
    const NOTES: [&str; 20] = [
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
    ];

    struct Wrong(Numbers, usize);

    impl Visit for Wrong {
        fn network<N: Network>(&mut self, _: &str, _: &str) {
            let net = trained::<N>();
            let right = ModelProto::decode(&*export(&net).unwrap()).unwrap();
            for _ in 0..20 {
                let mut model = right.clone();
                let nodes = &mut model.graph.as_mut().unwrap().node;
                let mut random = |below: usize| ((self.0.next().unwrap() + 0.5) * below as f32) as usize % below;
                for _ in 0..1 + random(3) {
                    let node = random(nodes.len());
                    let note = random(2);
                    if let Some(note) = nodes[node].metadata_props.get_mut(note) {
                        note.value = NOTES[random(NOTES.len())].into();
                    }
                }
                let graph = from_onnx::read(&model.encode_to_vec(), Path::new("")).unwrap();
                if let Ok(imported) = from_bytes(graph, false) {
                    assert!(imported.text(N::NAME).contains(N::NAME));
                    self.1 += 1;
                }
            }
        }
    }

    let mut wrong = Wrong(Numbers::new(11), 0);
    networks::each(&mut wrong);
    assert!(wrong.1 > 500, "{}", wrong.1);
}
