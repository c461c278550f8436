//! The table of a network that is not compiled yet, by the library's own rows, plan and layers.

use const_cnn::int8::plan::{Program, Totals};
use const_cnn::layers::sliding::Sliding;
use const_cnn::network::inference::{Kind, need};
use const_cnn::operation::Operation;
use const_cnn::place::Need;
use const_cnn::{
    AvgPool2d, BatchNorm, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Dims, Dropout, FakeQuant, Flatten, Image,
    Layer as _, Linear, MaxPool2d, Number, Operator, Relu, Row, Sequence, Square, Table, Vector, Works,
};

use crate::blocks::{Line, What};
use crate::layer::Layer;

/// What is known of a network before it is compiled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// How many numbers it has.
    pub parameters: usize,
    /// The multiplications with an addition that one image takes.
    pub multiply_accumulates: usize,
    /// The bytes that inference on one image writes on, beside the image and the result.
    pub inference_bytes: usize,
}

/// The sizes of a network of lines.
pub fn sizes(lines: &[Line]) -> Sizes {
    let rows = Form::Float.rows(lines);
    Sizes {
        parameters: rows.iter().map(|row| row.parameters).sum(),
        multiply_accumulates: rows.iter().map(|row| row.multiply_accumulates).sum(),
        inference_bytes: 4 * scratch(lines),
    }
}

/// The table of a network, as its `table()` prints it, but for the bytes of training, which its type alone knows.
pub fn table(name: &str, input: &[usize], lines: &[Line]) -> String {
    let table = Table {
        name: leak(name.to_string()),
        input: leak(input.to_vec()),
        rows: Form::Float.rows(lines),
        inference_bytes: sizes(lines).inference_bytes,
        training_bytes: 0,
    };
    let text = table.to_string();
    let (text, _) = text.rsplit_once('\n').unwrap_or((&text, ""));
    format!("{text}\ntraining: `{name}::TRAINING_BYTES`, once it is compiled")
}

/// The table of a network's int8 form, whose bytes are those of `NAME.bin` and of one image's values.
///
/// Beneath it stands what the library's plan says on this machine.
pub fn int8(name: &str, input: &[usize], lines: &[Line]) -> String {
    let rows = Form::Int8.rows(lines);
    let totals = Program::<0>::of(rows, false).totals;
    let table = Table {
        name: leak(name.to_string()),
        input: leak(input.to_vec()),
        rows,
        inference_bytes: totals.arena,
        training_bytes: 0,
    };
    let text = table.to_string();
    let (text, _) = text.rsplit_once("\ninference").unwrap_or((&text, ""));
    format!(
        "{text}\nint8: {} bytes of parameters, {} in `{name}.bin`; inference: {} bytes, image and result included",
        4 * totals.words + totals.bytes,
        totals.source,
        totals.arena
    )
}

/// What the int8 form of a network of these lines needs.
pub fn int8_totals(lines: &[Line]) -> Totals {
    Program::<0>::of(Form::Int8.rows(lines), false).totals
}

/// The library's rows are constants: what they refer to stays until the command ends.
fn leak<T: ?Sized, B: Into<Box<T>>>(value: B) -> &'static T {
    Box::leak(value.into())
}

fn len(dims: &[usize]) -> usize {
    dims.iter().product()
}

/// In which form a network's numbers are.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Float,
    Int8,
}

impl Form {
    /// The bytes of lines' parameters, and of so many values.
    fn bytes(self, lines: &[Line], values: usize) -> usize {
        match self {
            Form::Float => 4 * (lines.iter().map(parameters).sum::<usize>() + values),
            Form::Int8 => lines.iter().map(int8_bytes).sum::<usize>() + values,
        }
    }

    fn rows(self, lines: &[Line]) -> &'static [Row] {
        leak(lines.iter().map(|line| self.row(line)).collect::<Vec<_>>())
    }

    /// The row of a line.
    fn row(self, line: &Line) -> Row {
        let of_block = |(name, lines): (&str, &[Line])| {
            let rows = self.rows(lines);
            let output = lines.last().map_or(&line.takes, |line| &line.gives);
            known(Row {
                name: leak(name.to_string()),
                input: leak(line.takes.clone()),
                output: leak(output.clone()),
                parameters: rows.iter().map(|row| row.parameters).sum(),
                multiply_accumulates: rows.iter().map(|row| row.multiply_accumulates).sum(),
                bytes: self.bytes(lines, len(output)),
                operator: Operator::word(if lines.is_empty() { "identity" } else { "chain" }),
                rows,
                ..Row::EMPTY // how many arrays there are neither the table nor the plan asks
            })
        };
        let mut rows: Vec<Row> = match &line.what {
            What::Network(_, lines) => self.rows(lines).to_vec(),
            what => what.blocks().into_iter().map(of_block).collect(),
        };
        let (own_multiplications, operator) = match &line.what {
            What::Layer(layer) => (layer.multiply_accumulates(&line.takes, &line.gives), operator(layer, &line.takes)),
            What::Gate(_) => (len(&line.takes), Operator::word("gate")),
            What::Residual(..) => (0, Operator::word("residual")),
            What::Concat(_) => (0, Operator::word("concat")),
            What::Network(..) => (0, Operator::word("chain")),
        };
        if let What::Residual(_, None) = line.what {
            let (input, output) = (rows[0].input, rows[0].output);
            rows.push(known(Row { input, output, operator: Operator::word("identity"), ..Row::EMPTY }));
        }
        known(Row {
            name: leak(line.name.clone()),
            input: leak(line.takes.clone()),
            output: leak(line.gives.clone()),
            parameters: parameters(line),
            multiply_accumulates: own_multiplications + rows.iter().map(|row| row.multiply_accumulates).sum::<usize>(),
            bytes: self.bytes(std::slice::from_ref(line), len(&line.gives)),
            operator,
            rows: leak(rows),
            ..Row::EMPTY
        })
    }
}

