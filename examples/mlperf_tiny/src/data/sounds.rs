//! Tones, chirps and noise as spectrograms: the energies of bands, frame after frame.

use std::f32::consts::PI;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

/// Where a sound's pitch is, from −1 to 1, at a time from 0 to 1, if there is any.
type Sound = fn(f32) -> Option<f32>;

/// A tone, beeps, chirps upward and downward, up and down, down and up, a warble, and two tones, one after the other.
const SOUNDS: [Sound; 9] = [
    |_| Some(0.0),
    |t| ((3.5 * t).fract() < 0.5).then_some(0.0),
    |t| Some(2.0 * t - 1.0),
    |t| Some(1.0 - 2.0 * t),
    |t| Some(1.0 - (4.0 * t - 2.0).abs()),
    |t| Some((4.0 * t - 2.0).abs() - 1.0),
    |t| Some((6.0 * PI * t).sin()),
    |t| Some(if t < 0.5 { -0.8 } else { 0.8 }),
    |t| Some(if t < 0.5 { 0.8 } else { -0.8 }),
];

/// Which of them is the wake word: up and down.
const WAKE_WORD: usize = 4;

/// One of twelve sounds in 49 frames of ten bands: those that have a pitch, a burst of noise, a click, and silence.
pub fn word(class: usize, rng: &mut Xoshiro256PlusPlus) -> [[[f32; 1]; 10]; 49] {
    let mut frames = silence(rng);
    match class {
        0..9 => sing(SOUNDS[class], &mut frames, rng),
        9 => burst(12, &mut frames, rng),
        10 => burst(2, &mut frames, rng),
        _ => (),
    }
    frames.map(|frame| frame.map(|energy| [energy]))
}

/// The wake word, silence, or another sound, in 30 frames of 40 bands.
pub fn wake_word(class: usize, rng: &mut Xoshiro256PlusPlus) -> [[f32; 40]; 30] {
    let mut frames = silence(rng);
    let other = (WAKE_WORD + rng.random_range(1..SOUNDS.len())) % SOUNDS.len();
    match class {
        0 => sing(SOUNDS[WAKE_WORD], &mut frames, rng),
        1 => (),
        _ => sing(SOUNDS[other], &mut frames, rng),
    }
    frames
}

/// Noise, which is louder in one room than in another, and in one band than in another; in half of the rooms something hums.
fn silence<const BANDS: usize, const FRAMES: usize>(rng: &mut Xoshiro256PlusPlus) -> [[f32; BANDS]; FRAMES] {
    let room = rng.random_range(0.2..1.2);
    let bands = [(); BANDS].map(|()| room * rng.random_range(0.2..1.0));
    let mut frames = [(); FRAMES].map(|()| bands.map(|loudness| rng.random_range(0.0..loudness)));
    if rng.random() {
        let (width, loudness) = (BANDS.div_ceil(14), rng.random_range(0.3..1.0));
        let first = rng.random_range(0..=BANDS - width);
        for energy in frames.iter_mut().flat_map(|frame| &mut frame[first..first + width]) {
            *energy += loudness;
        }
    }
    frames
}

/// Adds a sound: somewhere in time, somewhere in pitch, more or less loud.
fn sing<const BANDS: usize>(sound: Sound, frames: &mut [[f32; BANDS]], rng: &mut Xoshiro256PlusPlus) {
    let (bands, all) = (BANDS as f32, frames.len());
    let len = rng.random_range(all / 3..all / 2);
    let first = rng.random_range(0..all - len);
    let (middle, span) = (bands * rng.random_range(0.25..0.75), bands * rng.random_range(0.2..0.3));
    let (loudness, width) = (rng.random_range(0.6..1.0), 0.06 * bands);
    for (n, frame) in frames[first..first + len].iter_mut().enumerate() {
        let Some(pitch) = sound(n as f32 / len as f32) else { continue };
        for (band, energy) in frame.iter_mut().enumerate() {
            let distance = (band as f32 - middle - span * pitch) / width;
            *energy += loudness * (-0.5 * distance * distance).exp();
        }
    }
}

/// Adds noise in all bands of some frames.
fn burst<const BANDS: usize>(len: usize, frames: &mut [[f32; BANDS]], rng: &mut Xoshiro256PlusPlus) {
    let first = rng.random_range(0..frames.len() - len);
    for energy in frames[first..first + len].iter_mut().flatten() {
        *energy += rng.random_range(0.2..1.0);
    }
}
