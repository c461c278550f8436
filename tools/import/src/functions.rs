//! Operators that a model defines by others: a node that is one becomes the nodes of the function.

use std::collections::HashMap;

use prost::Message;

use crate::MAX_NODES;
use crate::error::{Error, Result};
use crate::from_onnx::is_onnx;
use crate::onnx::{FunctionProto, NodeProto};

/// How deep functions call each other at most.
const MAX_DEPTH: usize = 16;

/// How many bytes the nodes of functions are at most, each counted wherever it is called.
const MAX_BYTES: usize = 1 << 26;

/// The nodes of a graph without calls of functions.
///
/// # Errors
///
/// [`Error::Node`] at a call that does not end, or makes more nodes than are read.
pub fn inlined(nodes: &[NodeProto], functions: &[FunctionProto]) -> Result<Vec<NodeProto>> {
    let (mut all, mut made) = (Vec::new(), Made::default());
    for node in nodes {
        inline(node, functions, 0, &mut made, &mut all)?;
    }
    Ok(all)
}

/// What calls have made.
#[derive(Default)]
struct Made {
    calls: usize,
    bytes: usize,
}

fn inline(
    call: &NodeProto,
    functions: &[FunctionProto],
    depth: usize,
    made: &mut Made,
    all: &mut Vec<NodeProto>,
) -> Result<()> {
    let is_called = |function: &&FunctionProto| (&function.name, &function.domain) == (&call.op_type, &call.domain);
    let Some(function) = functions.iter().find(is_called).filter(|_| !is_onnx(&call.domain)) else {
        all.push(call.clone());
        return Ok(());
    };
    let refuse = |says: String| {
        let (node, operator) = (call.name.clone(), format!("{}.{}", call.domain, call.op_type));
        Err(Error::Node { node, operator, attribute: None, says })
    };
    made.calls += 1;
    if depth == MAX_DEPTH || made.calls > MAX_NODES || all.len() > MAX_NODES {
        return refuse(format!("is a function of more than {MAX_NODES} nodes, or one in another {MAX_DEPTH} deep"));
    }
    let ends = |formal: &[String], given: &[String]| {
        let given = given.iter().cloned().chain(std::iter::repeat(String::new()));
        formal.iter().cloned().zip(given).collect::<Vec<_>>()
    };
    let names: HashMap<String, String> =
        [ends(&function.input, &call.input), ends(&function.output, &call.output)].concat().into_iter().collect();
    let number = made.calls; // a call's own, so that no name is given twice
    let name = |name: &String| match names.get(name) {
        // an output that the caller does not take still needs a name within
        Some(given) if !given.is_empty() || function.input.contains(name) => given.clone(),
        _ if name.is_empty() => String::new(),
        _ => format!("{}/{number}/{name}", call.op_type),
    };
    for inner in &function.node {
        let mut node = inner.clone();
        node.input.iter_mut().chain(&mut node.output).for_each(|own| *own = name(own));
        node.name = format!("{}/{}", call.name, inner.name);
        node.attribute.retain_mut(|attribute| {
            if attribute.ref_attr_name.is_empty() {
                return true;
            }
            let mut given = call.attribute.iter().chain(&function.attribute_proto);
            let Some(given) = given.find(|given| given.name == attribute.ref_attr_name) else { return false };
            let own = std::mem::take(&mut attribute.name);
            *attribute = given.clone();
            attribute.name = own;
            true
        });
        if node.metadata_props.is_empty() {
            node.metadata_props = call.metadata_props.clone();
        }
        made.bytes = made.bytes.saturating_add(node.encoded_len());
        if made.bytes > MAX_BYTES {
            return refuse(format!("with it functions are of more than {MAX_BYTES} bytes"));
        }
        inline(&node, functions, depth + 1, made, all)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::{AttributeProto, attribute_type};

    fn node(domain: &str, op: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        NodeProto {
            name: "n".into(),
            domain: domain.into(),
            op_type: op.into(),
            input: names(inputs),
            output: names(outputs),
            ..NodeProto::default()
        }
    }

    fn alpha(f: f32, of: &str) -> AttributeProto {
        let r#type = attribute_type::FLOAT;
        AttributeProto { name: "alpha".into(), f, r#type, ref_attr_name: of.into(), ..AttributeProto::default() }
    }

    fn function(name: &str, node: Vec<NodeProto>, attribute_proto: Vec<AttributeProto>) -> FunctionProto {
        let (input, output) = (vec!["a".into(), "b".into()], vec!["c".into()]);
        FunctionProto { name: name.into(), input, output, node, domain: "own".into(), attribute_proto }
    }

    #[test]
    fn a_call_is_the_nodes_of_the_function() {
        let mut leak = node("", "LeakyRelu", &["a"], &["t"]);
        leak.attribute = vec![alpha(0.0, "alpha")];
        let leaky = function("Leaky", vec![leak, node("", "Add", &["t", "b"], &["c"])], vec![alpha(0.25, "")]);
        let twice = vec![node("own", "Leaky", &["a", "b"], &["t"]), node("own", "Leaky", &["t", "a"], &["c"])];
        let mut call = node("own", "Twice", &["x", "w"], &["y"]);
        let functions = [leaky, function("Twice", twice, vec![])];
        let taken = |nodes: &[NodeProto]| inlined(nodes, &functions).unwrap();
        let all = taken(std::slice::from_ref(&call));
        let ends: Vec<_> =
            all.iter().map(|node| (node.op_type.as_str(), node.input.join(" "), &node.output[0])).collect();
        let [first, between, second] = ["Leaky/2/t", "Twice/1/t", "Leaky/3/t"];
        let expected = [
            ("LeakyRelu", "x".to_string(), &first.to_string()),
            ("Add", format!("{first} w"), &between.to_string()),
            ("LeakyRelu", between.to_string(), &second.to_string()),
            ("Add", format!("{second} x"), &"y".to_string()),
        ];
        assert_eq!(ends, expected);
        assert_eq!((all[0].attribute[0].f, all[0].attribute[0].name.as_str()), (0.25, "alpha"));

        (call.op_type, call.attribute) = ("Leaky".into(), vec![alpha(0.5, "")]);
        assert_eq!(taken(&[call])[0].attribute[0].f, 0.5);
    }

    #[test]
    fn calls_without_an_end_are_refused() {
        let again = function("Again", vec![node("own", "Again", &["a"], &["c"])], vec![]);
        let call = node("own", "Again", &["x"], &["y"]);
        assert!(inlined(std::slice::from_ref(&call), &[again]).unwrap_err().to_string().contains("own.Again"));

        let many = vec![node("own", "Again", &["a"], &["t"]); MAX_NODES + 1];
        let nothing = function("Again", vec![], vec![]);
        let all = node("own", "All", &["x"], &["y"]);
        assert!(inlined(&[all], &[nothing, function("All", many, vec![])]).is_err());
    }
}
