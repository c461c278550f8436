//! Operators with a window, and those along the rows and columns of an image.

use const_cnn::layers::pool::Pool;
use const_cnn::layers::sliding::{Channels, Padding, Sliding};
use const_cnn::{Axis, Border};

use crate::constants;
use crate::error::Result;
use crate::flow::{Id, Op, Part};
use crate::graph::{Node, Tensor, places, strides};
use crate::layer::{Conv, Layer, Linear};
use crate::lower::{Lower, NO_PADDING, border};
use crate::view::{View, one};

/// The numbers of a window along rows and columns; a sequence is an image of one row.
struct Window {
    kernel: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    padding: Padding,
}

/// What is along one axis of a sequence, as what is along two.
fn two<T: Copy>(numbers: &[T], rows: T) -> [T; 2] {
    match numbers {
        [one] => [rows, *one],
        numbers => [numbers[0], numbers[1]],
    }
}

/// The sides of ONNX's `pads`, all that begins before all that ends.
fn sides(pads: &[usize]) -> [usize; 4] {
    match pads {
        [before, after] => [0, 0, *before, *after],
        pads => [pads[0], pads[2], pads[1], pads[3]],
    }
}

/// Reads a window over `rank` axes.
fn window(node: &Node, rank: usize, kernel: &[usize]) -> Result<Window> {
    let pads = node.sizes("pads", 2 * rank, 0)?;
    let (stride, dilation) = (node.sizes("strides", rank, 1)?, node.sizes("dilations", rank, 1)?);
    let mut window = Window {
        kernel: two(kernel, 1),
        stride: two(&stride, 1),
        dilation: two(&dilation, 1),
        padding: Padding::Sides(sides(&pads)),
    };
    match node.text("auto_pad", "NOTSET")? {
        "NOTSET" | "" => (),
        "VALID" => window.padding = NO_PADDING,
        "SAME_UPPER" | "SAME_LOWER" => window.padding = Padding::Same,
        other => {
            return node.error_of("auto_pad", format!("is `{other}`; NOTSET, VALID, SAME_UPPER and SAME_LOWER are"));
        }
    }
    if window.stride.contains(&0) || window.dilation.contains(&0) || window.kernel.contains(&0) {
        return node.error("its kernel, strides and dilations are at least 1");
    }
    Ok(window)
}

/// A window's numbers, as a layer has them after `former`.
fn sliding(node: &Node, window: &Window, former: &[usize]) -> Result<Sliding> {
    let mut sliding = Sliding {
        kernel: window.kernel,
        stride: Some(window.stride),
        dilation: window.dilation,
        padding: window.padding,
        bias: true,
        channels: Channels::All,
        output_padding: None,
    };
    if let Padding::Same = window.padding {
        let axes = sliding.axes(const_cnn::Dims::new(former));
        let [rows, columns] = axes.map(|axis| axis.padding);
        let lower = node.text("auto_pad", "")? == "SAME_LOWER";
        let is_even = rows[0] == rows[1] && columns[0] == columns[1];
        if lower || is_even && window.stride == [1, 1] {
            let side = |[before, after]: [usize; 2]| if lower { [after, before] } else { [before, after] };
            let ([top, bottom], [left, right]) = (side(rows), side(columns));
            sliding.padding = Padding::Sides([top, bottom, left, right]);
        }
    }
    Ok(sliding)
}