/// A row with what it is in the int8 form.
fn known(row: Row) -> Row {
    Row { operation: Operation::of(&row.operator, row.input, row.output), ..row }
}

/// How many numbers a line has.
fn parameters(line: &Line) -> usize {
    let inner = line.what.blocks().into_iter().flat_map(|(_, block)| block).map(parameters).sum::<usize>();
    if let What::Layer(layer) = &line.what { layer.parameters() } else { inner }
}

/// The bytes of a line in the int8 form: the scale of what it gives, those of its weights, its biases and weights.
fn int8_bytes(line: &Line) -> usize {
    let own = match &line.what {
        What::Layer(Layer::Conv(conv) | Layer::Depthwise(conv)) => 8 + 8 * conv.channels + conv.weight.len(),
        What::Layer(Layer::Linear(dense)) => 8 + 8 * dense.outputs + dense.weight.len(),
        What::Layer(_) | What::Gate(_) | What::Network(..) => 0,
        What::Residual(..) | What::Concat(_) => 8,
    };
    own + line.what.blocks().into_iter().flat_map(|(_, block)| block).map(int8_bytes).sum::<usize>()
}

/// What a layer computes after sizes, as far as the int8 form's plan asks.
fn operator(layer: &Layer, former: &[usize]) -> Operator {
    let window = |window: &Sliding| ("window", Number::Axes(window.or_kernel().axes(Dims::new(former))));
    let groups = |groups: usize| ("groups", Number::Integer(groups));
    let conv = if former.len() == 2 { "conv1d" } else { "conv2d" };
    let (name, numbers) = match layer {
        Layer::Conv(of) => (conv, vec![window(&of.window), groups(of.window.groups())]),
        Layer::Depthwise(of) => (conv, vec![window(&of.window), groups(former[0])]),
        Layer::MaxPool(pool) => (layer.word(former), vec![window(&pool.window)]),
        Layer::AvgPool(pool) => (layer.word(former), vec![window(&pool.window), ("count", Number::Is(pool.counts))]),
        _ => (layer.word(former), Vec::new()),
    };
    Operator { name, numbers: leak(numbers) }
}

/// The values that a chain of lines writes on.
fn scratch(lines: &[Line]) -> usize {
    chain(lines).alive(false, false)
}

/// What lines one after the other need.
fn chain(lines: &[Line]) -> Need {
    need(Kind::Chain, &lines.iter().map(need_of).collect::<Vec<_>>(), lines.last().map_or(0, |line| len(&line.gives)))
}

/// What a line needs: what the library says of the same layer of one value, with the line's own sizes.
fn need_of(line: &Line) -> Need {
    type One = Vector<1>;
    type Pixel = Image<1, 1, 1>;
    type Step = Sequence<1, 1>;

    let is_line = line.takes.len() == 2;
    let in_order = |dims: &[usize]| dims[0] == 1 || len(dims) == dims[0];
    // a block without lines is the input itself
    let way = |block: &[Line]| match block {
        [] => Need::of(len(&line.takes), len(&line.takes), 0, Works::Nothing),
        block => chain(block),
    };
    let of = match &line.what {
        What::Layer(layer) => match layer {
            Layer::Word("relu") => Relu::<One>::NEED,
            Layer::Word("flatten") | Layer::Reshape(_)
                if line.takes[0] == line.gives[0] || in_order(&line.takes) && in_order(&line.gives) =>
            {
                Flatten::<One, One>::NEED
            }
            Layer::Word("flatten") | Layer::Reshape(_) => Flatten::<Image<2, 2, 1>, Vector<4>>::NEED,
            Layer::Word("global_avg_pool" | "global_max_pool") | Layer::MaxPool(_) => {
                MaxPool2d::<Pixel, Pixel, Square<1>>::NEED
            }
            Layer::AvgPool(_) | Layer::Pad(..) | Layer::Crop(_) | Layer::Upsample(..) => {
                AvgPool2d::<Pixel, Pixel, Square<1>>::NEED
            }
            Layer::Conv(_) | Layer::Depthwise(_) if is_line => Conv1d::<Step, Step, Square<1>>::NEED,
            Layer::Conv(_) | Layer::Depthwise(_) => Conv2d::<Pixel, Pixel, Square<1>>::NEED,
            Layer::Transpose(_) if is_line => ConvTranspose1d::<Step, Step, Square<1>>::NEED,
            Layer::Transpose(_) => ConvTranspose2d::<Pixel, Pixel, Square<1>>::NEED,
            Layer::Linear(_) => Linear::<1, 1>::NEED,
            Layer::Dropout(_) | Layer::SpatialDropout(_) => Dropout::<One, 0>::NEED,
            Layer::Word("fake_quant") => FakeQuant::<One>::NEED,
            // activations and normalisations: in place
            _ => BatchNorm::<One, { 1e-5f32.to_bits() }, { 0.1f32.to_bits() }>::NEED,
        },
        What::Residual(block, around) => {
            return need(Kind::Residual, &[way(block), way(around.as_deref().unwrap_or_default())], len(&line.gives));
        }
        What::Gate(block) => return need(Kind::Gate, &[way(block)], len(&line.gives)),
        What::Network(_, lines) => return chain(lines),
        What::Concat(branches) => {
            let branches: Vec<Need> = branches.iter().map(|(_, block)| way(block)).collect();
            return need(Kind::Concat, &branches, len(&line.gives));
        }
    };
    Need { bounds: of.bounds, bound: of.bound, ..Need::of(len(&line.takes), len(&line.gives), 0, of.works) }
}
