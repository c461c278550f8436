//! Nodes whose inputs are all constants: the chains by which exporters compute shapes, and weights that they put
//! together.

use std::rc::Rc;

use crate::error::Result;
use crate::graph::{Attribute, Data, MAX_RANK, Node, Tensor, checked_len, places, strides};

/// What a node gives for constants; `None` where its operator is not known here.
///
/// # Errors
///
/// Where the constants do not fit the operator.
pub fn evaluate(node: &Node, inputs: &[Option<Rc<Tensor>>]) -> Result<Option<Tensor>> {
    let input = |n: usize| inputs.get(n).and_then(Option::as_deref);
    let needed = |n: usize| input(n).map_or_else(|| node.error(format!("its input {n} is left out")), Ok);
    let tensor = match node.op.as_str() {
        "Constant" => constant(node)?,
        "ConstantOfShape" => {
            let value = match node.attributes.get("value") {
                Some(Attribute::Tensor(value)) => (**value).clone(),
                _ => Tensor::floats(vec![1], vec![0.0]),
            };
            broadcast(node, &Tensor { dims: vec![], ..value }, &sizes(node, needed(0)?)?)?
        }
        "Identity" | "Dropout" => needed(0)?.clone(),
        "Cast" | "CastLike" => {
            let tensor = needed(0)?;
            let to_float = match node.op.as_str() {
                "Cast" => matches!(node.int("to", 1)?, 1 | 10 | 11 | 16),
                _ => matches!(needed(1)?.data, Data::Floats(_)),
            };
            let data = match (to_float, &tensor.data) {
                (true, _) => Data::Floats(tensor.to_floats()),
                (false, Data::Ints(_)) => tensor.data.clone(),
                (false, Data::Floats(values)) => Data::Ints(values.iter().map(|&x| x as i64).collect()),
            };
            Tensor { dims: tensor.dims.clone(), data, quantised: None }
        }
        "Shape" => {
            let dims = &needed(0)?.dims;
            shape(node, dims)?
        }
        "Size" => Tensor::ints(vec![], vec![needed(0)?.len() as i64]),
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
            let tensor = needed(0)?;
            let dims = reshaped(node, &tensor.dims, input(1), None)?;
            Tensor { dims, ..tensor.clone() }
        }
        "Transpose" => {
            let tensor = needed(0)?;
            tensor.transposed(&order(node, tensor.dims.len())?)
        }
        "Gather" => gather(node, needed(0)?, needed(1)?)?,
        "Slice" => {
            let tensor = needed(0)?;
            let cuts = cuts(node, &tensor.dims, [input(1), input(2), input(3), input(4)])?;
            slice(tensor, &cuts)
        }
        "Concat" => concat(node, inputs)?,
        "Expand" => {
            let (tensor, dims) = (needed(0)?, sizes(node, needed(1)?)?);
            broadcast(node, tensor, &broadcast_dims(node, &tensor.dims, &dims)?)?
        }
        "Range" => {
            let [Some(start), Some(end), Some(step)] = [0, 1, 2].map(|n| input(n).and_then(Tensor::to_ints)) else {
                return node.error("only ranges of integers are known");
            };
            let (start, end, step) = (start.first(), end.first(), step.first());
            let (Some(&start), Some(&end), Some(&step)) = (start, end, step) else { return node.error("is empty") };
            if step <= 0 || end.saturating_sub(start) > 1 << 20 {
                return node.error("the range is too long, or runs backward");
            }
            let values: Vec<i64> = (start..end).step_by(step as usize).collect();
            Tensor::ints(vec![values.len()], values)
        }
        "DequantizeLinear" => {
            let (tensor, scale) = (needed(0)?, needed(1)?);
            let zero = input(2).cloned().unwrap_or_else(|| Tensor::floats(scale.dims.clone(), vec![0.0; scale.len()]));
            let axis = usize::try_from(node.int("axis", 1)?).unwrap_or(usize::MAX);
            let mut dims = vec![1; tensor.dims.len()];
            if scale.len() > 1 {
                match dims.get_mut(axis) {
                    Some(size) if tensor.dims[axis] == scale.len() => *size = scale.len(),
                    _ => return node.error_of("axis", "there is not one scale for each place along the axis"),
                }
            } else {
                dims.clear();
            }
            if zero.len() != scale.len() {
                return node.error("there are not as many zero points as scales");
            }
            let of = |values: &Tensor| Tensor::floats(dims.clone(), values.to_floats());
            let from_zero = binary(node, "Sub", &Tensor::floats(tensor.dims.clone(), tensor.to_floats()), &of(&zero))?;
            binary(node, "Mul", &from_zero, &of(scale))?
        }
        "Max" | "Min" | "Sum" if inputs.len() == 1 => needed(0)?.clone(),
        "Clip" => {
            let bound = |n: usize, op: &str, name: &str, tensor: Tensor| match (input(n), node.attributes.get(name)) {
                (Some(bound), _) => binary(node, op, &tensor, bound),
                (None, Some(_)) => binary(node, op, &tensor, &Tensor::floats(vec![], vec![node.float(name, 0.0)?])),
                (None, None) => Ok(tensor),
            };
            bound(2, "Min", "max", bound(1, "Max", "min", needed(0)?.clone())?)?
        }
        "Add" | "Sub" | "Mul" | "Div" | "Mod" | "Pow" | "Max" | "Min" | "Equal" => {
            if inputs.len() != 2 {
                return Ok(None);
            }
            binary(node, &node.op, needed(0)?, needed(1)?)?
        }
        "Where" => {
            let (which, a, b) = (needed(0)?, needed(1)?, needed(2)?);
            let dims = broadcast_dims(node, &broadcast_dims(node, &which.dims, &a.dims)?, &b.dims)?;
            let [which, a, b] = [which, a, b].map(|tensor| broadcast(node, tensor, &dims));
            let (which, a, b) = (which?.to_floats(), a?, b?);
            match (&a.data, &b.data) {
                (Data::Ints(a), Data::Ints(b)) => {
                    let values = which.iter().zip(a.iter().zip(b)).map(|(&is, (&a, &b))| if is != 0.0 { a } else { b });
                    Tensor::ints(dims, values.collect())
                }
                _ => {
                    let (a, b) = (a.to_floats(), b.to_floats());
                    let values =
                        which.iter().zip(a.iter().zip(&b)).map(|(&is, (&a, &b))| if is != 0.0 { a } else { b });
                    Tensor::floats(dims, values.collect())
                }
            }
        }
        "Neg" | "Sqrt" | "Exp" | "Log" | "Reciprocal" | "Floor" | "Ceil" | "Abs" => unary(&node.op, needed(0)?),
        "ReduceProd" | "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceL1" | "ReduceL2"
        | "ReduceSumSquare" => reduced(node, needed(0)?, input(1))?,
        _ => return Ok(None),
    };
    Ok(Some(tensor))
}

