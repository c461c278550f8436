//! Networks in: files of ONNX and TFLite become a `network!` that one can read, and its parameters.
//!
//! A stage is a file: `from_onnx` and `tflite` read a [`graph`], [`lower`] makes of it what the network computes, a
//! [`flow`], [`simplify`] and [`patterns`] put together what exporters take apart, [`blocks`] finds chains and
//! blocks, [`names`] names them, and [`write`](mod@write) writes them: as they were [`written`], where `export` has noted that.
//! Of a network of integers [`quantised`] checks the operators, and [`int8`](mod@int8) makes the int8 form of the lines.

pub mod blocks;
pub mod constants;
pub mod error;
pub mod export;
pub mod expression;
pub mod flat;
pub mod flow;
pub mod from_onnx;
pub mod functions;
pub mod graph;
pub mod int8;
pub mod integers;
pub mod layer;
pub mod lower;
pub mod mean;
pub mod named;
pub mod names;
pub mod onnx;
pub mod patterns;
pub mod quantised;
pub mod simplify;
pub mod table;
pub mod tflite;
pub mod types;
pub mod view;
pub mod windows;
pub mod write;
pub mod written;

use std::path::Path;

pub use error::{Error, Result};
pub use export::export;

/// A network that has been read.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What it takes: `[C, H, W]`, `[C, L]` or `[N]`.
    pub input: Vec<usize>,
    /// How the sizes of its ends were written, where the file says so.
    pub how: Option<String>,
    /// Its lines.
    pub lines: Vec<blocks::Line>,
    /// What there is to say of the file.
    pub remarks: Vec<String>,
    /// Of a network of integers its int8 form; the arrays of the lines are then places of integers.
    pub int8: Option<int8::Int8>,
}

/// Reads the model that a file holds, by its ending; with `fold` normalisations go into the layers before them.
///
/// # Errors
///
/// [`Error`]: why it cannot be imported.
pub fn read(path: &Path, fold: bool) -> Result<Imported> {
    read_as(path, fold, tflite::read)
}

/// As [`read`], but of a network of integers the float network that it stands for.
///
/// # Errors
///
/// [`Error`]: why it cannot be imported.
pub fn read_float(path: &Path, fold: bool) -> Result<Imported> {
    read_as(path, fold, tflite::read_float)
}

fn read_as(path: &Path, fold: bool, tflite: fn(&[u8]) -> Result<graph::Graph>) -> Result<Imported> {
    let io = |error: std::io::Error| Error::Io { path: path.to_path_buf(), says: error.to_string() };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > from_onnx::MAX_BYTES {
        return Error::format(format!("{size} bytes are too many; at most {} are read", from_onnx::MAX_BYTES));
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut imported = match path.extension().and_then(|ending| ending.to_str()) {
        Some("onnx") => from_bytes(from_onnx::read(&bytes, folder)?, fold)?,
        Some("tflite") => from_bytes(tflite(&bytes)?, fold)?,
        _ => return Error::format("its name ends neither in .onnx nor in .tflite"),
    };
    let file = path.file_name().unwrap_or_default().to_string_lossy().replace(|c: char| c.is_control(), " ");
    imported.remarks[0] = format!("Imported from `{file}`{}", imported.remarks[0]);
    Ok(imported)
}

/// Makes a network of a file's graph.
///
/// # Errors
///
/// [`Error`]: why it cannot be imported.
pub fn from_bytes(graph: graph::Graph, fold: bool) -> Result<Imported> {
    if graph.nodes.len() > MAX_NODES {
        return Error::format(format!("{} nodes are too many; at most {MAX_NODES} are read", graph.nodes.len()));
    }
    let (flow, layouts) = lower::lower(&graph)?;
    if graph.integers.is_some() {
        int8::check(&flow)?;
    }
    let flow = simplify::simplify(flow, fold)?;
    let mut lines = blocks::blocks(&flow).or_else(|error| blocks::blocks(&simplify::apart(&flow)).or(Err(error)))?;
    names::name(&mut lines);
    let int8 = graph.integers.as_ref().map(|integers| int8::int8(&lines, integers)).transpose()?;
    let mut remarks = vec![format!(" ({}).", graph.producer.replace(|c: char| c.is_control(), " "))];
    for (ends, what, dims) in
        [(&layouts.input, "takes", &flow.nodes[0].dims), (&layouts.output, "gives", &flow.nodes[flow.output].dims)]
    {
        if let Some((sizes, places)) = ends {
            remarks.push(format!(
                "The file {what} {sizes:?}, the network {dims:?}: axes {places:?} of the file's, from 0."
            ));
        }
    }
    let mut finite = true;
    write::each_layer(&lines, &mut |layer| finite &= layer.arrays().into_iter().flatten().all(|x| x.is_finite()));
    if !finite {
        return Error::format("a parameter is NaN or infinite once constants are taken into it");
    }
    Ok(Imported { input: flow.nodes[0].dims.clone(), how: graph.how, lines, remarks, int8 })
}

/// How many nodes a file has at most.
const MAX_NODES: usize = 4096;

impl Imported {
    /// The text of `NAME.rs`.
    pub fn text(&self, name: &str) -> String {
        let mut remarks = self.remarks.clone();
        match &self.int8 {
            None => remarks.push(format!("Its parameters: `{name}::from_le_bytes(include_bytes!(\"{name}.bin\"))`")),
            Some(int8) => remarks.extend(int8.says(name)),
        }
        write::text(name, &self.input, self.how.as_deref(), &self.lines, &remarks)
    }

    /// The table that the command prints.
    pub fn table(&self, name: &str) -> String {
        match &self.int8 {
            None => table::table(name, &self.input, &self.lines),
            Some(_) => table::int8(name, &self.input, &self.lines),
        }
    }

    /// The bytes of `NAME.bin`: of a network of integers those of its int8 form.
    pub fn bytes(&self) -> Vec<u8> {
        self.int8.as_ref().map_or_else(|| write::bytes(&self.lines), |int8| int8.bytes.clone())
    }
}
