//! How a line of `network!` was written: of the ways to write the same layer, the one that a file notes.

use std::collections::BTreeMap;

use const_cnn::Axis;
use const_cnn::layers::sliding::{Channels, Sliding};

use crate::layer::{Conv, Layer, Norm};
use crate::windows::shares;

/// A line in this crate's spaces, if it writes this layer, after these sizes: all numbers are there, and mean the same.
pub fn same(line: &str, layer: &Layer, takes: &[usize], gives: &[usize]) -> Option<String> {
    let (word, items) = parts(line)?;
    let mut texts = [Some(layer.text(takes)), other_word(layer, takes).map(|layer| layer.text(takes))].into_iter();
    let (_, own_items) = texts.find_map(|text| text.and_then(|text| parts(&text)).filter(|own| own.0 == word))?;
    let (own, written) = (numbers(&own_items)?, numbers(&items)?);
    let is_same = is_alike(&word, [own, written], takes, gives);
    is_same.then(|| if items.is_empty() { word } else { format!("{word}({})", items.join(", ")) })
}

/// The same layer by another word, without its weights.
fn other_word(layer: &Layer, takes: &[usize]) -> Option<Layer> {
    let of = |conv: &Conv, channels: Channels| {
        let window = Sliding { channels, ..conv.window };
        Conv { channels: conv.channels, window, weight: Vec::new(), bias: Vec::new() }
    };
    let norm = |norm: &Norm| Norm { eps: norm.eps, weight: Vec::new(), bias: Vec::new() };
    match layer {
        Layer::Depthwise(conv) => Some(Layer::Conv(of(conv, Channels::Groups(takes[0])))),
        Layer::Conv(conv) if takes[0] == 1 => Some(Layer::Depthwise(of(conv, Channels::Multiplier(conv.channels)))),
        Layer::InstanceNorm(of) => Some(Layer::GroupNorm(takes[0], norm(of))),
        Layer::GroupNorm(groups, of) if *groups == takes[0] => Some(Layer::InstanceNorm(norm(of))),
        _ => None,
    }
}

/// A line's word, and what stands in its parentheses.
fn parts(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((word, rest)) = line.split_once('(') else { return Some((line, Vec::new())) };
    let (mut items, mut depth) = (vec![String::new()], 0);
    for c in rest.strip_suffix(')')?.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => (),
        }
        match items.last_mut() {
            Some(item) if c != ',' || depth > 0 => item.push(c),
            _ => items.push(String::new()),
        }
    }
    let spaced = |item: String| {
        let list: Vec<&str> = item.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let item = list.join(", ").replace("( ", "(").replace(" )", ")").replace("[ ", "[").replace(" ]", "]");
        // the compiler writes `kernel (3, 2)` without a space
        match item.split_once('(') {
            Some((name, sides)) if !name.is_empty() => format!("{} ({sides}", name.trim()),
            _ => item,
        }
    };
    let items = items.into_iter().map(spaced).filter(|item| !item.is_empty()).collect();
    Some((word.trim().to_string(), items))
}

/// The numbers of a line by their names, without a name the first ones: `None` where one is no number but a constant's name.
fn numbers(items: &[String]) -> Option<BTreeMap<String, Vec<f32>>> {
    let mut numbers = BTreeMap::new();
    for item in items {
        let at = item.find(|c: char| c.is_ascii_digit() || "([-.".contains(c)).unwrap_or(item.len());
        let (name, list) = item.split_at(at);
        let list = list.trim_matches(['(', ')', '[', ']']).split(',').map(|number| number.trim().replace('_', ""));
        let list = list.filter(|number| !number.is_empty()).map(|number| number.parse().ok());
        let known = !list.clone().any(|number| number.is_none()) && (at == item.len()) == WORDS.contains(&name.trim());
        if !known || numbers.insert(name.trim().to_string(), list.flatten().collect()).is_some() {
            return None;
        }
    }
    Some(numbers)
}

/// What is written without a number.
const WORDS: [&str; 7] = ["padding same", "no bias", "no count", "ceil", "bilinear", "replicate", "reflect"];