/// `Conv`
pub fn conv(lower: &mut Lower, node: &Node) -> Result<View> {
    let (view, weight) = (lower.value(node, 0)?, lower.weights(node, 1, "its weight")?);
    let rank = weight.dims.len().saturating_sub(2);
    if !(1..=2).contains(&rank) {
        let says = format!("has the sizes {:?}; along one and two axes is possible", weight.dims);
        return node.error_of(&node.inputs[1], says);
    }
    let (channels, kernel) = (weight.dims[0], &weight.dims[2..]);
    if node.sizes("kernel_shape", rank, 0)?.iter().zip(kernel).any(|(said, size)| *said != 0 && said != size) {
        return node.error_of("kernel_shape", format!("its weight has the sizes {:?}", weight.dims));
    }
    let window = window(node, rank, kernel)?;
    let groups = usize::try_from(node.int("group", 1)?).unwrap_or(0);
    let bias = bias(lower, node, channels)?;
    let sizes = view.dims(&lower.flow);
    if sizes.len() != rank + 2 {
        return node.error(format!("its weight has the sizes {:?}, its input {sizes:?}", weight.dims));
    }
    let inputs = if lower.graph.channels_last { sizes[rank + 1] } else { sizes[1] };
    let is_point = window.kernel == [1, 1] && matches!(window.padding, Padding::Sides([0, 0, 0, 0]) | Padding::Same);
    let is_vector = sizes.iter().product::<usize>() == inputs && lower.dims(view.id).len() == 1;
    if is_point && is_vector && groups == 1 && weight.dims[1] == inputs {
        return dense_axis(
            lower,
            node,
            &view,
            channels,
            weight.to_floats(),
            bias,
            if lower.graph.channels_last { rank + 1 } else { 1 },
        );
    }
    let view = lower.image(node, &view)?;
    if groups == 0 || !inputs.is_multiple_of(groups) || inputs / groups != weight.dims[1] {
        return node.error_of("group", format!("is {groups} for {inputs} channels and a weight of {:?}", weight.dims));
    }
    let mut numbers = sliding(node, &window, lower.dims(view.id))?;
    numbers.bias = !bias.is_empty();
    let is_depthwise = groups > 1 && groups == inputs && channels.is_multiple_of(groups);
    numbers.channels = match (is_depthwise, groups) {
        (true, _) => Channels::Multiplier(channels / groups),
        (false, 1) => Channels::All,
        (false, _) => Channels::Groups(groups),
    };
    let mut conv = Conv { channels, window: numbers, weight: weight.to_floats(), bias };
    if node.line.as_deref() == Some("mapwise_conv2d") && rank == 2 && is_mapwise(&conv, groups) {
        conv.channels /= groups;
        conv.window.channels = Channels::All;
        conv.weight.truncate(conv.weight.len() / groups);
        conv.bias.truncate(conv.channels);
        return lower.layer(node, view.id, Layer::Mapwise(conv), Some(1));
    }
    let layer = if is_depthwise { Layer::Depthwise(conv) } else { Layer::Conv(conv) };
    lower.layer(node, view.id, layer, Some(1))
}

/// Whether all of so many maps have the same kernels, and a bias.
fn is_mapwise(conv: &Conv, maps: usize) -> bool {
    let repeats = |values: &[f32]| {
        let len = values.len() / maps;
        values.chunks(len.max(1)).all(|part| part.iter().zip(values).all(|(x, y)| x.to_bits() == y.to_bits()))
    };
    !conv.bias.is_empty() && conv.channels.is_multiple_of(maps) && repeats(&conv.weight) && repeats(&conv.bias)
}

/// A bias for each channel, or none.
fn bias(lower: &Lower, node: &Node, channels: usize) -> Result<Vec<f32>> {
    if node.inputs.get(2).is_none_or(|name| name.is_empty()) {
        return Ok(Vec::new());
    }
    let bias = lower.weights(node, 2, "its bias")?.to_floats();
    if bias.len() == channels {
        Ok(bias)
    } else {
        node.error(format!("its bias has {} values for {channels} channels", bias.len()))
    }
}

