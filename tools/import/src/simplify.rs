//! The same network with fewer layers: constants, paddings and normalisations go into the layers beside them.

use const_cnn::layers::pool::Pool;
use const_cnn::layers::sliding::{Channels, Padding, Sliding};
use const_cnn::{Border, Dims};

use crate::MAX_NODES;
use crate::blocks::dominators;
use crate::error::Result;
use crate::flow::{Flow, Id, Op, Part};
use crate::layer::{Conv, Layer, Linear};
use crate::lower::{NO_PADDING, repeated};
use crate::windows::{shares, shares_of_all, whole_pool};

/// Simplifies a network until only layers and blocks are left; with `fold` normalisations go into the layers before
/// them.
///
/// # Errors
///
/// [`Error::Node`](crate::error::Error::Node) at a function that is neither a layer nor a part of one.
pub fn simplify(mut flow: Flow, fold: bool) -> Result<Flow> {
    flow = flow.in_order();
    crate::patterns::find(&mut flow);
    flow = flow.in_order();
    subtract(&mut flow);
    common_branches(&mut flow);
    flow = settled(flow, fold);
    constants(&mut flow)?;
    lines(&mut flow)?;
    flow = settled(flow.in_order(), fold);
    inner_branches(&mut flow);
    match flow.nodes.iter().find(|node| matches!(node.op, Op::Part(_))) {
        None => Ok(flow),
        Some(node) => {
            let Op::Part(part) = &node.op else { return Ok(flow) };
            node.origin.error(match part {
                Part::Clip(low, high) => {
                    format!("keeps values between {low} and {high}; from 0, and from 0 to 6, is possible")
                }
                Part::Lowest(_) => {
                    "is a border of the lowest number, outside a `max_pool2d`; zeros are possible".into()
                }
                Part::Mean => {
                    "is the mean of all values, outside a `layer_norm`; means of each channel are possible".into()
                }
                _ => "is no layer here by itself; it is possible as a part of gelu, silu, hard_swish and layer_norm"
                    .to_string(),
            })
        }
    }
}

/// Makes it simpler until nothing is left to be.
fn settled(mut flow: Flow, fold: bool) -> Flow {
    let mut is_done = false;
    while !is_done {
        is_done = true;
        for id in 1..flow.nodes.len() {
            while step(&mut flow, id, fold) {
                is_done = false;
            }
        }
        flow = flow.in_order();
    }
    flow
}

/// Whether one thing at a node could be made simpler.
fn step(flow: &mut Flow, id: Id, fold: bool) -> bool {
    if flow.nodes[id].origin.line.is_some() {
        // a line of this crate's is as simple as it was written; what stands in the file in pieces is put together
        let is_piece = former(flow, id).is_some_and(|before| flow.nodes[before].origin.line.is_none());
        return is_piece && in_pieces(flow, id) || fold && normalisation(flow, id);
    }
    reshape(flow, id)
        || constant(flow, id)
        || in_pieces(flow, id)
        || crop(flow, id)
        || zero_bias(flow, id)
        || row(flow, id)
        || fold && normalisation(flow, id)
}

/// Layers with a window that not all runtimes have in one operator.
fn in_pieces(flow: &mut Flow, id: Id) -> bool {
    pad(flow, id) || unreached(flow, id) || mean(flow, id) || behind(flow, id)
}

/// The node before, if nothing else takes its value.
fn former(flow: &Flow, id: Id) -> Option<Id> {
    let [before] = flow.nodes[id].inputs[..] else { return None };
    (flow.uses()[before] == 1).then_some(before)
}

