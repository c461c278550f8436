//! What the page's worker calls: it writes the digits, calls `reset`, then `step` as often as it likes.

use core::cell::RefCell;

use const_cnn::{Parameters, Zero};

use super::Shared;
use crate::Net;
use crate::digits::Bytes;
use crate::training::{SETTINGS, Training};

static WORKER: Shared<Worker> = Shared(RefCell::new(Worker {
    digits: [0; _],
    training: Training::ZERO,
    loss: 0.0,
    correct: 0,
    images: 0,
    parameters: [0; _],
}));

struct Worker {
    digits: Bytes,
    training: Training,
    /// What the last step or test gave.
    loss: f32,
    correct: usize,
    images: usize,
    parameters: [u8; Net::PARAMETER_BYTES],
}

/// Where the worker writes the digits.
#[unsafe(no_mangle)]
extern "C" fn digits() -> *mut u8 {
    WORKER.borrow().digits.as_mut_ptr()
}

/// How many bytes they are.
#[unsafe(no_mangle)]
extern "C" fn digits_bytes() -> usize {
    size_of::<Bytes>()
}

/// Reads the digits and begins anew from random values.
#[unsafe(no_mangle)]
extern "C" fn reset(seed: u32) -> bool {
    let worker = &mut *WORKER.borrow();
    worker.training.digits.read(&worker.digits).and_then(|()| worker.training.reset(seed.into())).is_ok()
}

/// Trains on the next batch; says whether the loss and its gradient were finite.
#[unsafe(no_mangle)]
extern "C" fn step(learning_rate: f32) -> bool {
    let worker = &mut *WORKER.borrow();
    let Ok(metrics) = worker.training.step(learning_rate) else { return false };
    (worker.loss, worker.correct, worker.images) = (metrics.loss(), metrics.correct, metrics.images);
    true
}

/// Reads the digits that the network is not trained on.
#[unsafe(no_mangle)]
extern "C" fn test() -> bool {
    let worker = &mut *WORKER.borrow();
    let Ok(metrics) = worker.training.test() else { return false };
    (worker.loss, worker.correct, worker.images) = (metrics.loss(), metrics.correct, metrics.images);
    true
}

/// The mean loss of the last step or test.
#[unsafe(no_mangle)]
extern "C" fn loss() -> f32 {
    WORKER.borrow().loss
}

/// How many images were taken for what they are.
#[unsafe(no_mangle)]
extern "C" fn correct() -> usize {
    WORKER.borrow().correct
}

/// How many images there were.
#[unsafe(no_mangle)]
extern "C" fn images() -> usize {
    WORKER.borrow().images
}

/// How many steps make an epoch.
#[unsafe(no_mangle)]
extern "C" fn batches() -> usize {
    WORKER.borrow().training.batches()
}

/// How many epochs are usual.
#[unsafe(no_mangle)]
extern "C" fn epochs() -> usize {
    SETTINGS.epochs
}

/// The network's parameters, as `write_le` gives them.
#[unsafe(no_mangle)]
extern "C" fn parameters() -> *const u8 {
    let worker = &mut *WORKER.borrow();
    // the buffer is as long as the parameters
    let _ = worker.training.net.write_le(&mut worker.parameters);
    worker.parameters.as_ptr()
}

/// How many bytes they are.
#[unsafe(no_mangle)]
extern "C" fn parameter_bytes() -> usize {
    Net::PARAMETER_BYTES
}