/// `ConvTranspose`
pub fn conv_transpose(lower: &mut Lower, node: &Node) -> Result<View> {
    let (view, weight) = (lower.value(node, 0)?, lower.weights(node, 1, "its weight")?);
    let rank = weight.dims.len().saturating_sub(2);
    if !(1..=2).contains(&rank) {
        let says = format!("has the sizes {:?}; along one and two axes is possible", weight.dims);
        return node.error_of(&node.inputs[1], says);
    }
    let view = lower.image(node, &view)?;
    let former = lower.dims(view.id).to_vec();
    let groups = usize::try_from(node.int("group", 1)?).unwrap_or(0);
    if former.len() != rank + 1 || former[0] != weight.dims[0] || groups == 0 || !former[0].is_multiple_of(groups) {
        return node
            .error(format!("{groups} groups, a weight of {:?} and an input of {former:?} do not fit", weight.dims));
    }
    let kernel = &weight.dims[2..];
    let window = window(node, rank, kernel)?;
    let channels = weight.dims[1].saturating_mul(groups);
    let mut more = two(&node.sizes("output_padding", rank, 0)?, 0);
    let sizes = if rank == 1 { [1, former[1]] } else { [former[1], former[2]] };
    let mut padding = match window.padding {
        Padding::Sides(sides) => sides,
        Padding::Same => [0; 4],
    };
    let target = match node.ints("output_shape")? {
        Some(_) => {
            let target = node.sizes("output_shape", rank, 0)?;
            Some(two(&target, 1))
        }
        None if matches!(window.padding, Padding::Same) => {
            Some([0, 1].map(|n| sizes[n].saturating_mul(window.stride[n])))
        }
        None => None,
    };
    if let Some(target) = target {
        let lower_first = node.text("auto_pad", "NOTSET")? == "SAME_LOWER";
        for n in 0..2 {
            let full = window.stride[n] * (sizes[n] - 1) + (window.kernel[n] - 1) * window.dilation[n] + 1 + more[n];
            match full.checked_sub(target[n]) {
                // the odd one is cropped at the end, or with `SAME_LOWER` in front
                Some(total) => {
                    let (half, rest) = (total / 2, total - total / 2);
                    (padding[2 * n], padding[2 * n + 1]) = if lower_first { (rest, half) } else { (half, rest) };
                }
                None => more[n] += target[n] - full,
            }
        }
    }
    let bias = bias(lower, node, channels)?;
    let numbers = Sliding {
        kernel: window.kernel,
        stride: Some(window.stride),
        dilation: window.dilation,
        padding: Padding::Sides(padding),
        bias: !bias.is_empty(),
        channels: if groups > 1 { Channels::Groups(groups) } else { Channels::All },
        output_padding: (more != [0, 0]).then_some(more),
    };
    let conv = Conv { channels, window: numbers, weight: weight.to_floats(), bias };
    lower.layer(node, view.id, Layer::Transpose(conv), Some(1))
}

/// `MaxPool` and `AveragePool`
pub fn pool(lower: &mut Lower, node: &Node) -> Result<View> {
    let view = lower.value(node, 0)?;
    let view = lower.image(node, &view)?;
    let former = lower.dims(view.id).to_vec();
    let rank = former.len() - 1;
    if node.ints("kernel_shape")?.is_none() {
        return node.error_of("kernel_shape", "is left out");
    }
    if node.outputs.get(1).is_some_and(|name| {
        lower.graph.output == *name || lower.graph.nodes.iter().any(|node| node.inputs.contains(name))
    }) {
        return node.error("gives where the largest values were, which is taken; a layer gives the values alone");
    }
    let window = window(node, rank, &node.sizes("kernel_shape", rank, 1)?)?;
    let is_max = node.op == "MaxPool";
    let sliding = sliding(node, &window, &former)?;
    let is_padded = !matches!(sliding.padding, Padding::Sides([0, 0, 0, 0]));
    let counts = is_max || !is_padded || node.int("count_include_pad", 0)? != 0;
    let mut pool = Pool { window: sliding, ceil: node.int("ceil_mode", 0)? != 0, counts };
    if let Padding::Same = pool.window.padding {
        pool.ceil = false;
    }
    // as it is written: `ceil` only where it makes a difference
    if pool.ceil
        && pool.outputs(const_cnn::Dims::new(&former))
            == (Pool { ceil: false, ..pool }).outputs(const_cnn::Dims::new(&former))
    {
        pool.ceil = false;
    }
    lower.layer(node, view.id, if is_max { Layer::MaxPool(pool) } else { Layer::AvgPool(pool) }, None)
}

