//! What exporters take apart, put together again: activations and normalisations.

use crate::flow::{Flow, Id, Op, Part};
use crate::layer::{Layer, Norm};

/// Finds them, the largest first.
pub fn find(flow: &mut Flow) {
    for id in 1..flow.nodes.len() {
        let is_nothing = match &flow.nodes[id].op {
            Op::Scale(values) => values.iter().all(|&x| x == 1.0),
            Op::Shift(values) => values.iter().all(|&x| x == 0.0),
            _ => false,
        };
        if is_nothing && flow.nodes[id].origin.line.is_none() {
            flow.replace(id, flow.nodes[id].inputs[0]);
        }
    }
    // a product may hold a hard sigmoid, and a hard sigmoid be a part of a product
    for _ in 0..2 {
        for id in (1..flow.nodes.len()).rev() {
            if flow.nodes[id].origin.is("gate") {
                continue; // one of `sigmoid` alone is as good as `silu`
            }
            if let Some((layer, x)) =
                product(flow, id).or_else(|| hard_sigmoid(flow, id)).or_else(|| softplus(flow, id))
            {
                put(flow, id, Layer::Word(layer), x);
            } else if let Some((norm, x)) = layer_norm(flow, id).or_else(|| spread_layer_norm(flow, id)) {
                put(flow, id, Layer::LayerNorm(norm), x);
            } else if let Some((scale, x)) = upsample(flow, id) {
                put(flow, id, Layer::Upsample([1, scale], true), x);
            } else if let Some((groups, norm, x)) = group_norm(flow, id) {
                put(flow, id, Layer::GroupNorm(groups, norm), x);
            }
        }
    }
}

fn put(flow: &mut Flow, id: Id, layer: Layer, x: Id) {
    flow.nodes[id].op = Op::Layer(layer);
    flow.nodes[id].inputs = vec![x];
}

fn near(x: f32, y: f32) -> bool {
    (x - y).abs() <= 1e-4 * y.abs()
}

impl Flow {
    fn op(&self, id: Id) -> &Op {
        &self.nodes[id].op
    }

    fn word(&self, id: Id, word: &str) -> Option<Id> {
        matches!(self.op(id), Op::Layer(Layer::Word(own)) if *own == word).then(|| self.nodes[id].inputs[0])
    }

    fn part(&self, id: Id, part: &Part) -> Option<Id> {
        matches!(self.op(id), Op::Part(own) if own == part).then(|| self.nodes[id].inputs[0])
    }

    /// What `constant` is added to.
    fn shifted(&self, id: Id, constant: f32) -> Option<Id> {
        let is = matches!(self.op(id), Op::Shift(values) if values.len() == 1 && near(values[0], constant));
        is.then(|| self.nodes[id].inputs[0])
    }

    /// The factors that a value is the product of, and the constant among them.
    fn factors(&self, id: Id) -> (f32, Vec<Id>) {
        let (uses, mut stack, mut constant, mut factors) = (self.uses(), vec![id], 1.0, Vec::new());
        while let Some(next) = stack.pop() {
            let inputs = &self.nodes[next].inputs;
            match self.op(next) {
                _ if next != id && uses[next] > 1 => factors.push(next),
                Op::Scale(values) if values.len() == 1 => {
                    constant *= values[0];
                    stack.push(inputs[0]);
                }
                Op::Mul if self.nodes[inputs[0]].dims == self.nodes[inputs[1]].dims => stack.extend(inputs),
                Op::Part(Part::Pow(power)) if *power == 2.0 || *power == 3.0 => {
                    factors.extend(std::iter::repeat_n(inputs[0], *power as usize));
                }
                _ => factors.push(next),
            }
        }
        factors.sort_unstable();
        (constant, factors)
    }
}

/// An activation that is a product: of x and a function of x.
fn product(flow: &Flow, id: Id) -> Option<(&'static str, Id)> {
    if !matches!(flow.op(id), Op::Mul | Op::Scale(_)) {
        return None;
    }
    let (constant, factors) = flow.factors(id);
    let [a, b] = factors[..] else { return None };
    [(a, b), (b, a)].into_iter().find_map(|(x, f)| {
        let word = if near(constant, 1.0) && flow.word(f, "sigmoid") == Some(x) {
            "silu"
        } else if near(constant, 1.0) && flow.word(f, "hard_sigmoid") == Some(x)
            || near(constant, 1.0 / 6.0) && flow.word(f, "relu6").and_then(|y| flow.shifted(y, 3.0)) == Some(x)
        {
            "hard_swish"
        } else if near(constant, 0.5) {
            let inner = flow.shifted(f, 1.0)?;
            // 1 + erf(x / √2), or 1 − erf(−x / √2)
            let (sign, erf) = flow.factors(inner);
            if let Some(erf) = erf.first().and_then(|&erf| flow.part(erf, &Part::Erf)).filter(|_| erf.len() == 1) {
                let (constant, factors) = flow.factors(erf);
                let is_gelu = near(sign.abs(), 1.0) && near(sign * constant, std::f32::consts::FRAC_1_SQRT_2);
                (is_gelu && factors == [x]).then_some("gelu")?
            } else {
                let (constant, factors) = flow.factors(flow.word(inner, "tanh")?);
                (near(constant, 0.797_884_6) && is_cubic(flow, &factors, x)).then_some("gelu_tanh")?
            }
        } else {
            return None;
        };
        Some((word, x))
    })
}

