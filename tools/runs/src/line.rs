//! The lines of a log.

use const_cnn::{Metrics, Network, Row, Shape};
use serde::{Deserialize, Serialize};

/// A line of a log: one JSON object, whose only member says what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first: of which network the run is.
    Run(Head),
    /// What an epoch gave.
    Epoch(Epoch),
    /// What the trained network makes of an image that it was not trained on.
    Sample(Sample),
    /// Parameters of the trained network.
    Parameters(Values),
    /// What a layer gives of the image that the samples' first one is.
    Activation(Values),
}

/// Of which network a run is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Its name.
    pub network: String,
    /// What it takes: `[C, H, W]`, `[C, L]` or `[N]`.
    pub input: Vec<usize>,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// How many parameters it has.
    pub parameters: usize,
    /// The bytes that inference on one image writes on.
    pub inference_bytes: usize,
    /// The bytes of training one image at a time with SGD.
    pub training_bytes: usize,
    /// The names of the classes; none, where there are no classes.
    pub classes: Vec<String>,
}

/// A layer of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name, and before it those of the blocks that it stands in, with dots.
    pub name: String,
    /// What it gives.
    pub output: Vec<usize>,
    /// How many parameters it has.
    pub parameters: usize,
    /// The multiplications with an addition that one image takes.
    pub multiply_accumulates: usize,
}

/// What an epoch gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Which one, from 0.
    pub epoch: u64,
    /// The time since the run began, in seconds.
    pub seconds: f64,
    /// How many images it was trained on.
    pub images: usize,
    /// The mean loss while it was trained.
    pub loss: f32,
    /// The share of right images meanwhile, from 0 to 1; nothing, where the loss is not a classifier's.
    pub accuracy: Option<f32>,
    /// The mean loss on the validation data after it.
    pub validation_loss: Option<f32>,
    /// The share of right images among them.
    pub validation_accuracy: Option<f32>,
}

/// What a network makes of an image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The image's place in the data.
    pub index: usize,
    /// Its file, or another name of it; empty, where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The loss on it.
    pub loss: f32,
    /// Its class, where a class is expected.
    pub label: Option<usize>,
    /// The chances of the classes, where a class is expected; otherwise what the network gives.
    pub output: Vec<f32>,
    /// The image, in the order channel, row, column. A log has those of the samples with the largest losses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pixels: Vec<f32>,
}

/// An array with its name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// Its name, such as `conv1.weight`.
    pub name: String,
    /// Its dimensions.
    pub dims: Vec<usize>,
    /// Its values, the last dimension's one after the other.
    pub values: Vec<f32>,
}

impl Head {
    /// Of a network and of the names of its classes.
    pub fn of<N: Network>(classes: &[impl AsRef<str>]) -> Head {
        let mut layers = Vec::new();
        push_layers(&mut layers, "", N::LAYERS);
        Head {
            network: N::NAME.into(),
            input: N::Input::DIMS.into(),
            layers,
            parameters: N::PARAMETERS,
            inference_bytes: N::INFERENCE_BYTES,
            training_bytes: N::TRAINING_BYTES,
            classes: classes.iter().map(|class| class.as_ref().into()).collect(),
        }
    }

    /// The name of a class: its number, where it has none.
    pub fn class(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or(class.to_string())
    }
}

fn push_layers(layers: &mut Vec<Layer>, before: &str, rows: &[Row]) {
    for row in rows {
        let name = format!("{before}{}", row.name);
        if row.rows.is_empty() {
            if row.name.is_empty() {
                continue; // what stands for nothing: a shortcut that is none
            }
            let (parameters, multiply_accumulates) = (row.parameters, row.multiply_accumulates);
            layers.push(Layer { name, output: row.output.into(), parameters, multiply_accumulates });
        } else {
            // the lines of a block may have no name of their own: then they stand in the one around it
            let before = if row.name.is_empty() { before.into() } else { name + "." };
            push_layers(layers, &before, row.rows);
        }
    }
}

impl Epoch {
    /// Of what training tells after an epoch.
    pub fn of(epoch: u64, seconds: f64, metrics: &Metrics, validation: Option<&Metrics>) -> Epoch {
        let accuracy = |metrics: &Metrics| Some(metrics.accuracy()).filter(|accuracy| !accuracy.is_nan());
        Epoch {
            epoch,
            seconds,
            images: metrics.images,
            loss: metrics.loss(),
            accuracy: accuracy(metrics),
            validation_loss: validation.map(Metrics::loss),
            validation_accuracy: validation.and_then(accuracy),
        }
    }
}

impl Sample {
    /// The class that it is taken for: that of the largest chance, where a class is expected.
    pub fn class(&self) -> Option<usize> {
        self.label.and((!self.output.is_empty()).then(|| const_cnn::argmax(&self.output)))
    }

    /// Whether it is taken for another class than its own.
    pub fn is_misread(&self) -> bool {
        self.class() != self.label
    }

    /// The chance of the class that it is taken for.
    pub fn confidence(&self) -> Option<f32> {
        self.class().and_then(|class| self.output.get(class).copied())
    }
}