/// By how much more each window's mean is than where all its taps count, along one axis of `n` values.
pub fn shares(axis: &Axis, n: usize, windows: usize, counts: bool) -> Vec<f32> {
    let [before, after] = axis.padding;
    let counted = if counts { 0..before + n + after } else { before..before + n };
    let taps = |window: usize| (0..axis.kernel).map(move |tap| window * axis.stride + tap * axis.dilation);
    let count = |window| taps(window).filter(|place| counted.contains(place)).count();
    (0..windows).map(|window| axis.kernel as f32 / count(window) as f32).collect()
}

/// The same of each window along all axes, the last one innermost.
pub fn shares_of_all(along: impl Iterator<Item = Vec<f32>>) -> Vec<f32> {
    along.fold(vec![1.0], |all, along| {
        all.iter().flat_map(|factor| along.iter().map(move |share| factor * share)).collect()
    })
}

/// A window that is moved by its own size.
pub fn whole_pool(kernel: [usize; 2]) -> Pool {
    let window = Sliding {
        kernel,
        stride: Some(kernel),
        dilation: [1, 1],
        padding: NO_PADDING,
        bias: true,
        channels: Channels::All,
        output_padding: None,
    };
    Pool { window, ceil: false, counts: true }
}

/// A layer of images after an image, or after a sequence, which is an image of one row: [`simplify`](crate::simplify)
/// makes it one.
fn on_image(lower: &mut Lower, node: &Node, id: Id, layer: Layer) -> Result<Id> {
    let origin = lower.origin(node, None);
    let [channels, len] = lower.dims(id)[..] else { return lower.flow.layer(id, layer, &origin) };
    let dims = layer.after(&[channels, 1, len]).or_else(|says| node.error(says))?;
    Ok(lower.flow.push(Op::Layer(layer), vec![id], vec![channels, dims[2]], &origin))
}

/// Where an axis of the file is along rows (0) or columns (1) of an image; a sequence is along columns.
fn along(lower: &Lower, node: &Node, view: &View, axis: usize) -> Result<usize> {
    let dims = lower.dims(view.id);
    let own = view.axes[axis].first().copied();
    match (own, dims.len()) {
        (Some(own @ 1..), rank @ 2..) if view.axes[axis].len() == 1 => Ok(if rank == 2 { 1 } else { own - 1 }),
        (None, 3) => {
            // of one place: a row or a column where no other axis of the file runs over it
            let offset = axis.checked_sub(if lower.graph.channels_last { 1 } else { 2 });
            offset.filter(|&n| n < 2 && dims[n + 1] == 1).map_or_else(|| node.error("its axis is no row or column"), Ok)
        }
        (None, 2) if dims[1] == 1 => Ok(1),
        _ => node.error(format!(
            "works along axis {axis} of {:?}, which is that of channels; rows and columns are possible",
            view.dims(&lower.flow)
        )),
    }
}

