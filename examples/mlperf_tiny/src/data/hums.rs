//! The hum of a machine as it is and with a fault: five frames of 128 bands.

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

/// A window of a hum: a tone, which wanders a little, and its harmonics. Of a faulty one a harmonic is out of tune.
pub fn draw(is_faulty: bool, rng: &mut Xoshiro256PlusPlus) -> [f32; 640] {
    let (pitch, drift) = (rng.random_range(20.0..30.0f32), rng.random_range(-0.3..0.3));
    let loudness = rng.random_range(0.6..1.0);
    let faulty = is_faulty.then(|| rng.random_range(1..4));
    let detuned = if rng.random() { 0.25 } else { -0.25 };
    let mut window = [0.0; 640];
    for (frame, bands) in window.as_chunks_mut::<128>().0.iter_mut().enumerate() {
        let pitch = pitch + drift * frame as f32;
        for (harmonic, strength) in [1.0, 0.8, 0.9, 0.7].into_iter().enumerate() {
            let detuned = if faulty == Some(harmonic) { detuned } else { 0.0 };
            let middle = pitch * (harmonic as f32 + 1.0 + detuned);
            for (band, energy) in bands.iter_mut().enumerate() {
                let distance = (band as f32 - middle) / 2.5;
                *energy += loudness * strength * (-0.5 * distance * distance).exp();
            }
        }
        for energy in bands {
            *energy += rng.random_range(-0.05..0.05);
        }
    }
    window
}
