//! How the values, weights and biases of a network of integers stand in its file.
//!
//! While the network is being read, weights and biases are the places of these integers among all, counted from 1: wherever
//! they are moved to, [`int8`](crate::int8) finds the integers again, and their scales.

use std::collections::{HashMap, HashSet};

use const_cnn::Scale;

/// The integers of a network, and their scales.
#[derive(Clone, Debug, Default)]
pub struct Integers {
    /// The scale of each tensor that is a value of the network.
    pub scales: HashMap<usize, Scale>,
    /// What the operator takes that gives a tensor.
    pub taken: HashMap<usize, Vec<usize>>,
    /// What tensors are made from that are the same values in another scale, and are put together with others at once.
    pub requantised: HashMap<usize, usize>,
    /// Which tensors are taken by anything else.
    pub alone: HashSet<usize>,
    /// Which tensor the network takes, and which it gives.
    pub ends: (usize, usize),
    /// What there is to say of the two.
    pub remarks: Vec<String>,
    /// The weights and biases, in order of their places.
    constants: Vec<Constant>,
    /// How many integers they have.
    len: usize,
}

/// A weight or a bias.
#[derive(Clone, Debug)]
struct Constant {
    /// How many integers are before it.
    before: usize,
    integers: Vec<i32>,
    /// One scale, or one for each channel.
    scales: Vec<f32>,
    /// How many neighbours have the same scale.
    same: usize,
}

impl Integers {
    /// The most integers: an `f32` counts no further.
    pub const MAX_LEN: usize = 1 << 24;

    /// Of a network that takes one tensor and gives another.
    pub fn new(takes: usize, gives: usize) -> Integers {
        Integers { ends: (takes, gives), ..Integers::default() }
    }

    /// Takes in the integers of a weight, or of a bias; of its scales each is that of `same` neighbours. Gives their places,
    /// or nothing where there are too many.
    pub fn push(&mut self, integers: Vec<i32>, scales: Vec<f32>, same: usize) -> Option<Vec<f32>> {
        let before = self.len;
        let len = before.checked_add(integers.len()).filter(|&len| len <= Self::MAX_LEN)?;
        self.len = len;
        self.constants.push(Constant { before, integers, scales, same });
        Some((before + 1..=len).map(|place| place as f32).collect())
    }

    /// The integer at a place, and its scale; nothing where that is no place.
    pub fn at(&self, place: f32) -> Option<(i32, f32)> {
        let n = (place as usize).checked_sub(1).filter(|&n| (n + 1) as f32 == place)?;
        let constant = self.constants[..self.constants.partition_point(|constant| constant.before <= n)].last()?;
        let n = n - constant.before;
        let scale = constant.scales.get(n / constant.same.max(1) % constant.scales.len().max(1))?;
        Some((*constant.integers.get(n)?, *scale))
    }
}