/// Whether a product is x + 0.044715 x³, or x · (1 + 0.044715 x²).
fn is_cubic(flow: &Flow, factors: &[Id], x: Id) -> bool {
    let is_power = |id: Id, power: usize| {
        let (constant, factors) = flow.factors(id);
        near(constant, 0.044_715) && factors == vec![x; power]
    };
    match *factors {
        [sum] => {
            let inputs = &flow.nodes[sum].inputs;
            let one_is = |a: Id, b: Id| a == x && is_power(b, 3);
            matches!(flow.op(sum), Op::Add) && (one_is(inputs[0], inputs[1]) || one_is(inputs[1], inputs[0]))
        }
        [a, b] => {
            let one_is = |a: Id, b: Id| a == x && flow.shifted(b, 1.0).is_some_and(|square| is_power(square, 2));
            one_is(a, b) || one_is(b, a)
        }
        _ => false,
    }
}

/// min(max(x + 3, 0), 6) / 6, or min(max(x / 6 + 1/2, 0), 1).
fn hard_sigmoid(flow: &Flow, id: Id) -> Option<(&'static str, Id)> {
    let input = *flow.nodes[id].inputs.first()?;
    match flow.op(id) {
        Op::Scale(values) if values.len() == 1 && near(values[0], 1.0 / 6.0) => {
            Some(("hard_sigmoid", flow.shifted(flow.word(input, "relu6")?, 3.0)?))
        }
        Op::Part(Part::Clip(0.0, 1.0)) => {
            let scaled = flow.shifted(input, 0.5)?;
            let is_sixth =
                matches!(flow.op(scaled), Op::Scale(values) if values.len() == 1 && near(values[0], 1.0 / 6.0));
            is_sixth.then(|| ("hard_sigmoid", flow.nodes[scaled].inputs[0]))
        }
        // two bounds, one after the other
        Op::Part(Part::Clip(f32::NEG_INFINITY, 6.0)) => Some(("relu6", flow.word(input, "relu")?)),
        _ => None,
    }
}

/// ln(1 + eˣ), or x where that is large: the same.
fn softplus(flow: &Flow, id: Id) -> Option<(&'static str, Id)> {
    let [large, x, soft] = flow.nodes[id].inputs[..] else { return None };
    let is_large = matches!(flow.op(large), Op::Part(Part::Greater(bound)) if *bound >= 16.0);
    let is = is_large && flow.nodes[large].inputs[0] == x && flow.word(soft, "softplus") == Some(x);
    (is && matches!(flow.op(id), Op::Part(Part::Where))).then_some(("softplus", x))
}

impl Flow {
    /// The x that a value is, less its mean.
    fn less_mean(&self, id: Id) -> Option<Id> {
        let x = self.part(id, &Part::Sub)?;
        (self.part(self.nodes[id].inputs[1], &Part::Mean) == Some(x)).then_some(x)
    }

    /// The x whose variance is under a root, and what is added to it.
    fn variance(&self, root: Id) -> Option<(Id, f32)> {
        let Op::Shift(values) = self.op(root) else { return None };
        let [eps] = values[..] else { return None };
        let squared = self.part(self.part(self.nodes[root].inputs[0], &Part::Mean)?, &Part::Pow(2.0))?;
        Some((self.less_mean(squared)?, eps))
    }

    /// What is under the root that 1 / √.. is of.
    fn inverse_root(&self, id: Id) -> Option<Id> {
        let root = self.part(id, &Part::Reciprocal).and_then(|root| self.part(root, &Part::Sqrt));
        root.or_else(|| self.part(id, &Part::Pow(-0.5)))
    }
}

/// (x − mean) / √(variance + eps)
fn layer_norm(flow: &Flow, id: Id) -> Option<(Norm, Id)> {
    let root = match (flow.op(id), &flow.nodes[id].inputs[..]) {
        (Op::Part(Part::Div), [_, root]) => {
            flow.part(*root, &Part::Sqrt).or_else(|| flow.part(*root, &Part::Pow(0.5)))?
        }
        (Op::Part(Part::Times), [_, inverse]) => flow.inverse_root(*inverse)?,
        _ => return None,
    };
    let (x, eps) = flow.variance(root)?;
    let len = flow.nodes[x].dims.iter().product();
    let norm = Norm { eps, weight: vec![1.0; len], bias: vec![0.0; len] };
    (flow.less_mean(flow.nodes[id].inputs[0]) == Some(x)).then_some((norm, x))
}

