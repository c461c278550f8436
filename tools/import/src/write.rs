//! A network as Rust that a person reads, and its parameters as bytes.

use std::fmt::Write;

use crate::blocks::{Line, What};
use crate::layer::Layer;
use crate::written::same;

/// From how many lines on the compiler needs a higher limit of recursion.
const MANY_LINES: usize = 110;

/// The text of `network!`, after those of the networks that are its lines; `remarks` stand above it.
pub fn text(name: &str, input: &[usize], lines: &[Line], remarks: &[String]) -> String {
    let mut text = String::new();
    for remark in remarks {
        push(&mut text, 0, &format!("// {remark}"));
    }
    if count(lines) >= MANY_LINES {
        push(&mut text, 0, "// So many layers need `#![recursion_limit = \"512\"]` in the crate that has them.");
    }
    let mut networks = Networks { own: name, written: Vec::new() };
    let body = networks.body(input, lines);
    networks.written.push((name.to_string(), body));
    for (name, body) in &networks.written {
        push(&mut text, 0, "");
        push(&mut text, 0, "const_cnn::network! {");
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains('_') {
            push(&mut text, 1, "#[allow(non_camel_case_types)] // it is named so");
        }
        push(&mut text, 1, &format!("pub struct {name}: {body}"));
        push(&mut text, 0, "}");
    }
    text
}

fn push(text: &mut String, depth: usize, line: &str) {
    let _ = writeln!(text, "{:1$}{line}", "", 4 * depth); // to a string it never fails
}

/// The networks that are lines of others.
struct Networks<'a> {
    /// The name of the outermost.
    own: &'a str,
    /// Names, and what is written after them.
    written: Vec<(String, String)>,
}

impl Networks<'_> {
    /// What stands after a network's name.
    fn body(&mut self, input: &[usize], lines: &[Line]) -> String {
        let output = lines.last().map_or(input, |line| &line.gives);
        let mut text = format!("{input:?} => {output:?} {{\n");
        self.lines(&mut text, lines, 2);
        text + "    }"
    }

    /// What a network is called that would be called `name`: the same one twice has one name.
    fn name(&mut self, name: &str, body: String) -> String {
        let names = (1..).map(|count| if count == 1 { name.to_string() } else { format!("{name}{count}") });
        for name in names.filter(|name| name != self.own) {
            match self.written.iter().find(|(other, _)| *other == name) {
                Some((_, other)) if *other != body => (),
                Some(_) => return name,
                None => {
                    self.written.push((name.clone(), body));
                    return name;
                }
            }
        }
        String::new() // there is always another number
    }

    fn lines(&mut self, text: &mut String, lines: &[Line], depth: usize) {
        for line in lines {
            let (name, gives) = (&line.name, &line.gives);
            match &line.what {
                What::Layer(layer) => push(text, depth, &format!("{name}: {}, // {gives:?}", of_layer(line, layer))),
                What::Network(of, lines) => {
                    let body = self.body(&line.takes, lines);
                    let of = self.name(of, body);
                    push(text, depth, &format!("{name}: {of}, // {gives:?}"));
                }
                What::Residual(block, around) => {
                    push(text, depth, &format!("{name}: residual {{"));
                    self.lines(text, block, depth + 1);
                    if let Some(around) = around {
                        push(text, depth, "} shortcut {");
                        self.lines(text, around, depth + 1);
                    }
                    push(text, depth, &format!("}}, // {gives:?}"));
                }
                What::Gate(block) => {
                    push(text, depth, &format!("{name}: gate {{"));
                    self.lines(text, block, depth + 1);
                    push(text, depth, &format!("}}, // {gives:?}"));
                }
                What::Concat(branches) => {
                    push(text, depth, &format!("{name}: concat {{"));
                    for (branch, block) in branches {
                        if block.is_empty() {
                            push(text, depth + 1, &format!("{branch} {{}},"));
                        } else {
                            push(text, depth + 1, &format!("{branch} {{"));
                            self.lines(text, block, depth + 2);
                            push(text, depth + 1, "},");
                        }
                    }
                    push(text, depth, &format!("}}, // {gives:?}"));
                }
            }
        }
    }
}

/// A layer as it was written, where the file says so, or as a person would.
fn of_layer(line: &Line, layer: &Layer) -> String {
    let noted = line.origin.how.as_deref().and_then(|how| same(how, layer, &line.takes, &line.gives));
    noted.unwrap_or_else(|| layer.text(&line.takes))
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
pub fn each_layer<'a>(lines: &'a [Line], visit: &mut impl FnMut(&'a Layer)) {
    for line in lines {
        match &line.what {
            What::Layer(layer) => visit(layer),
            what => what.blocks().into_iter().for_each(|(_, block)| each_layer(block, visit)),
        }
    }
}
