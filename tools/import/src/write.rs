//! A network as Rust that a person reads, and its parameters as bytes.

use std::fmt::Write;

use crate::blocks::{Line, What};

/// From how many lines on the compiler needs a higher limit of recursion.
const MANY_LINES: usize = 110;

/// The text of `network!`; `remarks` stand above it.
pub fn text(name: &str, input: &[usize], lines: &[Line], remarks: &[String]) -> String {
    let mut text = String::new();
    for remark in remarks {
        push(&mut text, 0, &format!("// {remark}"));
    }
    if count(lines) >= MANY_LINES {
        push(&mut text, 0, "// So many layers need `#![recursion_limit = \"512\"]` in the crate that has them.");
    }
    push(&mut text, 0, "");
    push(&mut text, 0, "const_cnn::network! {");
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains('_') {
        push(&mut text, 1, "#[allow(non_camel_case_types)] // it is named so");
    }
    let output = lines.last().map_or(input, |line| &line.gives);
    push(&mut text, 1, &format!("pub struct {name}: {input:?} => {output:?} {{"));
    write_lines(&mut text, lines, 2);
    push(&mut text, 1, "}");
    push(&mut text, 0, "}");
    text
}

fn push(text: &mut String, depth: usize, line: &str) {
    let _ = writeln!(text, "{:1$}{line}", "", 4 * depth); // to a string it never fails
}

fn write_lines(text: &mut String, lines: &[Line], depth: usize) {
    for line in lines {
        let (name, gives) = (&line.name, &line.gives);
        match &line.what {
            What::Layer(layer) => push(text, depth, &format!("{name}: {}, // {gives:?}", layer.text(&line.takes))),
            What::Residual(block, around) => {
                push(text, depth, &format!("{name}: residual {{"));
                write_lines(text, block, depth + 1);
                if let Some(around) = around {
                    push(text, depth, "} shortcut {");
                    write_lines(text, around, depth + 1);
                }
                push(text, depth, &format!("}}, // {gives:?}"));
            }
            What::Gate(block) => {
                push(text, depth, &format!("{name}: gate {{"));
                write_lines(text, block, depth + 1);
                push(text, depth, &format!("}}, // {gives:?}"));
            }
            What::Concat(branches) => {
                push(text, depth, &format!("{name}: concat {{"));
                for (branch, block) in branches {
                    if block.is_empty() {
                        push(text, depth + 1, &format!("{branch} {{}},"));
                    } else {
                        push(text, depth + 1, &format!("{branch} {{"));
                        write_lines(text, block, depth + 2);
                        push(text, depth + 1, "},");
                    }
                }
                push(text, depth, &format!("}}, // {gives:?}"));
            }
        }
    }
}

/// The largest number of lines of a block.
fn count(lines: &[Line]) -> usize {
    let inner = lines.iter().flat_map(|line| line.what.blocks()).map(|(_, block)| count(block));
    inner.max().unwrap_or(0).max(lines.len())
}

/// The parameters as little-endian numbers, as `from_le_bytes` takes them.
pub fn bytes(lines: &[Line]) -> Vec<u8> {
    let mut bytes = Vec::new();
    each_layer(lines, &mut |layer| {
        for array in layer.arrays() {
            bytes.extend(array.iter().flat_map(|x| x.to_le_bytes()));
        }
    });
    bytes
}

/// Shows the layers in the order of their parameters.
pub fn each_layer<'a>(lines: &'a [Line], visit: &mut impl FnMut(&'a crate::layer::Layer)) {
    for line in lines {
        match &line.what {
            What::Layer(layer) => visit(layer),
            what => what.blocks().into_iter().for_each(|(_, block)| each_layer(block, visit)),
        }
    }
}