/// Values along axes, made one.
fn reduced(node: &Node, tensor: &Tensor, axes_input: Option<&Tensor>) -> Result<Tensor> {
    let rank = tensor.dims.len();
    let gone = axes(node, axes_input, rank)?.unwrap_or_else(|| (0..rank).collect());
    let kept: Vec<usize> = (0..rank).filter(|axis| !gone.contains(axis)).collect();
    let last = tensor.transposed(&[kept.clone(), gone.clone()].concat());
    let count: usize = gone.iter().map(|&axis| tensor.dims[axis]).product();
    let size = |axis: usize| if gone.contains(&axis) { 1 } else { tensor.dims[axis] };
    let dims: Vec<usize> = match node.int("keepdims", 1)? {
        1 => (0..rank).map(size).collect(),
        _ => kept.into_iter().map(size).collect(),
    };
    let op = node.op.trim_start_matches("Reduce");
    if let (Data::Ints(values), "Prod" | "Sum" | "Max" | "Min", 1..) = (&last.data, op, count) {
        let of = |values: &[i64]| match op {
            "Prod" => values.iter().try_fold(1i64, |product, &n| product.checked_mul(n)),
            "Sum" => values.iter().try_fold(0i64, |sum, &n| sum.checked_add(n)),
            "Max" => values.iter().copied().max(),
            _ => values.iter().copied().min(),
        };
        let all = values.chunks(count).map(of).collect::<Option<Vec<_>>>();
        return all.map_or_else(|| node.error("gives too large a number"), |all| Ok(Tensor::ints(dims, all)));
    }
    let of = |values: &[f32]| {
        let values = values.iter().map(|&x| f64::from(x));
        (match op {
            "Prod" => values.product(),
            "Sum" => values.sum(),
            "Mean" => values.sum::<f64>() / count as f64,
            "Max" => values.fold(f64::NEG_INFINITY, f64::max),
            "Min" => values.fold(f64::INFINITY, f64::min),
            "L1" => values.map(f64::abs).sum(),
            "L2" => values.map(|x| x * x).sum::<f64>().sqrt(),
            _ => values.map(|x| x * x).sum::<f64>(),
        }) as f32
    };
    if count == 0 {
        return node.error("is of no values");
    }
    Ok(Tensor::floats(dims, last.to_floats().chunks(count).map(of).collect()))
}

