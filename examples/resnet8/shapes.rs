//! Images that are made: five shapes in two colours, of any size, somewhere on a noisy ground.

use rand::{Rng, RngExt};

/// What the classes are: a shape, and whether it is rather red than blue.
pub const CLASSES: [&str; 10] = [
    "red disc",
    "red ring",
    "red square",
    "red cross",
    "red stripes",
    "blue disc",
    "blue ring",
    "blue square",
    "blue cross",
    "blue stripes",
];

/// An image of a class, channels last.
pub fn draw(class: usize, rng: &mut impl Rng) -> [[[f32; 3]; 32]; 32] {
    let radius = rng.random_range(6.0..12.0f32);
    let [row, column] = [(); 2].map(|()| rng.random_range(radius..31.0 - radius));
    let (strong, weak) = (rng.random_range(0.6..1.0), rng.random_range(0.0..0.4));
    let green = rng.random_range(0.0..0.6);
    let colour = if class < 5 { [strong, green, weak] } else { [weak, green, strong] };
    let ground = [(); 3].map(|()| rng.random_range(0.2..0.6));
    let mut image = [[[0.0; 3]; 32]; 32];
    for (h, points) in image.iter_mut().enumerate() {
        for (w, point) in points.iter_mut().enumerate() {
            let (y, x) = ((h as f32 - row) / radius, (w as f32 - column) / radius);
            let (square, distance) = (x.abs().max(y.abs()) <= 0.9, x * x + y * y);
            let is_inside = match class % 5 {
                0 => distance <= 1.0,
                1 => (0.36..=1.0).contains(&distance),
                2 => square,
                3 => square && x.abs().min(y.abs()) <= 0.3,
                _ => square && (y + 0.9).rem_euclid(0.72) < 0.36,
            };
            let colour = if is_inside { colour } else { ground };
            *point = colour.map(|value| value + rng.random_range(-0.1..0.1));
        }
    }
    image
}
