//! The network that reads digits, as it was trained, as an ONNX file: `cargo run --release -p import --example export [FILE]`.
//!
//! Shows what stands in the file, and writes it where a name is given.

use std::error::Error;

use import::onnx::ModelProto;
use prost::Message;

#[path = "../../../examples/digits/networks.rs"]
#[allow(dead_code)] // the other network is not exported
mod networks;

use networks::Small;

static SMALL: Small = Small::from_le_bytes(include_bytes!("../../../examples/web/assets/small.bin"));

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = import::export(&SMALL)?;

    let graph = ModelProto::decode(bytes.as_slice())?.graph.unwrap_or_default();
    for node in &graph.node {
        println!("{:18}{:10}{}", node.name, node.op_type, node.input.join(", "));
    }
    println!("{}: {} constants, {} bytes", graph.name, graph.initializer.len(), bytes.len());
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(&path, bytes)?;
        println!("written to {path}");
    }
    Ok(())
}
