//! The table of a network that is not compiled yet, by the library's own rows, plan and layers.

use const_cnn::network::plan::{Need, inference_len, need};
use const_cnn::{
    AvgPool2d, BatchNorm, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Dropout, FakeQuant, Flatten, Image, Linear,
    MaxPool2d, Relu, Row, Sequence, Square, Table, Vector,
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
    let rows: Vec<Row> = lines.iter().map(row).collect();
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
        rows: leak(lines.iter().map(row).collect::<Vec<_>>()),
        inference_bytes: sizes(lines).inference_bytes,
        training_bytes: 0,
    };
    let text = table.to_string();
    let (text, _) = text.rsplit_once('\n').unwrap_or((&text, ""));
    format!("{text}\ntraining: `{name}::TRAINING_BYTES`, once it is compiled")
}

/// The library's rows are constants: what they refer to stays until the command ends.
fn leak<T: ?Sized, B: Into<Box<T>>>(value: B) -> &'static T {
    Box::leak(value.into())
}

fn len(dims: &[usize]) -> usize {
    dims.iter().product()
}

/// The row of a line.
fn row(line: &Line) -> Row {
    let of_block = |(name, lines): (&str, &[Line])| {
        let rows: Vec<Row> = lines.iter().map(row).collect();
        let output = lines.last().map_or(&line.takes, |line| &line.gives);
        let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum::<usize>();
        let parameters = sum(|row| row.parameters);
        Row {
            name: leak(name.to_string()),
            output: leak(output.clone()),
            parameters,
            multiply_accumulates: sum(|row| row.multiply_accumulates),
            bytes: 4 * (parameters + len(output)),
            rows: leak(rows),
            ..Row::EMPTY // the table does not show the rest
        }
    };
    let mut rows: Vec<Row> = match &line.what {
        What::Network(_, lines) => lines.iter().map(row).collect(),
        what => what.blocks().into_iter().map(of_block).collect(),
    };
    let (own_parameters, own_multiplications) = match &line.what {
        What::Layer(layer) => (layer.parameters(), layer.multiply_accumulates(&line.takes, &line.gives)),
        What::Gate(_) => (0, len(&line.takes)),
        _ => (0, 0),
    };
    if let What::Residual(_, None) = line.what {
        rows.push(Row { output: rows[0].output, ..Row::EMPTY });
    }
    let parameters = own_parameters + rows.iter().map(|row| row.parameters).sum::<usize>();
    Row {
        name: leak(line.name.clone()),
        output: leak(line.gives.clone()),
        parameters,
        multiply_accumulates: own_multiplications + rows.iter().map(|row| row.multiply_accumulates).sum::<usize>(),
        bytes: 4 * (parameters + len(&line.gives)),
        rows: leak(rows),
        ..Row::EMPTY
    }
}

/// The values that a chain of lines writes on.
fn scratch(lines: &[Line]) -> usize {
    let mut needs: Vec<Need> = lines.iter().map(need_of).collect();
    inference_len(&mut needs, &mut vec![None; lines.len()])
}

/// What a line needs: what the library says of the same layer of one value, with the line's own sizes.
fn need_of(line: &Line) -> Need {
    type One = Vector<1>;
    type Pixel = Image<1, 1, 1>;
    type Step = Sequence<1, 1>;

    let is_line = line.takes.len() == 2;
    let in_order = |dims: &[usize]| dims[0] == 1 || len(dims) == dims[0];
    let mut scratch_of_block = 0;
    let of = match &line.what {
        What::Layer(layer) => match layer {
            Layer::Word("relu") => need::<Relu<One>>(),
            Layer::Word("flatten") | Layer::Reshape(_)
                if line.takes[0] == line.gives[0] || in_order(&line.takes) && in_order(&line.gives) =>
            {
                need::<Flatten<One, One>>()
            }
            Layer::Word("flatten") | Layer::Reshape(_) => need::<Flatten<Image<2, 2, 1>, Vector<4>>>(),
            Layer::Word("global_avg_pool" | "global_max_pool") | Layer::MaxPool(_) => {
                need::<MaxPool2d<Pixel, Pixel, Square<1>>>()
            }
            Layer::AvgPool(_) | Layer::Pad(..) | Layer::Crop(_) | Layer::Upsample(..) => {
                need::<AvgPool2d<Pixel, Pixel, Square<1>>>()
            }
            Layer::Conv(_) | Layer::Depthwise(_) if is_line => need::<Conv1d<Step, Step, Square<1>>>(),
            Layer::Conv(_) | Layer::Depthwise(_) => need::<Conv2d<Pixel, Pixel, Square<1>>>(),
            Layer::Transpose(_) if is_line => need::<ConvTranspose1d<Step, Step, Square<1>>>(),
            Layer::Transpose(_) => need::<ConvTranspose2d<Pixel, Pixel, Square<1>>>(),
            Layer::Linear(_) => need::<Linear<1, 1>>(),
            Layer::Dropout(_) | Layer::SpatialDropout(_) => need::<Dropout<One, 0>>(),
            Layer::Word("fake_quant") => need::<FakeQuant<One>>(),
            // activations and normalisations: in place
            _ => need::<BatchNorm<One, { 1e-5f32.to_bits() }, { 0.1f32.to_bits() }>>(),
        },
        What::Residual(block, around) => {
            let around = around.as_ref().map_or(0, |around| len(&line.gives) + scratch(around));
            scratch_of_block = scratch(block).max(around);
            need::<const_cnn::Residual<Linear<1, 1>, const_cnn::Identity<One>, 0, 0, 0>>()
        }
        What::Gate(block) => {
            scratch_of_block = block.last().map_or(0, |line| len(&line.gives)) + scratch(block);
            need::<const_cnn::Gate<Linear<1, 1>, 1>>()
        }
        What::Network(_, lines) => {
            scratch_of_block = scratch(lines);
            need::<const_cnn::Chain<Linear<1, 1>, Linear<1, 1>>>()
        }
        What::Concat(branches) => {
            let branch = |block: &[Line]| block.last().map_or(0, |line| len(&line.gives) + scratch(block));
            scratch_of_block = branches.iter().map(|(_, block)| branch(block)).max().unwrap_or(0);
            need::<const_cnn::Gate<Linear<1, 1>, 1>>()
        }
    };
    let mut need = of;
    (need.input, need.output, need.scratch) = (len(&line.takes), len(&line.gives), scratch_of_block);
    need
}