fn constant(node: &Node) -> Result<Tensor> {
    let one = |name: &str| node.attributes.get(name);
    Ok(if let Some(Attribute::Tensor(tensor)) = one("value") {
        (**tensor).clone()
    } else if let Some(Attribute::Float(x)) = one("value_float") {
        Tensor::floats(vec![], vec![*x])
    } else if let Some(Attribute::Int(n)) = one("value_int") {
        Tensor::ints(vec![], vec![*n])
    } else if let Some(Attribute::Floats(values)) = one("value_floats") {
        Tensor::floats(vec![values.len()], values.clone())
    } else if let Some(Attribute::Ints(values)) = one("value_ints") {
        Tensor::ints(vec![values.len()], values.clone())
    } else {
        return node.error("its value is no tensor, number or numbers");
    })
}

/// The sizes from `start` to `end` of a `Shape` node.
pub fn shape(node: &Node, dims: &[usize]) -> Result<Tensor> {
    let rank = dims.len() as i64;
    let from_end = |n: i64| (if n < 0 { n + rank } else { n }).clamp(0, rank) as usize;
    let (start, end) = (from_end(node.int("start", 0)?), from_end(node.int("end", rank)?));
    let sizes: Vec<i64> = dims.get(start..end).unwrap_or(&[]).iter().map(|&size| size as i64).collect();
    Ok(Tensor::ints(vec![sizes.len()], sizes))
}

/// The sizes that a tensor's values are.
pub fn sizes(node: &Node, tensor: &Tensor) -> Result<Vec<usize>> {
    let sizes: Option<Vec<usize>> =
        tensor.to_ints().and_then(|sizes| sizes.iter().map(|&size| usize::try_from(size).ok()).collect());
    match sizes {
        Some(sizes) if checked_len(&sizes).is_some() => Ok(sizes),
        _ => node.error("sizes are not negative, and give no more values than are read"),
    }
}

/// An axis of `rank`, counted from the end if negative.
pub fn axis(node: &Node, name: &str, axis: i64, rank: usize) -> Result<usize> {
    let place = if axis < 0 { axis + rank as i64 } else { axis };
    match usize::try_from(place) {
        Ok(place) if place < rank => Ok(place),
        _ => node.error_of(name, format!("there is no axis {axis} of {rank}")),
    }
}

/// The axes that an attribute or an input says.
pub fn axes(node: &Node, input: Option<&Tensor>, rank: usize) -> Result<Option<Vec<usize>>> {
    let from_input = input.map(|tensor| tensor.to_ints().unwrap_or_default());
    let Some(list) = node.ints("axes")?.map(<[_]>::to_vec).or(from_input) else { return Ok(None) };
    list.iter().map(|&n| axis(node, "axes", n, rank)).collect::<Result<Vec<_>>>().map(Some)
}

/// The order of axes of a `Transpose`.
pub fn order(node: &Node, rank: usize) -> Result<Vec<usize>> {
    let Some(ints) = node.ints("perm")? else { return Ok((0..rank).rev().collect()) };
    let order = ints.iter().map(|&n| axis(node, "perm", n, rank)).collect::<Result<Vec<_>>>()?;
    let mut seen = order.clone();
    seen.sort_unstable();
    if seen != (0..rank).collect::<Vec<_>>() {
        return node.error_of("perm", format!("{ints:?} is no order of {rank} axes"));
    }
    Ok(order)
}