/// `Pad`
pub fn pad(lower: &mut Lower, node: &Node) -> Result<View> {
    let mut view = lower.value(node, 0)?;
    let rank = view.axes.len();
    let pads = match (node.ints("pads")?, lower.constant(node, 1)?) {
        (Some(pads), _) => pads.to_vec(),
        (None, Some(tensor)) => tensor.to_ints().unwrap_or_default(),
        (None, None) => return node.error_of("pads", "is left out"),
    };
    let value =
        lower.constant(node, 2)?.and_then(|value| value.scalar()).map_or_else(|| node.float("value", 0.0), Ok)?;
    let axes_input = lower.constant(node, 3)?;
    let axes = constants::axes(node, axes_input.as_deref(), rank)?.unwrap_or_else(|| (0..rank).collect());
    if pads.len() != 2 * axes.len() {
        return node.error_of("pads", format!("{pads:?} are not two for each of {} axes", axes.len()));
    }
    let mode = node.text("mode", "constant")?;
    let Some(border) = border(mode) else {
        return node.error_of("mode", format!("is `{mode}`; constant, edge and reflect are possible"));
    };
    if pads.iter().all(|&n| n == 0) && node.line.is_none() {
        return Ok(view);
    }
    let is_lowest = border == Border::Zero && value <= f32::MIN;
    if border == Border::Zero && value != 0.0 && !is_lowest && pads.iter().any(|&n| n > 0) {
        let says = format!("is {value}; zeros, the edge and a mirror are possible, and before `max_pool2d` −∞");
        return node.error_of("constant_value", says);
    }
    if axes
        .iter()
        .enumerate()
        .any(|(n, &axis)| view.axes[axis].is_empty() && (pads[n] != 0 || pads[n + axes.len()] != 0))
    {
        view = lower.image(node, &view)?;
    }
    let (mut more, mut less) = ([0; 4], [0; 4]);
    for (n, &axis) in axes.iter().enumerate() {
        let (before, after) = (pads[n], pads[n + axes.len()]);
        if (before, after) == (0, 0) {
            continue;
        }
        let along = along(lower, node, &view, axis)?;
        for (side, n) in [(2 * along, before), (2 * along + 1, after)] {
            let Some(size) = usize::try_from(n.unsigned_abs()).ok().filter(|&size| size < 1 << 24) else {
                return node.error_of("pads", format!("{n} is too much"));
            };
            if n > 0 { more[side] = size } else { less[side] = size }
        }
    }
    let mut id = view.id;
    if more != [0; 4] || node.line.is_some() {
        id = on_image(lower, node, id, Layer::Pad(more, border))?;
        if is_lowest {
            lower.flow.nodes[id].op = Op::Part(Part::Lowest(more));
        }
    }
    if less != [0; 4] {
        id = on_image(lower, node, id, Layer::Crop(less))?;
    }
    Ok(again(lower, &view, id))
}

/// A view of a value that has other numbers of rows and columns.
fn again(lower: &Lower, view: &View, id: Id) -> View {
    let (dims, former) = (lower.dims(id), lower.dims(view.id));
    if (0..dims.len()).all(|axis| (dims[axis] > 1) == (former[axis] > 1)) {
        return view.with(id);
    }
    // an axis that comes or goes stands where the network's order has it
    let fresh = View::fresh(&lower.flow, id, lower.graph.channels_last);
    if fresh.axes.len() == view.axes.len() {
        fresh
    } else {
        View {
            id,
            axes: view.axes.iter().map(|axes| axes.iter().copied().filter(|&axis| dims[axis] > 1).collect()).collect(),
        }
    }
}

/// `Slice`
pub fn slice(lower: &mut Lower, node: &Node) -> Result<View> {
    let view = lower.value(node, 0)?;
    let inputs = [1, 2, 3, 4].map(|n| lower.constant(node, n));
    let [starts, ends, axes, steps] = inputs;
    let [starts, ends, axes, steps] = [starts?, ends?, axes?, steps?];
    let sizes = view.dims(&lower.flow);
    let cuts = constants::cuts(node, &sizes, [starts.as_deref(), ends.as_deref(), axes.as_deref(), steps.as_deref()])?;
    if let Some(axis) = cuts.iter().position(|cut| cut.len == 0) {
        return node.error(format!("leaves nothing of axis {axis}"));
    }
    let (mut cropped, mut step) = ([0; 4], [1; 2]);
    for (axis, cut) in cuts.iter().enumerate().filter(|(axis, cut)| cut.len != sizes[*axis]) {
        let along = along(lower, node, &view, axis)?;
        let Ok(forward) = usize::try_from(cut.step) else {
            return node.error_of("steps", format!("is {}; steps forward are possible", cut.step));
        };
        let taken = (cut.len - 1) * forward + 1;
        (cropped[2 * along], step[along]) = (cut.start, forward);
        cropped[2 * along + 1] = sizes[axis] - cut.start - taken;
    }
    let mut id = view.id;
    if cropped != [0; 4] || node.line.is_some() {
        id = on_image(lower, node, id, Layer::Crop(cropped))?;
    }
    if step != [1; 2] {
        // the largest of one value, every few places
        let mut pool = whole_pool([1, 1]);
        pool.window.stride = Some(step);
        let origin = lower.origin(node, None);
        id = lower.flow.layer(id, Layer::MaxPool(pool), &origin)?;
    }
    Ok(again(lower, &view, id))
}

