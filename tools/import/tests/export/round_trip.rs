//! Exported networks, imported again: the same lines and the same bytes.

use std::path::Path;

use const_cnn::Network;
use import::{export, from_bytes, from_onnx};

use crate::networks::{self, Visit, trained};

/// Those whose lines are others when they are back: a network's type is written out where it stands in a line; a line that is
/// nothing is left out; and what onnxruntime takes in no one operator comes back as several lines.
const OTHERS: [&str; 7] =
    ["OutputPadding", "LessPadding", "NoBiasBehind", "GlobalOfSequence", "Rounds", "Nested", "Names"];

/// Those that are refused: what stands in the file for pools that onnxruntime does not have, and for a gate whose values are
/// counted as they lie in memory.
const REFUSED: [&str; 3] = ["WidePools", "MixedCeil", "GatesInOrder"];

/// Lines without comments, spaces and commas that may be left out.
fn plain(lines: &str) -> String {
    let lines = lines.lines().map(|line| line.split("//").next().unwrap());
    let text: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    text.replace(",}", "}").replace(",)", ")").trim_end_matches(',').into()
}

#[test]
fn what_was_exported_is_imported_as_it_was() {
    #[derive(Default)]
    struct Back {
        same: usize,
        others: Vec<&'static str>,
        refused: Vec<&'static str>,
    }

    impl Visit for Back {
        fn network<N: Network>(&mut self, lines: &str, _: &str) {
            for net in [trained::<N>(), N::ZERO] {
                let graph = from_onnx::read(&export(&net).unwrap(), Path::new("")).unwrap();
                let Ok(imported) = from_bytes(graph, false) else {
                    self.refused.push(N::NAME);
                    continue;
                };
                let text = imported.text(N::NAME);
                let (head, body) = text.split_once("] {\n").unwrap();
                assert!(head.contains(&format!("pub struct {}: ", N::NAME)), "{text}");
                let body = plain(body.rsplit_once("}\n}").unwrap().0);
                let mut bytes = vec![0; N::PARAMETER_BYTES];
                net.write_le(&mut bytes).unwrap();
                if body == plain(lines) {
                    assert!(imported.bytes() == bytes, "{}: other bytes", N::NAME);
                    self.same += 1;
                } else {
                    assert!(OTHERS.contains(&N::NAME), "{}:\n{}\n{body}", N::NAME, plain(lines));
                    // but where a bias has become a layer
                    assert!(imported.bytes() == bytes || N::NAME == "OutputPadding", "{}: other bytes", N::NAME);
                    self.others.push(N::NAME);
                }
            }
        }
    }

    let mut back = Back::default();
    networks::each(&mut back);
    back.others.dedup();
    back.refused.dedup();
    assert_eq!((back.others, back.refused), (OTHERS.to_vec(), REFUSED.to_vec()));
    assert!(back.same >= 60, "{}", back.same);
}
