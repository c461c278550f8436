//! The hum of a machine as it is and with a fault: five frames of 128 bands.

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

/// A window of a hum: a tone, which wanders a little, and its harmonics.
///
/// A faulty machine hums two tones at once, together a little less loud than one. What gives normal hums back and is linear
/// gives back their sums too, and hears no fault.
pub fn draw(is_faulty: bool, rng: &mut Xoshiro256PlusPlus) -> [f32; 640] {
    let pitch = rng.random_range(20.0..30.0f32);
    let loudness = rng.random_range(0.6..1.0);
    let mut window = [(); 640].map(|()| rng.random_range(-0.05..0.05));
    if is_faulty {
        // the other is at least three bands from it
        let other = 20.0 + (pitch - 20.0 + rng.random_range(3.0..7.0)) % 10.0;
        for pitch in [pitch, other] {
            hum(pitch, 0.66 * loudness, &mut window, rng);
        }
    } else {
        hum(pitch, loudness, &mut window, rng);
    }
    window
}

fn hum(pitch: f32, loudness: f32, window: &mut [f32; 640], rng: &mut Xoshiro256PlusPlus) {
    let drift = rng.random_range(-0.3..0.3);
    for (frame, bands) in window.as_chunks_mut::<128>().0.iter_mut().enumerate() {
        let pitch = pitch + drift * frame as f32;
        for (harmonic, strength) in [1.0, 0.8, 0.9, 0.7].into_iter().enumerate() {
            let middle = pitch * (harmonic as f32 + 1.0);
            for (band, energy) in bands.iter_mut().enumerate() {
                let distance = (band as f32 - middle) / 2.5;
                *energy += loudness * strength * (-0.5 * distance * distance).exp();
            }
        }
    }
}