/// The sizes after `Reshape`, `Flatten`, `Squeeze` or `Unsqueeze`. A file may be for a `batch` of images, of which
/// one is left.
pub fn reshaped(node: &Node, dims: &[usize], shape: Option<&Tensor>, batch: Option<usize>) -> Result<Vec<usize>> {
    let rank = dims.len();
    match node.op.as_str() {
        "Flatten" => {
            let axis = node.int("axis", 1)?;
            let place = if axis < 0 { axis + rank as i64 } else { axis };
            let Ok(place @ 0..) = usize::try_from(place) else { return node.error_of("axis", "there is no such axis") };
            if place > rank {
                return node.error_of("axis", format!("there is no axis {axis} of {rank}"));
            }
            Ok(vec![dims[..place].iter().product(), dims[place..].iter().product()])
        }
        "Squeeze" => {
            let axes = axes(node, shape, rank)?;
            let is_squeezed = |n: usize| axes.as_ref().map_or(dims[n] == 1, |axes| axes.contains(&n));
            if let Some(n) = (0..rank).find(|&n| is_squeezed(n) && dims[n] != 1) {
                return node.error_of("axes", format!("axis {n} has {} places, not one", dims[n]));
            }
            Ok((0..rank).filter(|&n| !is_squeezed(n)).map(|n| dims[n]).collect())
        }
        "Unsqueeze" => {
            let count = node.ints("axes")?.map(<[_]>::len).or(shape.map(Tensor::len)).unwrap_or(0);
            if rank + count > MAX_RANK {
                return node.error_of("axes", "makes too many sizes");
            }
            let Some(axes) = axes(node, shape, rank + count)? else { return node.error("says no axes") };
            let mut rest = dims.iter().copied();
            let sizes = (0..rank + count).map(|n| if axes.contains(&n) { Some(1) } else { rest.next() });
            sizes.collect::<Option<Vec<_>>>().map_or_else(|| node.error_of("axes", "an axis is said twice"), Ok)
        }
        _ => {
            let from_attribute = node.ints("shape")?.map(<[_]>::to_vec);
            let Some(target) = from_attribute.or(shape.and_then(Tensor::to_ints)) else {
                return node.error_of("shape", "is not known before the network runs; export with fixed sizes");
            };
            if target.len() > MAX_RANK {
                return node.error_of("shape", "has too many sizes");
            }
            let len: usize = dims.iter().product();
            let allow_zero = node.int("allowzero", 0)? != 0;
            let resolve = |target: &[i64]| -> Option<Vec<usize>> {
                let sizes: Vec<Option<usize>> = target
                    .iter()
                    .enumerate()
                    .map(|(n, &size)| match size {
                        -1 => None,
                        0 if !allow_zero => Some(dims.get(n).copied().unwrap_or(0)),
                        size => Some(usize::try_from(size).unwrap_or(0)),
                    })
                    .collect();
                let known = sizes.iter().flatten().try_fold(1usize, |len, &size| len.checked_mul(size))?;
                let open = sizes.iter().filter(|size| size.is_none()).count();
                let rest = if known > 0 && len.is_multiple_of(known) { len / known } else { return None };
                (open == 1 || open == 0 && rest == 1).then(|| sizes.iter().map(|size| size.unwrap_or(rest)).collect())
            };
            let as_one = || {
                let mut target = target.clone();
                let batch = batch.filter(|&batch| batch > 1 && target.first() == Some(&(batch as i64)))?;
                debug_assert!(batch > 1);
                target[0] = 1;
                resolve(&target)
            };
            match resolve(&target).or_else(as_one) {
                Some(sizes) => Ok(sizes),
                None => node.error_of("shape", format!("{target:?} does not hold the {len} values of {dims:?}")),
            }
        }
    }
}

fn gather(node: &Node, tensor: &Tensor, indices: &Tensor) -> Result<Tensor> {
    let axis = axis(node, "axis", node.int("axis", 0)?, tensor.dims.len())?;
    let Some(indices_list) = indices.to_ints() else { return node.error("its indices are no integers") };
    let size = tensor.dims[axis];
    let places: Option<Vec<usize>> = indices_list
        .iter()
        .map(|&n| usize::try_from(if n < 0 { n + size as i64 } else { n }).ok().filter(|&n| n < size))
        .collect();
    let Some(chosen) = places else { return node.error(format!("an index is outside the {size} places")) };
    let (before, after) = (&tensor.dims[..axis], &tensor.dims[axis + 1..]);
    let dims: Vec<usize> = [before, &indices.dims, after].concat();
    if checked_len(&dims).is_none() {
        return node.error("gives more values than are read");
    }
    let inner: usize = after.iter().product();
    let all = (0..before.iter().product::<usize>()).flat_map(|outer| chosen.iter().map(move |&n| outer * size + n));
    let places = all.flat_map(|place| place * inner..(place + 1) * inner);
    let data = match &tensor.data {
        Data::Floats(values) => Data::Floats(places.map(|place| values[place]).collect()),
        Data::Ints(values) => Data::Ints(places.map(|place| values[place]).collect()),
    };
    Ok(Tensor { dims, data, quantised: None })
}

/// What of an axis a `Slice` keeps: places from a first one on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// The first place.
    pub start: usize,
    /// How many places.
    pub len: usize,
    /// How far the next place is, backward if negative.
    pub step: i64,
}