/// `Gather` of one place: that row or column.
pub fn gather(lower: &mut Lower, node: &Node) -> Result<View> {
    let view = lower.value(node, 0)?;
    let Some(indices) = lower.constant(node, 1)? else { return node.error("its indices are left out") };
    let axis = constants::axis(node, "axis", node.int("axis", 0)?, view.axes.len())?;
    let sizes = view.dims(&lower.flow);
    let (Some([index]), size) =
        (indices.to_ints().as_deref().and_then(|list| list.as_array().copied()), sizes[axis] as i64)
    else {
        return node.error("takes several places; one is possible");
    };
    let place = if index < 0 { index + size } else { index };
    if !(0..size).contains(&place) {
        return node.error(format!("the place {index} is outside the {size}"));
    }
    let mut given = view.clone();
    if size > 1 {
        let (along, mut cropped) = (along(lower, node, &view, axis)?, [0; 4]);
        cropped[2 * along] = place as usize;
        cropped[2 * along + 1] = (size - 1 - place) as usize;
        given.id = on_image(lower, node, view.id, Layer::Crop(cropped))?;
    }
    given.axes[axis].clear();
    if indices.dims.is_empty() {
        given.axes.remove(axis);
    }
    Ok(given)
}

/// `GatherND` of places along a sequence, or the columns of an image of one row, which are the first of the file's axes.
pub fn gather_nd(lower: &mut Lower, node: &Node) -> Result<View> {
    let view = lower.value(node, 0)?;
    let indices = lower.constant(node, 1)?;
    let places = indices.as_ref().filter(|indices| indices.dims.len() == 2 && indices.dims[1] == 1);
    let mut dims = lower.dims(view.id).to_vec();
    let (last, len) = (dims.len() - 1, dims[dims.len() - 1]);
    let is_along = matches!(dims[..], [_, _] | [_, 1, _]) && view.axes.first().is_some_and(|axes| axes[..] == [last]);
    let (Some(places), true) = (places.and_then(|places| places.to_ints()), is_along) else {
        return node.error("takes several places; along a sequence it is possible, as a part of linear upsampling");
    };
    let place = |&n: &i64| usize::try_from(if n < 0 { n + len as i64 } else { n }).ok().filter(|&n| n < len);
    let Some(places) = places.iter().map(place).collect::<Option<Vec<_>>>() else {
        return node.error(format!("a place is outside the {len}"));
    };
    dims[last] = places.len();
    let origin = lower.origin(node, None);
    Ok(view.with(lower.flow.push(Op::Part(Part::Take(places)), vec![view.id], dims, &origin)))
}