/// Puts a layer in the place of two, the second of which gives what it gives.
fn join(flow: &mut Flow, first: Id, second: Id, layer: Layer) {
    let node = flow.nodes[first].clone();
    let (main, origin) = match &flow.nodes[second].op {
        _ if flow.nodes[second].origin.line.is_some() => (second, flow.nodes[second].origin.clone()),
        Op::Layer(Layer::Conv(_) | Layer::Depthwise(_) | Layer::AvgPool(_) | Layer::MaxPool(_)) => {
            (second, flow.nodes[second].origin.clone())
        }
        _ => (first, node.origin.clone()),
    };
    debug_assert!(main == first || main == second);
    flow.nodes[second].op = Op::Layer(layer);
    flow.nodes[second].inputs = node.inputs;
    flow.nodes[second].origin = origin;
}

/// Values in another shape: twice, not at all, or of the input.
fn reshape(flow: &mut Flow, id: Id) -> bool {
    let is_reshape =
        |flow: &Flow, id: Id| matches!(flow.nodes[id].op, Op::Layer(Layer::Reshape(_) | Layer::Word("flatten")));
    if !is_reshape(flow, id) || flow.uses()[id] == 0 || flow.nodes[id].origin.line.is_some() {
        return false;
    }
    let before = flow.nodes[id].inputs[0];
    let dims = flow.nodes[id].dims.clone();
    if flow.nodes[before].dims == dims {
        flow.replace(id, before);
        return true;
    }
    if before == 0 && flow.uses()[0] == 1 && dims.len() > flow.nodes[0].dims.len() && sequence(flow, id).is_none() {
        flow.nodes[0].dims = dims;
        flow.replace(id, 0);
        return true;
    }
    if is_reshape(flow, before) {
        flow.nodes[id].inputs = vec![flow.nodes[before].inputs[0]];
        flow.nodes[id].op = Op::Layer(if dims.len() == 1 { Layer::Word("flatten") } else { Layer::Reshape(dims) });
        return true;
    }
    false
}

/// The sequence that a node makes an image of one row of.
fn sequence(flow: &Flow, id: Id) -> Option<Id> {
    let (Op::Layer(Layer::Reshape(_)), [x]) = (&flow.nodes[id].op, &flow.nodes[id].inputs[..]) else { return None };
    let [channels, len] = flow.nodes[*x].dims[..] else { return None };
    (flow.nodes[id].dims == [channels, 1, len]).then_some(*x)
}