/// What a `Slice` keeps of each axis.
pub fn cuts(node: &Node, dims: &[usize], inputs: [Option<&Tensor>; 4]) -> Result<Vec<Cut>> {
    let list = |name: &str, input: Option<&Tensor>| -> Result<Option<Vec<i64>>> {
        Ok(node.ints(name)?.map(<[_]>::to_vec).or(input.and_then(Tensor::to_ints)))
    };
    let [starts, ends, axes_list, steps] = inputs;
    let (Some(starts), Some(ends)) = (list("starts", starts)?, list("ends", ends)?) else {
        return node.error("its ends are not known before the network runs");
    };
    let axes_list = list("axes", axes_list)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = list("steps", steps)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes_list.len(), steps.len()] != [starts.len(); 3] {
        return node.error("has not as many starts, ends, axes and steps");
    }
    let mut cuts: Vec<Cut> = dims.iter().map(|&len| Cut { start: 0, len, step: 1 }).collect();
    for n in 0..starts.len() {
        let axis = axis(node, "axes", axes_list[n], dims.len())?;
        let size = dims[axis] as i64;
        let step = steps[n];
        // backward it may end before the first place
        let (first, last) = if step < 0 { (-1, size - 1) } else { (0, size) };
        let place = |n: i64| (if n < 0 { n.saturating_add(size) } else { n }).clamp(first, last);
        let (start, end) = (place(starts[n]), place(ends[n]));
        let len = if step < 0 { start - end } else { end - start }.max(0);
        if step == 0 {
            return node.error_of("steps", "is 0");
        }
        let start = if len > 0 { start } else { 0 };
        cuts[axis] = Cut { start: start as usize, len: (len as u64).div_ceil(step.unsigned_abs()) as usize, step };
    }
    Ok(cuts)
}

fn slice(tensor: &Tensor, cuts: &[Cut]) -> Tensor {
    let strides = strides(&tensor.dims);
    let dims: Vec<usize> = cuts.iter().map(|cut| cut.len).collect();
    let first: usize = cuts.iter().zip(&strides).map(|(cut, stride)| cut.start * stride).sum();
    let steps: Vec<usize> =
        cuts.iter().zip(&strides).map(|(cut, stride)| cut.step.unsigned_abs() as usize * stride).collect();
    let (len, ends) = (dims.iter().product(), dims.iter().zip(&steps).zip(cuts).rev());
    let places = (0..len).map(|mut n: usize| {
        let mut place = first;
        for ((size, step), cut) in ends.clone() {
            let along = n % size * step;
            place = if cut.step < 0 { place - along } else { place + along };
            n /= size;
        }
        place
    });
    let data = match &tensor.data {
        Data::Floats(values) => Data::Floats(places.map(|place| values[place]).collect()),
        Data::Ints(values) => Data::Ints(places.map(|place| values[place]).collect()),
    };
    Tensor { dims, data, quantised: None }
}

fn concat(node: &Node, inputs: &[Option<Rc<Tensor>>]) -> Result<Tensor> {
    let Some(tensors) = inputs.iter().cloned().collect::<Option<Vec<_>>>().filter(|tensors| !tensors.is_empty()) else {
        return node.error("an input is left out");
    };
    let mut dims = tensors[0].dims.clone();
    let axis = axis(node, "axis", node.int("axis", 0)?, dims.len())?;
    dims[axis] = 0;
    for tensor in &tensors {
        let fits = tensor.dims.len() == dims.len() && (0..dims.len()).all(|n| n == axis || tensor.dims[n] == dims[n]);
        if !fits {
            return node.error("its inputs have different sizes");
        }
        dims[axis] += tensor.dims[axis];
    }
    if checked_len(&dims).is_none() {
        return node.error("gives more values than are read");
    }
    let outer: usize = dims[..axis].iter().product();
    let part = |tensor: &Tensor, n: usize| {
        let len = tensor.len() / outer.max(1);
        n * len..(n + 1) * len
    };
    if let Some(ints) =
        tensors.iter().map(|t| if let Data::Ints(v) = &t.data { Some(v) } else { None }).collect::<Option<Vec<_>>>()
    {
        let all = (0..outer).flat_map(|n| tensors.iter().zip(&ints).flat_map(move |(t, v)| v[part(t, n)].to_vec()));
        return Ok(Tensor::ints(dims, all.collect()));
    }
    let floats: Vec<_> = tensors.iter().map(|tensor| tensor.to_floats()).collect();
    let all = (0..outer).flat_map(|n| tensors.iter().zip(&floats).flat_map(move |(t, v)| v[part(t, n)].to_vec()));
    Ok(Tensor::floats(dims, all.collect()))
}