/// `Resize`
pub fn resize(lower: &mut Lower, node: &Node) -> Result<View> {
    let view = lower.value(node, 0)?;
    let view = lower.image(node, &view)?;
    let sizes = view.dims(&lower.flow);
    let scales_at = if node.op == "Upsample" { 1 } else { 2 };
    let (scales, target) =
        (lower.constant(node, scales_at)?, if scales_at == 2 { lower.constant(node, 3)? } else { None });
    let axes = constants::axes(node, None, sizes.len())?.unwrap_or_else(|| (0..sizes.len()).collect());
    let mut scale = [1; 2];
    for (n, &axis) in axes.iter().enumerate() {
        let of = |tensor: &Option<std::rc::Rc<Tensor>>| {
            tensor.as_ref().and_then(|tensor| tensor.to_floats().get(n).copied())
        };
        let factor = match (of(&scales), of(&target)) {
            (Some(scale), _) => scale,
            (None, Some(target)) => target / sizes[axis] as f32,
            _ => return node.error_of("scales", "is left out"),
        };
        if factor == 1.0 {
            continue;
        }
        if factor < 1.0 || factor.fract() != 0.0 || factor > 1e4 {
            let says =
                format!("is {factor} along axis {axis}; images are made larger by whole numbers, smaller by pools");
            return node.error_of("scales", says);
        }
        scale[along(lower, node, &view, axis)?] = factor as usize;
    }
    let place = node.text("coordinate_transformation_mode", "half_pixel")?;
    let mode = node.text("mode", "nearest")?;
    if node.int("antialias", 0)? != 0 {
        return node.error_of("antialias", "is not possible");
    }
    let bilinear = match mode {
        "nearest" => false,
        "linear" | "bilinear" => true,
        _ => return node.error_of("mode", format!("is `{mode}`; nearest and linear are possible")),
    };
    if bilinear && !matches!(place, "half_pixel" | "pytorch_half_pixel") {
        let says = format!("is `{place}`; linear is possible with half_pixel, PyTorch's align_corners=False");
        return node.error_of("coordinate_transformation_mode", says);
    }
    if !bilinear && node.op == "Resize" {
        let round = node.text("nearest_mode", "round_prefer_floor")?;
        let dims = lower.dims(view.id);
        let old = if dims.len() == 2 { [1, dims[1]] } else { [dims[1], dims[2]] };
        if (0..2)
            .any(|n| (0..old[n] * scale[n]).any(|i| nearest(i, scale[n], old[n], place, round) != Some(i / scale[n])))
        {
            let says = format!(
                "with `{place}` and `{round}` it takes other places than the nearest before; asymmetric and floor is \
                possible"
            );
            return node.error_of("coordinate_transformation_mode", says);
        }
    }
    if scale == [1, 1] && node.line.is_none() {
        return Ok(view);
    }
    let id = on_image(lower, node, view.id, Layer::Upsample(scale, bilinear))?;
    Ok(again(lower, &view, id))
}

/// `Tile` of a new axis behind rows or columns, which a `Reshape` then makes one: each value as often.
pub fn tile(lower: &mut Lower, node: &Node) -> Result<View> {
    let view = lower.value(node, 0)?;
    let repeats = lower.constant(node, 1)?.and_then(|repeats| repeats.to_ints()).unwrap_or_default();
    let many: Vec<usize> = (0..repeats.len()).filter(|&axis| repeats[axis] != 1).collect();
    let refuse = || node.error(format!("repeats {repeats:?}; rows and columns, each value as often, are possible"));
    let [axis] = many[..] else { return refuse() };
    let Some(times) = usize::try_from(repeats[axis]).ok().filter(|&times| times > 0 && times < 1 << 12) else {
        return refuse();
    };
    if repeats.len() != view.axes.len() || axis == 0 || !view.axes[axis].is_empty() || view.axes[axis - 1].is_empty() {
        return refuse();
    }
    // until the two are one axis, nothing but the order of axes may change
    let (mut name, mut place) = (&node.outputs[0], axis);
    loop {
        let takers: Vec<&Node> = lower.graph.nodes.iter().filter(|taker| taker.inputs.contains(name)).collect();
        match takers[..] {
            [taker] if taker.op == "Transpose" => {
                let order = constants::order(taker, repeats.len())?;
                let at = |axis: usize| order.iter().position(|&from| from == axis).unwrap_or(0);
                if at(place) != at(place - 1) + 1 {
                    return refuse();
                }
                (name, place) = (&taker.outputs[0], at(place));
            }
            [taker] if taker.op == "Identity" => name = &taker.outputs[0],
            [taker] if taker.op == "Reshape" => break,
            _ => return refuse(),
        }
    }
    let (along, mut scale) = (along(lower, node, &view, axis - 1)?, [1; 2]);
    scale[along] = times;
    let id = on_image(lower, node, view.id, Layer::Upsample(scale, false))?;
    Ok(view.with(id))
}

