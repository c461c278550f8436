//! What the five networks are for.

use const_cnn::{Input, MeanSquaredError, Nested, Scores, SoftmaxCrossEntropy, Vector};
use rand::rngs::Xoshiro256PlusPlus;

use crate::data::{hums, people, shapes, sounds};
use crate::networks::{Ad, Ic, Kws, LinearAd, LinearIc, LinearKws, LinearSww, LinearVww, Sww, Vww};
use crate::task::{HELD_OUT, Like, Settings, Task, accuracy, of_classes, outputs};

/// A network that tells classes apart.
macro_rules! classifier {
    ($net:ident, $linear:ident, $classes:expr, $settings:expr, $draw:expr) => {
        impl Task for $net {
            type Loss = SoftmaxCrossEntropy;
            type Linear = $linear;

            const SETTINGS: Settings = $settings;
            const MEASURE: &'static str = "accuracy";

            fn examples(count: usize, rng: &mut Xoshiro256PlusPlus) -> (Vec<Input<Self, f32>>, Vec<usize>) {
                of_classes(count, $classes, |class| $draw(class, rng))
            }

            fn measure(net: &impl Like<Self>, rng: &mut Xoshiro256PlusPlus) -> f32 {
                accuracy(net, &Self::examples(HELD_OUT, rng))
            }

            fn publish(y: &mut [f32]) {
                Vector::<{ $classes }>::to_probabilities(y);
            }
        }
    };
}

classifier!(
    Kws,
    LinearKws,
    12,
    Settings { examples: 1200, epochs: 12, batch_size: 32, learning_rate: 0.01 },
    sounds::word
);
classifier!(
    Sww,
    LinearSww,
    3,
    Settings { examples: 2400, epochs: 12, batch_size: 32, learning_rate: 0.005 },
    sounds::wake_word
);
classifier!(
    Ic,
    LinearIc,
    shapes::CLASSES.len(),
    Settings { examples: 1000, epochs: 8, batch_size: 32, learning_rate: 0.01 },
    |class, rng| {
        // pixels from 0 to 255, as the network of the benchmark has them
        shapes::draw(class, rng).map(|row| row.map(|pixel| pixel.map(|value| (255.0 * value).clamp(0.0, 255.0))))
    }
);
classifier!(
    Vww,
    LinearVww,
    2,
    Settings { examples: 1500, epochs: 6, batch_size: 8, learning_rate: 0.003 },
    people::draw
);

impl Task for Ad {
    type Loss = MeanSquaredError;
    type Linear = LinearAd;

    const SETTINGS: Settings = Settings { examples: 4000, epochs: 40, batch_size: 32, learning_rate: 0.003 };
    const MEASURE: &'static str = "AUC";

    /// Normal hums alone, each expected of itself.
    fn examples(count: usize, rng: &mut Xoshiro256PlusPlus) -> (Vec<[f32; 640]>, Vec<[f32; 640]>) {
        let hums: Vec<_> = (0..count).map(|_| hums::draw(false, rng)).collect();
        (hums.clone(), hums)
    }

    fn measure(net: &impl Like<Self>, rng: &mut Xoshiro256PlusPlus) -> f32 {
        let mut outputs = outputs(net);
        let mut scores = |is_faulty| -> Vec<f32> {
            (0..HELD_OUT).map(|_| hums::draw(is_faulty, rng)).map(|hum| squared_error(&hum, &outputs(&hum))).collect()
        };
        area_under_curve(&scores(false), &scores(true))
    }

    fn publish(_: &mut [f32]) {}
}

/// The anomaly score of a window.
fn squared_error(x: &[f32; 640], y: &[f32; 640]) -> f32 {
    x.flat().iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f32>() / 640.0
}

/// How often a faulty hum has a higher score than a normal one, over all pairs; equal ones count half.
pub fn area_under_curve(normal: &[f32], faulty: &[f32]) -> f32 {
    let pairs = faulty.iter().flat_map(|faulty| normal.iter().map(move |normal| faulty.total_cmp(normal)));
    // twice the pairs, to count by halves
    let higher: usize = pairs.map(|ordering| (ordering as i8 + 1) as usize).sum();
    higher as f32 / (2 * normal.len() * faulty.len()) as f32
}