/// x · s + (bias − mean · s), where s = weight / √(variance + eps), as Keras has it.
fn spread_layer_norm(flow: &Flow, id: Id) -> Option<(Norm, Id)> {
    let negated =
        |id: Id| matches!(flow.op(id), Op::Scale(values) if values[..] == [-1.0]).then(|| flow.nodes[id].inputs[0]);
    let swapped = |inputs: &[Id]| if let [a, b] = *inputs { vec![(a, b), (b, a)] } else { Vec::new() };
    let sums = swapped(&flow.nodes[id].inputs).into_iter().filter(|_| matches!(flow.op(id), Op::Add));
    sums.filter(|(product, _)| matches!(flow.op(*product), Op::Mul)).find_map(|(product, rest)| {
        let (bias, rest) = match flow.op(rest) {
            Op::Shift(bias) => (bias.clone(), flow.nodes[rest].inputs[0]),
            _ => (vec![0.0], rest),
        };
        // −(mean · s), or (−mean) · s
        let times = negated(rest).unwrap_or(rest);
        let scale = flow.part(times, &Part::Times)?;
        let mean = flow.nodes[times].inputs[1];
        let mean = if times == rest { negated(mean)? } else { mean };
        let x = flow.part(mean, &Part::Mean)?;
        let Op::Part(Part::Spread(weight)) = flow.op(scale) else { return None };
        let (of, eps) = flow.variance(flow.inverse_root(flow.nodes[scale].inputs[0])?)?;
        let is_product = swapped(&flow.nodes[product].inputs).contains(&(x, scale));
        let bias = crate::lower::repeated(&bias, weight.len());
        let norm = Norm { eps, weight: weight.clone(), bias };
        (of == x && is_product && flow.nodes[x].dims == [weight.len()]).then_some((norm, x))
    })
}

/// a + (b − a) · weight, where a and b are values of a sequence beside each other: between them by half pixels.
fn upsample(flow: &Flow, id: Id) -> Option<(usize, Id)> {
    let take = |id: Id| {
        if let Op::Part(Part::Take(places)) = flow.op(id) { Some((flow.nodes[id].inputs[0], places)) } else { None }
    };
    let ([a, product], Op::Add) = (&flow.nodes[id].inputs[..], flow.op(id)) else { return None };
    let (Op::Scale(weights), Some(difference)) = (flow.op(*product), flow.nodes[*product].inputs.first()) else {
        return None;
    };
    let ([b, again], Op::Part(Part::Sub)) = (&flow.nodes[*difference].inputs[..], flow.op(*difference)) else {
        return None;
    };
    let ((x, before), (of, after)) = (take(*a)?, take(*b)?);
    let ([channels, len] | [channels, 1, len]) = flow.nodes[x].dims[..] else { return None };
    let scale = before.len() / len;
    let is_between = |n: usize| {
        let place = ((n as f32 + 0.5) / scale as f32 - 0.5).max(0.0);
        let (first, weight) = (place as usize, weights[n] - place.fract());
        before[n] == first && after[n] == (first + 1).min(len - 1) && weight.abs() <= 1e-4
    };
    let fits = again == a && of == x && before.len() == scale * len && after.len() == before.len();
    let is_alike = weights.len() == channels * before.len()
        && weights.chunks(before.len()).all(|row| row == &weights[..row.len()]);
    (fits && is_alike && (0..before.len()).all(is_between)).then_some((scale, x))
}

/// A normalisation of each of a few sequences, which are groups of channels.
fn group_norm(flow: &Flow, id: Id) -> Option<(usize, Norm, Id)> {
    let reshape = |id: Id| matches!(flow.op(id), Op::Layer(Layer::Reshape(_))).then(|| flow.nodes[id].inputs[0]);
    let norm_id = reshape(id)?;
    let Op::Layer(Layer::InstanceNorm(norm)) = flow.op(norm_id) else { return None };
    let split = flow.nodes[norm_id].inputs[0];
    let x = reshape(split)?;
    let (dims, groups) = (&flow.nodes[x].dims, flow.nodes[split].dims[0]);
    let fits = *dims == flow.nodes[id].dims && dims[0].is_multiple_of(groups) && flow.uses()[norm_id] == 1;
    fits.then(|| {
        let [weight, bias] = [&norm.weight, &norm.bias].map(|values| crate::lower::repeated(values, dims[0]));
        (groups, Norm { eps: norm.eps, weight, bias }, x)
    })
}
