//! Names for lines, after the file's modules.

use std::collections::HashSet;

use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::is_nfc;

use crate::blocks::{Line, What};

/// Names all lines.
pub fn name(lines: &mut [Line]) {
    name_block(lines, &[], false);
}

/// Names the lines of a block whose modules stand in `outer`.
fn name_block(lines: &mut [Line], outer: &[String], has_shortcut: bool) {
    let outer = common(lines).filter(|common| common.starts_with(outer)).unwrap_or(outer.to_vec());
    let kinds: Vec<&str> = lines.iter().map(|line| line.what.kind()).collect();
    let mut used: HashSet<String> = HashSet::new();
    let is_noted = lines.iter().any(|line| line.origin.line.is_some());
    if has_shortcut && !is_noted {
        used.insert("shortcut".into()); // a field of the block around
    }
    let own: Vec<Option<String>> = lines.iter().map(|line| own_name(line, &outer)).collect();
    for n in 0..lines.len() {
        let name = match &own[n] {
            Some(name) if !used.contains(plain(name)) => name.clone(),
            Some(name) => {
                unused(&used, &if name.ends_with(kinds[n]) { name.clone() } else { format!("{name}_{}", kinds[n]) })
            }
            None => {
                let is_one = (0..lines.len()).all(|m| m == n || own[m].is_some() || kinds[m] != kinds[n]);
                if is_one && !used.contains(kinds[n]) && !own.iter().flatten().any(|name| name == kinds[n]) {
                    kinds[n].to_string()
                } else {
                    (1..)
                        .map(|count| format!("{}{count}", kinds[n]))
                        .find(|name| !used.contains(name))
                        .unwrap_or_default()
                }
            }
        };
        used.insert(plain(&name).to_string());
        lines[n].name = name;
    }
    for line in lines {
        let scope = scope(line);
        match &mut line.what {
            What::Layer(_) => (),
            What::Residual(block, around) => {
                name_block(block, &scope, true);
                if let Some(around) = around {
                    name_block(around, &scope, false);
                }
            }
            What::Gate(block) | What::Network(_, block) => name_block(block, &scope, false),
            What::Concat(branches) => {
                let (mut used, noted) = (HashSet::new(), noted_branches(line.origin.line.as_deref(), branches.len()));
                for (n, (name, block)) in branches.iter_mut().enumerate() {
                    if let Some(noted) = noted.get(n) {
                        *name = noted.clone();
                        name_block(block, &[scope.as_slice(), std::slice::from_ref(noted)].concat(), false);
                        continue;
                    }
                    let own = common_of(block.iter().map(self::scope)).filter(|own| own.len() > scope.len());
                    let own =
                        own.filter(|_| block.len() > 1 || n > 0).and_then(|own| valid(&own[scope.len()..].join("_")));
                    let letter = char::from(b'a' + n as u8).to_string(); // of eight at most
                    *name = if block.is_empty() { "skip".into() } else { own.unwrap_or(letter) };
                    if !used.insert(name.clone()) {
                        *name = unused(&used, name);
                        used.insert(name.clone());
                    }
                    name_block(block, &scope, false);
                }
            }
        }
    }
}

fn unused(used: &HashSet<String>, name: &str) -> String {
    let with = |count: usize| {
        if name.ends_with(|c: char| c.is_ascii_digit()) { format!("{name}_{count}") } else { format!("{name}{count}") }
    };
    if used.contains(plain(name)) {
        (2..).map(with).find(|name| !used.contains(plain(name))).unwrap_or_default()
    } else {
        name.into()
    }
}

/// The name that a line has in the file within `outer`.
fn own_name(line: &Line, outer: &[String]) -> Option<String> {
    let scope = scope(line);
    let own = scope.strip_prefix(outer)?;
    if let (Some(_), [name]) = (&line.origin.line, own)
        && is_name(name)
    {
        return Some(name.clone());
    }
    let name = own.join("_");
    // what was put in before a layer is not that layer
    if let What::Layer(_) = line.what
        && matches!(line.what.kind(), "flatten" | "reshape")
        && !["flat", "reshape", "view"].iter().any(|word| name.to_lowercase().contains(word))
    {
        return None;
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return valid(&format!("{}{name}", line.what.kind()));
    }
    valid(&name)
}

/// The modules that a line stands in.
fn scope(line: &Line) -> Vec<String> {
    match &line.what {
        _ if line.origin.line.is_some() => line.origin.scope.clone(),
        What::Layer(_) => line.origin.scope.clone(),
        what => {
            let inner = what.blocks().into_iter().flat_map(|(_, lines)| lines.iter().map(scope).collect::<Vec<_>>());
            let inner = common_of(inner.chain([line.origin.scope.clone()]));
            inner.unwrap_or_else(|| line.origin.scope.clone())
        }
    }
}

