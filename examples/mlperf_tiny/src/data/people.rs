//! Pictures of 96 × 96 pixels, cluttered with coloured shapes, in some of which a person stands.

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

type Picture = [[[f32; 3]; 96]; 96];
type Colour = [f32; 3];

/// A disc or a rectangle around `middle`, row and column, as high and wide as twice `half`.
#[derive(Clone, Copy)]
struct Part {
    is_round: bool,
    middle: [f32; 2],
    half: [f32; 2],
    colour: Colour,
}

/// A picture without (0) or with (1) a person: a head on a body on two legs. Without, these parts lie about.
pub fn draw(class: usize, rng: &mut Xoshiro256PlusPlus) -> Picture {
    let mut picture = [[colour(rng); 96]; 96];
    for _ in 0..rng.random_range(6..12) {
        let half = [(); 2].map(|()| rng.random_range(3.0..14.0));
        let part = Part { is_round: rng.random(), middle: somewhere(half, rng), half, colour: colour(rng) };
        paint(part, &mut picture);
    }
    for part in person(rng) {
        let middle = if class == 1 { part.middle } else { somewhere(part.half, rng) };
        paint(Part { middle, ..part }, &mut picture);
    }
    for value in picture.as_flattened_mut().as_flattened_mut() {
        *value = (*value + rng.random_range(-0.1..0.1)).clamp(0.0, 1.0);
    }
    picture
}

/// The parts of a person, who is from 45 to 75 pixels tall and stands anywhere.
fn person(rng: &mut Xoshiro256PlusPlus) -> [Part; 4] {
    let head = rng.random_range(6.0..10.0f32);
    let [body, leg] = [[1.5 * head, 1.2 * head], [1.4 * head, 0.45 * head]];
    let [height, width] = [head + body[0] + leg[0], body[1]];
    let [row, column] = somewhere([height, width], rng);
    let top = row - height;
    let (skin, shirt, trousers) =
        ([0.9, 0.7, 0.5].map(|value| value * rng.random_range(0.5..1.1)), colour(rng), colour(rng));
    let at = |down: f32, across: f32| [top + down, column + across];
    let under = 2.0 * (head + body[0]) + leg[0];
    [
        Part { is_round: true, middle: at(head, 0.0), half: [head; 2], colour: skin },
        Part { is_round: false, middle: at(2.0 * head + body[0], 0.0), half: body, colour: shirt },
        Part { is_round: false, middle: at(under, -0.7 * head), half: leg, colour: trousers },
        Part { is_round: false, middle: at(under, 0.7 * head), half: leg, colour: trousers },
    ]
}

/// A place where something twice as high and wide as `half` is wholly in the picture.
fn somewhere(half: [f32; 2], rng: &mut Xoshiro256PlusPlus) -> [f32; 2] {
    half.map(|half| rng.random_range(half..96.0 - half))
}

fn colour(rng: &mut Xoshiro256PlusPlus) -> Colour {
    [(); 3].map(|()| rng.random())
}

fn paint(part: Part, picture: &mut Picture) {
    for (h, row) in picture.iter_mut().enumerate() {
        for (w, pixel) in row.iter_mut().enumerate() {
            let [y, x] = [(h, 0), (w, 1)].map(|(n, axis)| (n as f32 + 0.5 - part.middle[axis]) / part.half[axis]);
            let is_inside = if part.is_round { x * x + y * y <= 1.0 } else { x.abs().max(y.abs()) <= 1.0 };
            if is_inside {
                *pixel = part.colour;
            }
        }
    }
}