/// Whether numbers mean the same layer.
fn is_alike(word: &str, mut numbers: [BTreeMap<String, Vec<f32>>; 2], takes: &[usize], gives: &[usize]) -> bool {
    for numbers in &mut numbers {
        match word {
            "leaky_relu" => _ = numbers.entry(String::new()).or_insert(vec![0.01]),
            "elu" => _ = numbers.entry(String::new()).or_insert(vec![1.0]),
            "pad2d" | "crop" => _ = numbers.entry(String::new()).and_modify(|sides| *sides = four(sides)),
            "upsample" => _ = numbers.entry(String::new()).and_modify(|scale| *scale = each(scale, 2)),
            _ => (),
        }
        numbers.retain(|name, list| match name.as_str() {
            "groups" | "multiplier" => *list != [1.0],
            "eps" => *list != [1e-5],
            "momentum" => *list != [0.1],
            _ => true,
        });
    }
    if !(word.contains("conv") || word.starts_with("max_pool") || word.starts_with("avg_pool")) {
        return numbers[0] == numbers[1];
    }
    let [Some(a), Some(b)] = numbers.each_mut().map(|numbers| window(word, numbers, &takes[1..])) else { return false };
    if numbers[0] != numbers[1] || a.axes.len() != b.axes.len() {
        return false;
    }
    let is_pool = word.contains("pool");
    (0..a.axes.len()).all(|n| {
        let (one, other) = (a.axes[n], b.axes[n]);
        let steps = |axis: Axis| [axis.kernel, axis.stride, axis.dilation, axis.padding[0]];
        let (size, windows) = (takes[n + 1], gives[n + 1]);
        steps(one) == steps(other)
            && if is_pool {
                // where windows lie is all there is to a largest value; a mean has the places that count too
                let counts = |window: &Window, axis| shares(&axis, size, windows, window.counts);
                let gives = |window: &Window, axis: Axis| {
                    windows == if window.ceil { axis.output_up(size) } else { axis.output(size) }
                };
                let has_windows = gives(&a, one) && gives(&b, other);
                has_windows && (word.starts_with("max") || counts(&a, one) == counts(&b, other))
            } else {
                // a transposed convolution's output padding takes back what its padding takes away
                one.padding[1] + b.more[n] == other.padding[1] + a.more[n]
            }
    })
}

/// A window's numbers.
struct Window {
    axes: Vec<Axis>,
    more: Vec<usize>,
    ceil: bool,
    counts: bool,
}

/// Takes a window's numbers out of the others: over an image, or along a sequence of one size.
fn window(word: &str, numbers: &mut BTreeMap<String, Vec<f32>>, sizes: &[usize]) -> Option<Window> {
    let rank = sizes.len();
    let mut take = |name: &str| {
        let list = numbers.remove(name)?;
        list.iter().all(|&n| n.fract() == 0.0 && (0.0..16_777_216.0).contains(&n)).then_some(list)
    };
    let whole = |list: Vec<f32>| list.into_iter().map(|n| n as usize).collect::<Vec<_>>();
    let is_pool = word.contains("pool");
    let kernel = each(&take(if is_pool { "" } else { "kernel" })?, rank);
    let one = vec![1.0; rank];
    let stride = take("stride").map_or(if is_pool { kernel.clone() } else { one.clone() }, |list| each(&list, rank));
    let dilation = take("dilation").map_or(one, |list| each(&list, rank));
    let sides = take("padding").unwrap_or(vec![0.0]);
    let sides = if rank == 1 { each(&sides, 2) } else { four(&sides) };
    let more = take("output_padding").map_or(vec![0.0; rank], |list| each(&list, rank));
    let [same, ceil, no_count] = ["padding same", "ceil", "no count"].map(|word| take(word).is_some());
    let [kernel, stride, dilation, sides, more] = [kernel, stride, dilation, sides, more].map(whole);
    if [&kernel, &stride, &dilation, &more].iter().any(|list| list.len() != rank) || sides.len() != 2 * rank {
        return None;
    }
    let axes = (0..rank).map(|n| {
        let padding = [sides[2 * n], sides[2 * n + 1]];
        let axis = Axis { kernel: kernel[n], stride: stride[n], dilation: dilation[n], padding };
        if same { axis.same(sizes[n]) } else { axis }
    });
    Some(Window { axes: axes.collect(), more, ceil, counts: !no_count })
}