/// The place of `n` that place `i` of `n · scale` takes its value from.
fn nearest(i: usize, scale: usize, n: usize, place: &str, round: &str) -> Option<usize> {
    let (i, factor, n) = (i as f64, scale as f64, n as f64);
    let from = match place {
        "half_pixel" | "pytorch_half_pixel" => (i + 0.5) / factor - 0.5,
        "asymmetric" => i / factor,
        "align_corners" if n * factor > 1.0 => i * (n - 1.0) / (n * factor - 1.0),
        _ => return None,
    };
    let at = match round {
        "round_prefer_floor" => (from - 0.5).ceil(),
        "round_prefer_ceil" => (from + 0.5).floor(),
        "floor" => from.floor(),
        "ceil" => from.ceil(),
        _ => return None,
    };
    Some(at.clamp(0.0, n - 1.0) as usize)
}

/// A dense layer over the last of the file's sizes; beside others, over channels, a convolution of 1 × 1.
pub fn dense(
    lower: &mut Lower,
    node: &Node,
    view: &View,
    outputs: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
) -> Result<View> {
    let axis = view.axes.len() - 1;
    if view.axes[..axis].iter().all(|axes| axes.is_empty()) {
        return dense_axis(lower, node, view, outputs, weight, bias, axis);
    }
    if view.axes[axis] != one(lower.dims(view.id), 0) || lower.dims(view.id).len() == 1 {
        let says = format!(
            "is of each row of {:?}, which is no layer here; of all values, or of channels, it is possible",
            view.dims(&lower.flow)
        );
        return node.error(says);
    }
    let mut window = whole_pool([1, 1]).window;
    window.bias = !bias.is_empty();
    let origin = lower.origin(node, Some(1));
    let layer = Layer::Conv(Conv { channels: outputs, window, weight, bias });
    let id = lower.flow.layer(view.id, layer, &origin)?;
    let mut axes = view.axes.clone();
    axes[axis] = one(lower.dims(id), 0);
    Ok(View { id, axes })
}

/// A dense layer of all values, which the file has along one axis.
fn dense_axis(
    lower: &mut Lower,
    node: &Node,
    view: &View,
    outputs: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
    axis: usize,
) -> Result<View> {
    let origin = lower.origin(node, Some(1));
    let (mut id, mut weight) = (view.id, weight);
    let dims = lower.dims(id).to_vec();
    let inputs: usize = dims.iter().product();
    if !view.is_in_order() {
        // the file flattens an image in another order: its weights are put in the network's
        let own = strides(&dims);
        let order = &view.axes[axis];
        let sizes: Vec<usize> = order.iter().map(|&axis| dims[axis]).collect();
        let steps: Vec<usize> = order.iter().map(|&axis| own[axis]).collect();
        let mut sorted = vec![0.0; weight.len()];
        for (from, to) in places(&sizes, &steps).enumerate() {
            for o in 0..outputs {
                sorted[o * inputs + to] = weight[o * inputs + from];
            }
        }
        weight = sorted;
    }
    if dims.len() > 1 {
        id = lower.flow.layer(id, Layer::Word("flatten"), &origin)?;
    }
    let id = lower.flow.layer(id, Layer::Linear(Linear { outputs, weight, bias }), &origin)?;
    let mut axes = vec![Vec::new(); view.axes.len()];
    axes[axis] = one(lower.dims(id), 0);
    Ok(View { id, axes })
}