/// The sizes of two tensors that are taken together, sizes of one repeated.
fn broadcast_dims(node: &Node, a: &[usize], b: &[usize]) -> Result<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |dims: &[usize], n: usize| (n + dims.len()).checked_sub(rank).map_or(1, |n| dims[n]);
    let dims: Option<Vec<usize>> = (0..rank)
        .map(|n| match (size(a, n), size(b, n)) {
            (a, b) if a == b => Some(a),
            (1, b) => Some(b),
            (a, 1) => Some(a),
            _ => None,
        })
        .collect();
    match dims {
        Some(dims) if checked_len(&dims).is_some() => Ok(dims),
        _ => node.error(format!("{a:?} and {b:?} do not go together")),
    }
}

/// A tensor repeated to larger sizes.
pub fn broadcast(node: &Node, tensor: &Tensor, dims: &[usize]) -> Result<Tensor> {
    if broadcast_dims(node, &tensor.dims, dims)? != dims {
        return node.error(format!("{:?} cannot be repeated to {dims:?}", tensor.dims));
    }
    let missing = dims.len() - tensor.dims.len();
    let own = strides(&tensor.dims);
    let steps: Vec<usize> = (0..dims.len())
        .map(|n| n.checked_sub(missing).map_or(0, |n| if tensor.dims[n] == 1 { 0 } else { own[n] }))
        .collect();
    let places = places(dims, &steps);
    let data = match &tensor.data {
        Data::Floats(values) => Data::Floats(places.map(|place| values[place]).collect()),
        Data::Ints(values) => Data::Ints(places.map(|place| values[place]).collect()),
    };
    Ok(Tensor { dims: dims.to_vec(), data, quantised: None })
}

fn binary(node: &Node, op: &str, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let dims = broadcast_dims(node, &a.dims, &b.dims)?;
    let (a, b) = (broadcast(node, a, &dims)?, broadcast(node, b, &dims)?);
    if let (Data::Ints(a), Data::Ints(b)) = (&a.data, &b.data) {
        let result = |(&a, &b): (&i64, &i64)| match op {
            "Add" => a.checked_add(b),
            "Sub" => a.checked_sub(b),
            "Mul" => a.checked_mul(b),
            "Div" => a.checked_div(b),
            // with the sign of the second
            "Mod" => a.checked_rem(b).and_then(|rest| rest.checked_add(b)).and_then(|rest| rest.checked_rem(b)),
            "Pow" => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)),
            "Max" => Some(a.max(b)),
            "Min" => Some(a.min(b)),
            _ => Some(i64::from(a == b)),
        };
        let values: Option<Vec<i64>> = a.iter().zip(b).map(result).collect();
        return values
            .map_or_else(|| node.error("of constants it has no value"), |values| Ok(Tensor::ints(dims, values)));
    }
    let result = |(a, b): (f32, f32)| match op {
        "Add" => a + b,
        "Sub" => a - b,
        "Mul" => a * b,
        "Div" => a / b,
        "Mod" => a % b,
        "Pow" => a.powf(b),
        "Max" => a.max(b),
        "Min" => a.min(b),
        _ => f32::from(a == b),
    };
    let values: Vec<f32> = a.to_floats().into_iter().zip(b.to_floats()).map(result).collect();
    Ok(if op == "Equal" {
        Tensor::ints(dims, values.iter().map(|&x| x as i64).collect())
    } else {
        Tensor::floats(dims, values)
    })
}

fn unary(op: &str, tensor: &Tensor) -> Tensor {
    let dims = tensor.dims.clone();
    if let (Data::Ints(values), "Neg" | "Abs" | "Floor" | "Ceil") = (&tensor.data, op) {
        let value = |&n: &i64| match op {
            "Neg" => n.wrapping_neg(),
            "Abs" => n.wrapping_abs(),
            _ => n,
        };
        return Tensor::ints(dims, values.iter().map(value).collect());
    }
    let value = |x: f32| match op {
        "Neg" => -x,
        "Sqrt" => x.sqrt(),
        "Exp" => x.exp(),
        "Log" => x.ln(),
        "Reciprocal" => 1.0 / x,
        "Floor" => x.floor(),
        "Ceil" => x.ceil(),
        _ => x.abs(),
    };
    Tensor::floats(dims, tensor.to_floats().into_iter().map(value).collect())
}
