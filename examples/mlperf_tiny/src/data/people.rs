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
    /// Those of its stripes, four rows each.
    colours: [Colour; 2],
}

/// A picture without (0) or with (1) a person: a head on a body, which has a striped shirt, on two legs. Without, there is
/// more clutter instead.
pub fn draw(class: usize, rng: &mut Xoshiro256PlusPlus) -> Picture {
    let mut picture = [[colour(rng); 96]; 96];
    let person = if class == 1 { person(rng).to_vec() } else { Vec::new() };
    let clutter = rng.random_range(6..12) + if class == 1 { 0 } else { 4 };
    for part in (0..clutter).map(|_| thing(rng)).chain(person) {
        paint(part, &mut picture);
    }
    for value in picture.as_flattened_mut().as_flattened_mut() {
        *value = (*value + rng.random_range(-0.1..0.1)).clamp(0.0, 1.0);
    }
    picture
}

/// Something that is no part of a person.
fn thing(rng: &mut Xoshiro256PlusPlus) -> Part {
    let half = [(); 2].map(|()| rng.random_range(4.0..14.0));
    Part { is_round: rng.random(), middle: somewhere(half, rng), half, colours: [colour(rng); 2] }
}

/// The parts of a person, who is from 45 to 75 pixels tall and stands anywhere.
fn person(rng: &mut Xoshiro256PlusPlus) -> [Part; 4] {
    let head = rng.random_range(6.0..10.0f32);
    let [body, leg] = [[1.5 * head, 1.2 * head], [1.4 * head, 0.45 * head]];
    let [height, width] = [head + body[0] + leg[0], body[1]];
    let [row, column] = somewhere([height, width], rng);
    let top = row - height;
    let skin = [0.9, 0.7, 0.5].map(|value| value * rng.random_range(0.5..1.1));
    let (shirt, trousers) = ([[1.0; 3], colour(rng).map(|value| 0.5 * value)], colour(rng));
    let part = |is_round, [down, across]: [f32; 2], half, colours| Part {
        is_round,
        middle: [top + down, column + across],
        half,
        colours,
    };
    let under = 2.0 * (head + body[0]) + leg[0];
    [
        part(true, [head, 0.0], [head; 2], [skin; 2]),
        part(false, [2.0 * head + body[0], 0.0], body, shirt),
        part(false, [under, -0.7 * head], leg, [trousers; 2]),
        part(false, [under, 0.7 * head], leg, [trousers; 2]),
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
            let stripe = (0.25 * (h as f32 - part.middle[0] + 96.0)) as usize % 2;
            let is_inside = if part.is_round { x * x + y * y <= 1.0 } else { x.abs().max(y.abs()) <= 1.0 };
            if is_inside {
                *pixel = part.colours[stripe];
            }
        }
    }
}