/// The modules that all layers stand in, which leave each a name of its own.
fn common(lines: &[Line]) -> Option<Vec<String>> {
    let scopes: Vec<_> = lines.iter().flat_map(leaves).filter(|scope| !scope.is_empty()).collect();
    let shortest = scopes.iter().map(Vec::len).min()?;
    let mut common = common_of(scopes.into_iter())?;
    common.truncate(shortest.saturating_sub(1));
    Some(common)
}

/// The modules of each layer of a line.
fn leaves(line: &Line) -> Vec<Vec<String>> {
    match &line.what {
        _ if line.origin.line.is_some() => vec![line.origin.scope.clone()],
        What::Layer(_) => vec![line.origin.scope.clone()],
        what => what.blocks().into_iter().flat_map(|(_, lines)| lines.iter().flat_map(leaves)).collect(),
    }
}

/// The longest common beginning of those that say something.
fn common_of(scopes: impl Iterator<Item = Vec<String>>) -> Option<Vec<String>> {
    scopes
        .filter(|scope| !scope.is_empty())
        .reduce(|a, b| a.iter().zip(&b).take_while(|(a, b)| a == b).map(|(a, _)| a.clone()).collect())
}

/// The names of a `concat`'s branches, where the file says them: no name where it does not say as many, all different.
fn noted_branches(line: Option<&str>, count: usize) -> Vec<String> {
    let names: Vec<&str> = line.unwrap_or("").split(' ').skip(1).collect();
    let are_names = names.iter().all(|name| is_name(name)) && names.len() == count;
    let are_different = names.iter().map(|name| plain(name)).collect::<HashSet<_>>().len() == count;
    if are_names && are_different { names.into_iter().map(String::from).collect() } else { Vec::new() }
}

/// Whether Rust takes a name as it is, a raw one too, and `network!` has none of its own that is the same.
fn is_name(name: &str) -> bool {
    let (plain, is_raw) = name.strip_prefix("r#").map_or((name, false), |plain| (plain, true));
    let mut letters = plain.chars();
    let starts = letters.next().is_some_and(|c| c == '_' || is_xid_start(c)) && plain != "_";
    let is_word = match is_raw {
        true => ["crate", "self", "super", "Self"].contains(&plain),
        false => KEYWORDS.contains(&plain) && plain != "shortcut" || plain == "Self",
    };
    starts && letters.all(is_xid_continue) && is_nfc(plain) && !is_word && !plain.starts_with("__ConstCnn")
}

/// A name as it is compared with others.
fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// A name as Rust has it: small letters, digits and lines.
pub fn valid(name: &str) -> Option<String> {
    let mut valid = String::new();
    let mut was_small = false;
    for c in name.chars() {
        match c {
            'A'..='Z' => {
                if was_small {
                    valid.push('_');
                }
                valid.push(c.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => valid.push(c),
            _ if valid.is_empty() || valid.ends_with('_') => (),
            _ => valid.push('_'),
        }
        was_small = c.is_ascii_lowercase();
    }
    valid.truncate(60);
    let valid = valid.trim_matches('_').to_string();
    let starts = valid.starts_with(|c: char| c.is_ascii_lowercase());
    let valid = if KEYWORDS.contains(&valid.as_str()) { format!("{valid}_") } else { valid };
    starts.then_some(valid)
}

/// What Rust does not take as a name, and what `network!` reads otherwise.
const KEYWORDS: [&str; 52] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while", "abstract", "become", "box", "do",
    "final", "gen", "macro", "override", "priv", "try", "typeof", "unsized", "virtual", "yield", "shortcut",
];

/// A network's name as Rust has it, from a file's: `resnet8_v2.onnx` is `Resnet8V2`.
pub fn type_name(stem: &str) -> String {
    let words = stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("Net{name}") }
}

/// Whether a network can have a name.
pub fn is_type_name(name: &str) -> bool {
    let is_other = [&TAKEN[..], &WORDS, &["shortcut"]].concat().contains(&name);
    is_name(name) && !name.starts_with("__") && !name.starts_with("r#") && !is_other
}

/// What the text itself names: Rust's own types, and the crate.
const TAKEN: [&str; 20] = [
    "bool",
    "char",
    "const_cnn",
    "f128",
    "f16",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// What a line begins with: as the line of another network it is a layer.
const WORDS: [&str; 43] = [
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "concat",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "crop",
    "depthwise_conv1d",
    "depthwise_conv2d",
    "dropout",
    "elu",
    "fake_quant",
    "flatten",
    "gate",
    "gelu",
    "gelu_tanh",
    "global_avg_pool",
    "global_max_pool",
    "group_norm",
    "hard_sigmoid",
    "hard_swish",
    "instance_norm",
    "layer_norm",
    "leaky_relu",
    "linear",
    "mapwise_conv2d",
    "max_pool1d",
    "max_pool2d",
    "pad2d",
    "prelu",
    "relu",
    "relu6",
    "reshape",
    "residual",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "spatial_dropout",
    "tanh",
    "upsample",
];