/// What works along the one row of an image that was a sequence, along that sequence.
fn row(flow: &mut Flow, id: Id) -> bool {
    let images = flow.nodes[id].inputs.clone();
    let Some(sequences) = images.iter().map(|&image| sequence(flow, image)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    if sequences.is_empty() || flow.uses()[id] == 0 {
        return false;
    }
    let is_flat = |window: &Sliding| {
        let padding = matches!(window.padding, Padding::Same | Padding::Sides([0, 0, ..]));
        window.kernel[0] == 1 && window.stride.is_none_or(|stride| stride[0] == 1) && window.more()[0] == 0 && padding
    };
    let works = match &flow.nodes[id].op {
        Op::Layer(Layer::Conv(conv) | Layer::Depthwise(conv) | Layer::Transpose(conv)) => is_flat(&conv.window),
        Op::Layer(Layer::MaxPool(pool) | Layer::AvgPool(pool)) => is_flat(&pool.window),
        Op::Layer(Layer::Word(word)) => !matches!(*word, "flatten" | "softmax"),
        Op::Layer(
            Layer::LeakyRelu(_)
            | Layer::Elu(_)
            | Layer::Prelu(_)
            | Layer::BatchNorm(_)
            | Layer::GroupNorm(..)
            | Layer::InstanceNorm(_)
            | Layer::LayerNorm(_)
            | Layer::Dropout(_),
        ) => true,
        Op::Add | Op::Concat | Op::Scale(_) | Op::Shift(_) => true,
        _ => false,
    };
    let former = flow.nodes[sequences[0]].dims.clone();
    let image = flow.nodes[id].dims.clone();
    let dims = match (&flow.nodes[id].op, &image[..]) {
        (Op::Layer(layer), _) if works => layer.after(&former).ok(),
        (_, [channels, 1, len]) if works => Some(vec![*channels, *len]),
        _ => None,
    };
    let Some(dims) = dims.filter(|dims| dims.iter().product::<usize>() == image.iter().product::<usize>()) else {
        return false;
    };
    flow.nodes[id].inputs = sequences;
    flow.nodes[id].dims = dims;
    if image.len() == 3 {
        let origin = flow.nodes[id].origin.clone();
        let again = flow.push(Op::Layer(Layer::Reshape(image.clone())), Vec::new(), image, &origin);
        flow.replace(id, again);
        flow.nodes[again].inputs = vec![id];
    }
    true
}

/// A difference as a sum.
fn subtract(flow: &mut Flow) {
    for id in 0..flow.nodes.len() {
        let [a, b] = flow.nodes[id].inputs[..] else { continue };
        if matches!(flow.nodes[id].op, Op::Part(Part::Sub)) && flow.nodes[a].dims == flow.nodes[b].dims {
            let (dims, origin) = (flow.nodes[b].dims.clone(), flow.nodes[id].origin.clone());
            let negative = flow.push(Op::Scale(vec![-1.0]), vec![b], dims, &origin);
            flow.nodes[id].op = Op::Add;
            flow.nodes[id].inputs = vec![a, negative];
        }
    }
    *flow = flow.in_order();
}

/// Channels of several values that begin with those of another such node, as DenseNets have them.
fn common_branches(flow: &mut Flow) {
    // from the last one, so that those before it are still as the file has them
    for id in (0..flow.nodes.len()).rev() {
        if !matches!(flow.nodes[id].op, Op::Concat) {
            continue;
        }
        let inputs = flow.nodes[id].inputs.clone();
        let shorter = |other: &Id| {
            let node = &flow.nodes[*other];
            matches!(node.op, Op::Concat)
                && (2..inputs.len()).contains(&node.inputs.len())
                && inputs.starts_with(&node.inputs)
        };
        if let Some(longest) = (0..id).filter(shorter).max_by_key(|&other| flow.nodes[other].inputs.len()) {
            let rest = inputs[flow.nodes[longest].inputs.len()..].to_vec();
            flow.nodes[id].inputs = [vec![longest], rest].concat();
        }
    }
}

/// Channels of several values of which some follow from one of them, as pyramids of pools have them: those are put together first.
fn inner_branches(flow: &mut Flow) {
    let mut id = 1;
    while id < flow.nodes.len() {
        let is_concat = matches!(flow.nodes[id].op, Op::Concat) && flow.nodes[id].origin.line.is_none();
        let inputs = flow.nodes[id].inputs.clone();
        let before = if is_concat { dominators(flow) } else { Vec::new() };
        let follows = |input: Id, from: Id| {
            let mut at = input;
            while at > from {
                at = before[at];
            }
            at == from && from > 0 && from != before[id]
        };
        let runs = (0..inputs.len()).rev().flat_map(|n| [(n, n..inputs.len()), (n, 0..n + 1)]);
        let inner = runs.filter(|(_, run)| is_concat && run.len() > 1 && run.len() < inputs.len()).find(|(n, run)| {
            run.clone().all(|other| other == *n || inputs[other] != inputs[*n] && follows(inputs[other], inputs[*n]))
        });
        if let Some((_, run)) = inner {
            let mut dims = flow.nodes[id].dims.clone();
            dims[0] = inputs[run.clone()].iter().map(|&input| flow.nodes[input].dims[0]).sum();
            let origin = flow.nodes[id].origin.clone();
            let both = flow.push(Op::Concat, inputs[run.clone()].to_vec(), dims, &origin);
            flow.nodes[id].inputs.splice(run, [both]);
            *flow = flow.in_order();
            id = 0; // they have other numbers now
        }
        id += 1;
    }
}

/// The same network, in which nothing that only leaves rows and columns out is taken twice.
pub fn apart(flow: &Flow) -> Flow {
    let mut flow = flow.clone();
    for id in (1..flow.nodes.len()).rev() {
        let is_slice = match &flow.nodes[id].op {
            Op::Layer(Layer::Crop(_)) => true,
            Op::Layer(Layer::MaxPool(pool)) => pool.window.kernel == [1, 1],
            _ => false,
        };
        let takers: Vec<Id> = (0..flow.nodes.len()).filter(|&n| flow.nodes[n].inputs.contains(&id)).collect();
        for &taker in takers.iter().skip(1).filter(|_| is_slice) {
            if flow.nodes.len() >= MAX_NODES {
                break;
            }
            let node = flow.nodes[id].clone();
            let again = flow.push(node.op, node.inputs, node.dims, &node.origin);
            flow.nodes[taker].inputs.iter_mut().filter(|input| **input == id).for_each(|input| *input = again);
        }
    }
    flow.in_order()
}

/// A factor or a summand, in the layer before it, or in the dense layer after it.
fn constant(flow: &mut Flow, id: Id) -> bool {
    let (values, is_scale) = match &flow.nodes[id].op {
        Op::Scale(values) => (values.clone(), true),
        Op::Shift(values) => (values.clone(), false),
        Op::Layer(Layer::Linear(_)) => return before_dense(flow, id),
        _ => return false,
    };
    if flow.uses()[id] == 0 {
        return false;
    }
    if values.iter().all(|&x| x == if is_scale { 1.0 } else { 0.0 }) {
        flow.replace(id, flow.nodes[id].inputs[0]);
        return true;
    }
    let Some(before) = former(flow, id) else { return false };
    let dims = flow.nodes[id].dims.clone();
    let Op::Layer(layer) = &mut flow.nodes[before].op else { return false };
    if values.len() > dims[0] && !matches!(layer, Layer::LayerNorm(_)) {
        return false;
    }
    let channels = if values.len() > dims[0] { Vec::new() } else { repeated(&values, dims[0]) };
    match layer {
        Layer::Conv(conv) | Layer::Depthwise(conv) if is_scale => {
            scale_each(&mut conv.weight, &mut conv.bias, &channels)
        }
        Layer::Linear(linear) if is_scale => scale_each(&mut linear.weight, &mut linear.bias, &channels),
        Layer::Transpose(conv) if is_scale => {
            let (before, per_group) = (flow_channels(conv), conv.window.in_group(conv.channels));
            let taps: usize = conv.window.kernel.iter().product();
            let in_group = before / conv.window.groups();
            for (n, kernel) in conv.weight.chunks_mut(taps).enumerate() {
                let (c, a) = (n / per_group, n % per_group);
                kernel.iter_mut().for_each(|x| *x *= channels[c / in_group * per_group + a]);
            }
            conv.bias.iter_mut().zip(&channels).for_each(|(x, factor)| *x *= factor);
        }
        Layer::Conv(conv) | Layer::Depthwise(conv) | Layer::Transpose(conv) => {
            conv.window.bias = true;
            add(&mut conv.bias, &channels);
        }
        Layer::Linear(linear) => add(&mut linear.bias, &channels),
        Layer::BatchNorm(norm) => {
            let [weight, bias, ..] = &mut norm.arrays;
            affine(weight, bias, &channels, is_scale);
        }
        Layer::GroupNorm(_, norm) | Layer::InstanceNorm(norm) => {
            affine(&mut norm.weight, &mut norm.bias, &channels, is_scale);
        }
        Layer::LayerNorm(norm) => {
            let values = repeated(&values, norm.weight.len());
            affine(&mut norm.weight, &mut norm.bias, &values, is_scale);
        }
        _ => return false,
    }
    flow.replace(id, before);
    true
}

/// How many channels a transposed convolution takes.
fn flow_channels(conv: &Conv) -> usize {
    let taps: usize = conv.window.kernel.iter().product();
    conv.weight.len() / (taps * conv.window.in_group(conv.channels))
}

/// Multiplies what each output is made of, whose weights lie together.
fn scale_each(weight: &mut [f32], bias: &mut [f32], factors: &[f32]) {
    let each = weight.len() / factors.len();
    for (weight, factor) in weight.chunks_mut(each.max(1)).zip(factors) {
        weight.iter_mut().for_each(|x| *x *= factor);
    }
    bias.iter_mut().zip(factors).for_each(|(x, factor)| *x *= factor);
}

fn add(bias: &mut Vec<f32>, summands: &[f32]) {
    if bias.is_empty() {
        bias.resize(summands.len(), 0.0);
    }
    bias.iter_mut().zip(summands).for_each(|(x, summand)| *x += summand);
}

fn affine(weight: &mut [f32], bias: &mut [f32], values: &[f32], is_scale: bool) {
    for ((weight, bias), value) in weight.iter_mut().zip(bias).zip(values) {
        if is_scale {
            *weight *= value;
            *bias *= value;
        } else {
            *bias += value;
        }
    }
}

/// A factor or a summand before a dense layer.
fn before_dense(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let inputs = flow.nodes[before].dims[0];
    let op = flow.nodes[before].op.clone();
    let Op::Layer(Layer::Linear(Linear { outputs, weight, bias })) = &mut flow.nodes[id].op else { return false };
    match op {
        Op::Scale(values) => {
            let values = repeated(&values, inputs);
            weight.chunks_mut(inputs).for_each(|row| row.iter_mut().zip(&values).for_each(|(x, factor)| *x *= factor));
        }
        Op::Shift(values) => {
            let values = repeated(&values, inputs);
            let sum =
                |row: &[f32]| row.iter().zip(&values).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum::<f64>() as f32;
            let sums: Vec<f32> = weight.chunks(inputs).map(sum).collect();
            debug_assert_eq!(sums.len(), *outputs);
            add(bias, &sums);
        }
        _ => return false,
    }
    flow.nodes[id].inputs = flow.nodes[before].inputs.clone();
    true
}

/// Zeros around an image, in the layer after them.
fn pad(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let (more, is_lowest) = match flow.nodes[before].op {
        Op::Layer(Layer::Pad(more, Border::Zero)) => (more, false),
        Op::Part(Part::Lowest(more)) => (more, true),
        _ => return false,
    };
    let x = flow.nodes[before].inputs[0];
    let padded = |padding: Padding| match padding {
        Padding::Sides(sides) => Some(Padding::Sides([0, 1, 2, 3].map(|n| sides[n] + more[n]))),
        Padding::Same => None,
    };
    let layer = match flow.nodes[id].op.clone() {
        // where no value is below zero, zeros are never more than the largest
        Op::Layer(Layer::MaxPool(mut pool)) if !pool.ceil && (is_lowest || is_positive(flow, x)) => {
            padded(pool.window.padding).map(|padding| {
                pool.window.padding = padding;
                Layer::MaxPool(pool)
            })
        }
        _ if is_lowest => None,
        Op::Layer(Layer::Conv(mut conv)) => padded(conv.window.padding).map(|padding| {
            conv.window.padding = padding;
            Layer::Conv(conv)
        }),
        Op::Layer(Layer::Depthwise(mut conv)) => padded(conv.window.padding).map(|padding| {
            conv.window.padding = padding;
            Layer::Depthwise(conv)
        }),
        Op::Layer(Layer::AvgPool(mut pool))
            if !pool.ceil && matches!(pool.window.padding, Padding::Sides([0, 0, 0, 0])) =>
        {
            pool.counts = true;
            pool.window.padding = Padding::Sides(more);
            Some(Layer::AvgPool(pool))
        }
        _ => None,
    };
    layer.is_some_and(|layer| join_if_same(flow, before, id, layer))
}

/// Rows and columns at the end that are cut off, where no window would reach them.
fn unreached(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let Op::Layer(Layer::Crop([0, bottom, 0, right])) = flow.nodes[before].op else { return false };
    let no_padding = |window: &Sliding| match window.padding {
        Padding::Sides([_, below, _, behind]) => (bottom == 0 || below == 0) && (right == 0 || behind == 0),
        Padding::Same => false,
    };
    let layer = match flow.nodes[id].op.clone() {
        Op::Layer(layer @ (Layer::Conv(_) | Layer::Depthwise(_) | Layer::MaxPool(_) | Layer::AvgPool(_))) => layer,
        _ => return false,
    };
    let is_unreached = match &layer {
        Layer::Conv(conv) | Layer::Depthwise(conv) => no_padding(&conv.window),
        Layer::MaxPool(pool) | Layer::AvgPool(pool) => !pool.ceil && no_padding(&pool.window),
        _ => false,
    };
    is_unreached && join_if_same(flow, before, id, layer)
}

/// A mean in which padding counts, times how much more it is where some of it does not.
fn mean(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let (Op::Scale(factors), Op::Layer(Layer::AvgPool(pool))) = (&flow.nodes[id].op, &flow.nodes[before].op) else {
        return false;
    };
    let (x, dims) = (Dims::new(&flow.nodes[flow.nodes[before].inputs[0]].dims), flow.nodes[id].dims.clone());
    if !pool.counts || pool.ceil || x.rank < 2 {
        return false;
    }
    let (image, given) = (x.as_image(), Dims::new(&dims).as_image());
    // the end of the padding is where the last window ends: which part of it counts, the factors tell
    let alike = |[before, after]: [usize; 2]| before.min(after);
    let [rows, columns] = pool.window.axes(x).map(|axis| axis.padding);
    let even = Padding::Sides([rows[0], alike(rows), columns[0], alike(columns)]);
    let same = Pool { counts: false, ..*pool };
    let even = |counts| Pool { window: Sliding { padding: even, ..pool.window }, ceil: true, counts };
    let fits = |pool: &Pool| {
        let shares = |n: usize| shares(&pool.window.axes(x)[n], image.sizes[n + 1], given.sizes[n + 1], pool.counts);
        let expected = shares_of_all((0..2).map(shares));
        let is_near = |(factor, share): (&f32, &f32)| (factor - share).abs() <= 1e-6 * share;
        pool.outputs(x).sizes == Dims::new(&dims).sizes
            && factors.len() == dims[0] * expected.len()
            && factors.chunks(expected.len()).all(|map| map.iter().zip(&expected).all(is_near))
    };
    let found = [same, even(true), even(false)].into_iter().find(fits);
    found.is_some_and(|pool| join_if_same(flow, before, id, Layer::AvgPool(pool)))
}

/// Zeros at the end of what a transposed convolution without a bias gives, and then the bias: its output padding.
fn behind(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let Op::Layer(Layer::Transpose(mut conv)) = flow.nodes[before].op.clone() else { return false };
    if conv.window.bias {
        return false;
    }
    match (&flow.nodes[id].op, conv.window.padding) {
        (&Op::Layer(Layer::Pad([0, bottom, 0, right], Border::Zero)), Padding::Sides([_, below, _, behind]))
            if (bottom == 0 || below == 0) && (right == 0 || behind == 0) =>
        {
            let [rows, columns] = conv.window.more();
            conv.window.output_padding = Some([rows + bottom, columns + right]);
        }
        (Op::Shift(values), _) if flow.nodes[id].origin.line.is_some() && values.len() <= conv.channels => {
            conv.window.bias = true;
            conv.bias = repeated(values, conv.channels);
        }
        _ => return false,
    }
    join_if_same(flow, before, id, Layer::Transpose(conv))
}

/// Puts a layer in the place of two, if it gives as much.
fn join_if_same(flow: &mut Flow, first: Id, second: Id, layer: Layer) -> bool {
    let x = flow.nodes[first].inputs[0];
    let is_same = layer.after(&flow.nodes[x].dims).as_ref() == Ok(&flow.nodes[second].dims);
    if is_same {
        join(flow, first, second, layer);
    }
    is_same
}

fn is_positive(flow: &Flow, id: Id) -> bool {
    match &flow.nodes[id].op {
        Op::Layer(Layer::Word("relu" | "relu6" | "sigmoid" | "hard_sigmoid" | "softplus" | "softmax")) => true,
        Op::Layer(Layer::MaxPool(_) | Layer::AvgPool(_) | Layer::Dropout(_)) => {
            is_positive(flow, flow.nodes[id].inputs[0])
        }
        _ => false,
    }
}

/// A part of what a convolution gives, which it can give alone.
fn crop(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let Op::Layer(Layer::Crop(less)) = flow.nodes[id].op else { return false };
    let layer = match flow.nodes[before].op.clone() {
        Op::Layer(Layer::Conv(conv)) => cropped(conv, less).map(Layer::Conv),
        Op::Layer(Layer::Depthwise(conv)) => cropped(conv, less).map(Layer::Depthwise),
        Op::Layer(Layer::Transpose(mut conv)) if conv.window.more() == [0, 0] => match conv.window.padding {
            Padding::Sides(sides) => {
                conv.window.padding = Padding::Sides([0, 1, 2, 3].map(|n| sides[n] + less[n]));
                Some(Layer::Transpose(conv))
            }
            Padding::Same => None,
        },
        _ => None,
    };
    layer.is_some_and(|layer| join_if_same(flow, before, id, layer))
}

fn cropped(mut conv: Conv, less: [usize; 4]) -> Option<Conv> {
    let Padding::Sides(sides) = conv.window.padding else { return None };
    let stride = conv.window.stride.unwrap_or([1, 1]);
    if (0..4).any(|n| less[n] > 0 && (stride[n / 2] != 1 || less[n] > sides[n])) {
        return None;
    }
    conv.window.padding = Padding::Sides([0, 1, 2, 3].map(|n| sides[n] - less[n]));
    Some(conv)
}

/// Whether a convolution before a normalisation had a bias of zeros, which is none.
fn zero_bias(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let (Op::Layer(Layer::BatchNorm(_)), true) = (&flow.nodes[id].op, before > 0) else { return false };
    let bias = match &mut flow.nodes[before].op {
        Op::Layer(Layer::Conv(conv) | Layer::Depthwise(conv) | Layer::Transpose(conv)) => {
            conv.window.bias &= conv.bias.iter().any(|&x| x != 0.0);
            if conv.window.bias { return false } else { &mut conv.bias }
        }
        Op::Layer(Layer::Linear(linear)) if linear.bias.iter().all(|&x| x == 0.0) => &mut linear.bias,
        _ => return false,
    };
    let had_bias = !bias.is_empty();
    bias.clear();
    had_bias
}

/// A normalisation by what is held, in the layer before it.
fn normalisation(flow: &mut Flow, id: Id) -> bool {
    let Some(before) = former(flow, id) else { return false };
    let Op::Layer(Layer::BatchNorm(norm)) = &flow.nodes[id].op else { return false };
    let absorbs = |op: &Op| {
        matches!(op, Op::Layer(Layer::Conv(_) | Layer::Depthwise(_) | Layer::Transpose(_) | Layer::Linear(_)))
    };
    if !absorbs(&flow.nodes[before].op) {
        return false;
    }
    let [weight, bias, mean, variance] = &norm.arrays;
    let numbers = (0..weight.len()).map(|c| {
        let factor = f64::from(weight[c]) / (f64::from(variance[c]) + f64::from(norm.eps)).sqrt();
        (factor as f32, (f64::from(bias[c]) - f64::from(mean[c]) * factor) as f32)
    });
    let (factors, summands): (Vec<f32>, Vec<f32>) = numbers.unzip();
    let (inputs, dims, origin) = (vec![before], flow.nodes[id].dims.clone(), flow.nodes[id].origin.clone());
    let scale = flow.push(Op::Scale(factors), inputs, dims, &origin);
    flow.nodes[id].op = Op::Shift(summands);
    flow.nodes[id].inputs = vec![scale];
    constant(flow, scale);
    constant(flow, id);
    true
}

/// What is left of factors and summands: a kernel of one tap for each channel.
fn constants(flow: &mut Flow) -> Result<()> {
    for id in 1..flow.nodes.len() {
        let uses = flow.uses();
        if uses[id] == 0 || !matches!(flow.nodes[id].op, Op::Scale(_) | Op::Shift(_)) {
            continue;
        }
        // of several, one after the other, the last one stands for all
        let taker = (0..flow.nodes.len()).find(|&n| uses[n] > 0 && flow.nodes[n].inputs.contains(&id));
        if uses[id] == 1 && taker.is_some_and(|n| matches!(flow.nodes[n].op, Op::Scale(_) | Op::Shift(_))) {
            continue;
        }
        let dims = flow.nodes[id].dims.clone();
        let (mut chain, mut x) = (vec![id], flow.nodes[id].inputs[0]);
        while uses[x] == 1 && matches!(flow.nodes[x].op, Op::Scale(_) | Op::Shift(_)) {
            chain.push(x);
            x = flow.nodes[x].inputs[0];
        }
        let (mut weight, mut bias) = (vec![1.0; dims[0]], vec![0.0; dims[0]]);
        for &id in chain.iter().rev() {
            let (values, is_scale) = match &flow.nodes[id].op {
                Op::Scale(values) => (values, true),
                Op::Shift(values) => (values, false),
                _ => continue,
            };
            if values.len() > dims[0] {
                let says = format!("takes a constant for each value of {dims:?}; one for each channel is possible");
                return flow.nodes[id].origin.error(says);
            }
            affine(&mut weight, &mut bias, &repeated(values, dims[0]), is_scale);
        }
        let mut window = whole_pool([1, 1]).window;
        window.channels = Channels::Multiplier(1);
        window.bias = bias.iter().any(|&x| x != 0.0);
        window.padding = NO_PADDING;
        let conv = Conv { channels: dims[0], window, weight, bias: if window.bias { bias } else { Vec::new() } };
        let layer = if dims[0] == 1 {
            let mut conv = conv;
            conv.window.channels = Channels::All;
            Layer::Conv(conv)
        } else {
            Layer::Depthwise(conv)
        };
        let origin = flow.nodes[id].origin.clone();
        if dims.len() == 1 {
            let line = flow.layer(x, Layer::Reshape(vec![dims[0], 1]), &origin)?;
            let scaled = flow.layer(line, layer, &origin)?;
            flow.nodes[id].op = Op::Layer(Layer::Word("flatten"));
            flow.nodes[id].inputs = vec![scaled];
        } else {
            flow.nodes[id].op = Op::Layer(layer);
            flow.nodes[id].inputs = vec![x];
        }
    }
    Ok(())
}

/// Layers of images along a sequence: it is an image of one row meanwhile.
fn lines(flow: &mut Flow) -> Result<()> {
    for id in 1..flow.nodes.len() {
        let Op::Layer(layer @ (Layer::Pad(..) | Layer::Crop(_) | Layer::Upsample(..))) = flow.nodes[id].op.clone()
        else {
            continue;
        };
        let (x, origin, dims) = (flow.nodes[id].inputs[0], flow.nodes[id].origin.clone(), flow.nodes[id].dims.clone());
        if let [channels, len] = flow.nodes[x].dims[..] {
            let image = flow.layer(x, Layer::Reshape(vec![channels, 1, len]), &origin)?;
            let given = flow.layer(image, layer, &origin)?;
            flow.nodes[id].op = Op::Layer(Layer::Reshape(dims));
            flow.nodes[id].inputs = vec![given];
        }
    }
    Ok(())
}
