//! A network as Rust that a person reads, and its parameters as bytes.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::blocks::{Line, What};
use crate::expression::{Known, Value};
use crate::layer::Layer;
use crate::named::{Equation, solve};
use crate::written::{Declared, Written};

/// From how many lines on the compiler needs a higher limit of recursion.
const MANY_LINES: usize = 110;

/// The text of `network!`, after those of the networks that are its lines; `remarks` stand above it, and `how` says how the sizes
/// of its ends were written.
pub fn text(name: &str, input: &[usize], how: Option<&str>, lines: &[Line], remarks: &[String]) -> String {
    let mut text = String::new();
    for remark in remarks {
        push(&mut text, 0, &format!("// {remark}"));
    }
    if count(lines) >= MANY_LINES {
        push(&mut text, 0, "// So many layers need `#![recursion_limit = \"512\"]` in the crate that has them.");
    }
    let mut networks = Networks::of(name, input, how, lines);
    let body = networks.body(input, how, lines);
    networks.written.push((name.to_string(), body));
    if networks.has_types {
        push(&mut text, 0, "");
        push(&mut text, 0, "use const_cnn::*; // the types of layers");
    }
    if !networks.used.is_empty() {
        push(&mut text, 0, "");
    }
    for (name, value) in networks.known.iter().filter(|(name, _)| networks.used.contains(*name)) {
        let of = if let Value::Size(_) = value { "usize" } else { "f32" };
        push(&mut text, 0, &format!("const {name}: {of} = {value};"));
    }
    for (name, body) in &networks.written {
        push(&mut text, 0, "");
        push(&mut text, 0, "const_cnn::network! {");
        if !name.starts_with(|c: char| c.is_uppercase()) || name.contains('_') {
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
    /// The names that they would have.
    names: BTreeSet<&'a str>,
    /// The numbers of the constants that lines have.
    known: Known,
    /// Which of these are written.
    used: BTreeSet<String>,
    /// Whether types of the crate are written without its name.
    has_types: bool,
    /// Names, and what is written after them.
    written: Vec<(String, String)>,
}

impl<'a> Networks<'a> {
    /// None yet of those that stand in lines.
    fn of(own: &'a str, input: &[usize], how: Option<&str>, lines: &'a [Line]) -> Networks<'a> {
        let (mut names, mut equations) = (BTreeSet::from([own]), declared(how, input, lines));
        each_line(lines, &mut |line| match &line.what {
            What::Layer(layer) => {
                let written = line.origin.how.as_deref().and_then(Written::of);
                equations.extend(written.iter().flat_map(|of| of.equations(layer, &line.takes, &line.gives)));
            }
            What::Network(name, lines) => {
                names.insert(name);
                equations.extend(declared(line.origin.how.as_deref(), &line.takes, lines));
            }
            _ => (),
        });
        let mut known = solve(&equations);
        known.retain(|name, _| !names.contains(name.as_str()));
        Networks { own, names, known, used: BTreeSet::new(), has_types: false, written: Vec::new() }
    }

    /// What stands after a network's name.
    fn body(&mut self, input: &[usize], how: Option<&str>, lines: &[Line]) -> String {
        let output = lines.last().map_or(input, |line| &line.gives);
        let declared = how.and_then(Declared::of).map(|of| of.resolved(input, output, &self.known));
        let declared = declared.filter(|of| of.is(input, output, &self.known));
        let mut text = declared.as_ref().map_or_else(|| format!("{input:?} => {output:?}"), Declared::to_string);
        if let Some(declared) = &declared {
            declared.names(&mut |name| _ = self.used.insert(name.into()));
        }
        text += " {\n";
        self.lines(&mut text, lines, 2);
        text + "    }"
    }

    /// A layer as it was written, where the file says so, or as a person would.
    fn layer(&mut self, line: &Line, layer: &Layer) -> String {
        let (takes, gives) = (&line.takes, &line.gives);
        let noted = line.origin.how.as_deref().and_then(Written::of);
        let noted = noted.map(|of| of.resolved(layer, takes, gives, &self.known));
        let noted = noted.filter(|of| of.is(layer, takes, gives, &self.known));
        let mut types = Vec::new();
        noted.iter().for_each(|of| of.bare(&mut |name| types.push(name)));
        // a network of the name, or of that with a number, would stand before it
        let is_hidden = types.iter().any(|of| self.names.iter().any(|name| of.starts_with(name)));
        match &noted {
            Some(noted) if !is_hidden => {
                noted.names(&mut |name| _ = self.used.insert(name.into()));
                self.has_types |= !types.is_empty();
                noted.to_string()
            }
            _ => layer.text(takes),
        }
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
                What::Layer(layer) => push(text, depth, &format!("{name}: {}, // {gives:?}", self.layer(line, layer))),
                What::Network(of, lines) => {
                    let body = self.body(&line.takes, line.origin.how.as_deref(), lines);
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

/// What a note says of the sizes at a network's ends.
fn declared(how: Option<&str>, takes: &[usize], lines: &[Line]) -> Vec<Equation> {
    let gives = lines.last().map_or(takes, |line| &line.gives);
    how.and_then(Declared::of).map_or(Vec::new(), |of| of.equations(takes, gives))
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
    each_line(lines, &mut |line| {
        if let What::Layer(layer) = &line.what {
            visit(layer);
        }
    });
}

/// Shows the lines, each before those that it is made of.
fn each_line<'a>(lines: &'a [Line], visit: &mut impl FnMut(&'a Line)) {
    for line in lines {
        visit(line);
        line.what.blocks().into_iter().for_each(|(_, block)| each_line(block, visit));
    }
}