/// One number for each of a few, or these.
fn each(list: &[f32], count: usize) -> Vec<f32> {
    if let [one] = list { vec![*one; count] } else { list.to_vec() }
}

/// The four sides that one, two or four numbers mean.
fn four(list: &[f32]) -> Vec<f32> {
    if let [rows, columns] = *list { vec![rows, rows, columns, columns] } else { each(list, 4) }
}

#[cfg(test)]
mod tests {
    use const_cnn::layers::sliding::Padding;

    use super::*;
    use crate::windows::whole_pool;

    #[test]
    fn a_line_is_kept_where_it_means_the_same() {
        let mut window = whole_pool([3, 3]).window;
        (window.stride, window.padding, window.channels) = (Some([1, 1]), Padding::Sides([1; 4]), Channels::All);
        let conv = Layer::Conv(Conv { channels: 4, window, weight: vec![], bias: vec![] });
        let written = |line| same(line, &conv, &[2, 5, 5], &[4, 5, 5]);
        for line in [
            "conv2d(4, kernel 3, padding 1)",
            "conv2d(4, kernel 3, padding same)",
            "conv2d(4, padding (1, 1), kernel (3, 3), stride 1)",
            "conv2d(4, kernel 3, padding (1, 1, 1, 1), groups 1)",
        ] {
            assert_eq!(written(line).as_deref(), Some(line));
        }
        assert_eq!(
            written("conv2d (4,\n    kernel(3,3), padding 0_1,)").unwrap(),
            "conv2d(4, kernel (3, 3), padding 0_1)"
        );
        for line in [
            "conv2d(5, kernel 3, padding 1)",
            "conv2d(4, kernel 3)",
            "conv2d(4, kernel 3, padding 1, no bias)",
            "conv2d(4, kernel 3, padding 1, groups 2)",
            "conv2d(4, kernel 3, padding (1, 1, 1))",
            "conv2d(4, kernel 3, kernel 3, padding 1)",
            "conv2d(CHANNELS, kernel 3, padding 1)",
            "conv2d(4, kernel 3, padding 1, ceil 1)",
            "conv2d(4, kernel 3, padding PADDING)",
            "conv2d(4, kernel 3, padding 1",
            "conv2d(4, kernel -3, padding 1)",
            "conv2d",
            "conv1d(4, kernel 3, padding 1)",
            "relu",
            "",
            "((((",
        ] {
            assert_eq!(written(line), None, "{line}");
        }
    }

    #[test]
    fn means_have_the_same_places_to_count() {
        let mut pool = whole_pool([3, 3]);
        (pool.window.stride, pool.ceil) = (Some([2, 2]), true);
        pool.window.padding = Padding::Sides([1; 4]);
        let (takes, gives) = ([1, 6, 6], [1, 4, 4]);
        let written = |line| same(line, &Layer::AvgPool(pool), &takes, &gives).is_some();
        assert!(written("avg_pool2d(3, stride 2, padding 1, ceil)"));
        assert!(!written("avg_pool2d(3, stride 2, padding (1, 2, 1, 2))"));
        assert!(!written("avg_pool2d(3, stride 2, padding 1)"));
        assert!(!written("avg_pool2d(3, stride 2, padding 1, ceil, no count)"));
        let max = |line| same(line, &Layer::MaxPool(pool), &takes, &gives).is_some();
        assert!(max("max_pool2d(3, stride 2, padding (1, 2, 1, 2))"));
        assert!(max("max_pool2d(3, stride 2, padding 1, ceil)"));
        assert!(!max("max_pool2d(3, stride 2, padding 2)"));
    }
}
