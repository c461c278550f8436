//! A random order that is computed, not kept.

use core::ops::Range;

use crate::kernels::simd::widest;
use crate::{Data, Error};

/// So many places are computed at once: none waits for what another one is turned by.
const ONCE: usize = 32;

const MAX_ROUNDS: usize = 8;

/// A random order of `n` things, which is a function of a seed and an epoch: it takes no memory, and training can be
/// resumed anywhere in it.
///
/// The things stand in a table of about as many rows as columns. In each round every row, and then every column, is turned
/// around by a number of places that a random function of it gives; what lies where nothing stood goes on. A small table
/// takes more rounds to be mixed well.
///
/// Source: J. Black, P. Rogaway (2002), *Ciphers with arbitrary finite domains*.
///
/// ```
/// use const_cnn::Order;
/// let order = Order::new(1000, 7, 0);
/// let mut places: Vec<usize> = (0..1000).map(|n| order.at(n)).collect();
/// assert_ne!(places[0], Order::new(1000, 7, 1).at(0));
/// places.sort();
/// assert!(places.into_iter().eq(0..1000));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    shuffled: u64,
    rows: u32,
    columns: u32,
    rounds: usize,
    /// For each round how columns are turned, and then how rows are.
    turns: [[Turn; 2]; MAX_ROUNDS],
}

/// How rows or columns are turned: by a function of 64 bits, the upper half of `(x ^ mask) · factor`. As x has 32 of them, what
/// the mask's upper half gives is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    mask: u32,
    /// The lower half, which is odd, and the upper one.
    factor: [u32; 2],
    offset: u32,
}

impl Turn {
    const NONE: Turn = Turn { mask: 0, factor: [0; 2], offset: 0 };

    const fn of(factor: u64, mask: u64) -> Turn {
        let (lower, upper) = (factor as u32, (factor >> 32) as u32);
        Turn { mask: mask as u32, factor: [lower, upper], offset: lower.wrapping_mul((mask >> 32) as u32) }
    }
}

impl Order {
    /// The order of epoch `epoch` from `seed`, of `len` things; those beyond 2³² stay where they are.
    pub const fn new(len: usize, seed: u64, epoch: u64) -> Order {
        let shuffled = if len as u64 > 1 << 32 { 1 << 32 } else { len as u64 };
        // one row alone would only be turned around
        let rows = if shuffled < 4 { 2 } else { shuffled.isqrt() as u32 };
        let columns = shuffled.div_ceil(rows as u64) as u32;
        let (mut turns, mut state, mut n) = ([[Turn::NONE; 2]; MAX_ROUNDS], mix(mix(seed) ^ epoch), 0);
        while n < 2 * MAX_ROUNDS {
            turns[n / 2][n % 2] = Turn::of(mix(state) | 1, mix(state.wrapping_add(1)));
            state = state.wrapping_add(2);
            n += 1;
        }
        Order { shuffled, rows, columns, rounds: if shuffled <= 64 { MAX_ROUNDS } else { 5 }, turns }
    }

    /// The place of the `n`-th thing.
    #[inline]
    pub const fn at(&self, n: usize) -> usize {
        if n as u64 >= self.shuffled { n } else { self.within(n as u64) }
    }

    /// The places of `things` in their order, several times as fast as [`at`](Order::at) one after the other.
    pub(crate) const fn places(&self, things: Range<usize>) -> Places<'_> {
        Places { order: self, things, ready: [0; ONCE], given: ONCE }
    }

    /// The places of as many things as `places` has, from the `first`; all of them are among those that are shuffled.
    fn some(&self, first: u64, places: &mut [u32]) {
        let (mut row, mut column) = self.row_and_column(first);
        let mut rows = [0; ONCE];
        for (to_row, to_column) in rows.iter_mut().zip(&mut *places) {
            (*to_row, *to_column) = (row, column);
            let is_last = column + 1 == self.columns;
            (row, column) = (row + u32::from(is_last), if is_last { 0 } else { column + 1 });
        }
        widest(
            #[inline(always)]
            || {
                for [of_columns, of_rows] in self.turns.iter().take(self.rounds) {
                    for (column, row) in places.iter_mut().zip(&rows) {
                        *column = turn(*column, self.columns, *row, *of_columns);
                    }
                    for (row, column) in rows.iter_mut().zip(&*places) {
                        *row = turn(*row, self.rows, *column, *of_rows);
                    }
                }
                for (place, row) in places.iter_mut().zip(&rows) {
                    *place = place.wrapping_add(row.wrapping_mul(self.columns));
                }
            },
        );
        for place in places {
            if u64::from(*place) >= self.shuffled {
                *place = self.within(u64::from(*place)) as u32;
            }
        }
    }

    /// Where the `place`, turned until it is one of the things', goes.
    #[inline]
    const fn within(&self, mut place: u64) -> usize {
        loop {
            place = self.turned(place);
            if place < self.shuffled {
                return place as usize;
            }
        }
    }

    #[inline]
    const fn row_and_column(&self, place: u64) -> (u32, u32) {
        ((place / self.columns as u64) as u32, (place % self.columns as u64) as u32)
    }

    #[inline]
    const fn place(&self, row: u32, column: u32) -> u64 {
        row as u64 * self.columns as u64 + column as u64
    }

    #[inline]
    const fn turned(&self, place: u64) -> u64 {
        let (mut row, mut column) = self.row_and_column(place);
        let mut n = 0;
        while n < self.rounds {
            let [of_columns, of_rows] = self.turns[n];
            column = turn(column, self.columns, row, of_columns);
            row = turn(row, self.rows, column, of_rows);
            n += 1;
        }
        self.place(row, column)
    }
}

/// `place` of `len`, turned by a number that is a function of `other`: the upper half of a product with an odd factor, of
/// which three parts of 32 bits are left.
#[inline(always)]
const fn turn(place: u32, len: u32, other: u32, by: Turn) -> u32 {
    let x = other ^ by.mask;
    let random = upper(x, by.factor[0]).wrapping_add(x.wrapping_mul(by.factor[1])).wrapping_add(by.offset);
    let turned = place + upper(random, len);
    if turned >= len { turned - len } else { turned }
}

/// The upper half of a product.
#[inline(always)]
const fn upper(a: u32, b: u32) -> u32 {
    ((a as u64 * b as u64) >> 32) as u32
}

/// The places of some things; [`Order::places`] makes it.
#[derive(Clone, Debug)]
pub(crate) struct Places<'a> {
    order: &'a Order,
    things: Range<usize>,
    ready: [u32; ONCE],
    /// How many of those have been given.
    given: usize,
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let n = self.things.next()?;
        if n as u64 >= self.order.shuffled {
            return Some(n); // it stays where it is
        }
        if self.given >= ONCE {
            let left = self.order.shuffled - n as u64;
            let some = left.min(1 + self.things.len() as u64).min(ONCE as u64) as usize;
            self.given = 0;
            if let Some(ready) = self.ready.get_mut(..some) {
                self.order.some(n as u64, ready);
            }
        }
        let place = self.ready.get(self.given).map(|&place| place as usize);
        self.given += 1;
        place
    }
}

/// A number whose every bit depends on every bit of `x`. Source: S. Vigna, *SplitMix64*, 2015.
#[inline]
pub(super) const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// The images of `D` in a random order; [`Data::shuffled`] makes it.
///
/// ```
/// use const_cnn::{Data, Dataset, Vector};
/// let data = Dataset::<Vector<1>>::new(&[[0.0], [0.1], [0.2], [0.3]], &[0, 1, 2, 3])?;
/// let labels = |epoch| -> Result<[usize; 4], const_cnn::Error> {
///     let shuffled = data.shuffled(7, epoch);
///     let mut labels = [0; 4];
///     for n in 0..4 {
///         labels[n] = *shuffled.get(n)?.1;
///     }
///     Ok(labels)
/// };
/// assert_eq!(labels(0)?, labels(0)?); // the same again, in no memory
/// assert!((1..9).any(|epoch| labels(epoch) != labels(0)));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Shuffled<D> {
    data: D,
    len: usize,
    order: Order,
    seed: u64,
    epoch: u64,
}

impl<D: Data> Shuffled<D> {
    pub(super) fn new(data: D, seed: u64, epoch: u64) -> Self {
        let len = data.len();
        Shuffled { data, len, order: Order::new(len, seed, epoch), seed, epoch }
    }
}

impl<D: Data> Data for Shuffled<D> {
    type Input = D::Input;
    type Target = D::Target;
    type Image<'a>
        = D::Image<'a>
    where
        Self: 'a;
    type Expected<'a>
        = D::Expected<'a>
    where
        Self: 'a;
    type Error = D::Error;

    fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn get(&self, n: usize) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        self.in_epoch(n, self.seed, self.epoch)
    }

    #[inline]
    fn in_epoch(&self, n: usize, seed: u64, epoch: u64) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        if n >= self.len {
            return Err(Error::Index { images: self.len, found: n }.into());
        }
        self.data.in_epoch(self.order.at(n), seed, epoch)
    }

    fn place(&self, n: usize) -> usize {
        self.data.place(self.order.at(n))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::vec::Vec;

    use super::*;

    fn places(len: usize, seed: u64, epoch: u64) -> Vec<usize> {
        let order = Order::new(len, seed, epoch);
        (0..len).map(|n| order.at(n)).collect()
    }

    #[test]
    fn each_place_is_taken_once() {
        for len in (0..200).chain([1437, 60_000]) {
            for epoch in 0..3 {
                let mut found = places(len, 5, epoch);
                found.sort_unstable();
                assert!(found.into_iter().eq(0..len), "{len}");
            }
        }
        // beyond what is shuffled nothing moves
        #[cfg(target_pointer_width = "64")]
        assert_eq!(Order::new(1 << 40, 1, 1).at(1 << 35), 1 << 35);
    }

    #[test]
    fn some_at_once_are_those_one_by_one() {
        for len in (0..70).chain([99, 180, 1437, 60_000]) {
            let order = Order::new(len, 5, 1);
            for first in [0, 1, 7, 8, 32, 37].map(|first: usize| first.min(len)) {
                // things beyond the last stay where they are
                let things = first..len + 11;
                assert!(order.places(things.clone()).eq(things.map(|n| order.at(n))), "{len} from {first}");
            }
        }
        let last = usize::MAX - 1..usize::MAX;
        assert!(Order::new(10, 5, 1).places(last.clone()).eq(last));
    }

    /// Over many epochs each order of a few things comes as often as any other: χ² is at most its 99.99 % quantile.
    #[test]
    fn all_orders_are_as_likely() {
        for (len, orders, bound) in [(2, 2, 15.1), (3, 6, 25.7), (4, 24, 57.0), (5, 120, 183.0), (6, 720, 868.0)] {
            let mut counts = HashMap::new();
            let runs = 100 * orders;
            (0..runs as u64).for_each(|epoch| *counts.entry(places(len, 3, epoch)).or_insert(0) += 1);
            let missing = orders - counts.len();
            let squares: f64 = counts.values().map(|&count: &i32| (f64::from(count) - 100.0).powi(2) / 100.0).sum();
            assert!(squares + 100.0 * missing as f64 <= bound, "{len}: {squares}, {missing} never come");
        }
    }

    /// Where a thing goes, and where its neighbour does, is as likely everywhere.
    #[test]
    fn all_places_are_as_likely() {
        for len in [10, 37, 64, 65, 99, 180] {
            let (mut to, mut apart) = (std::vec![0.0; len * len], std::vec![0.0; len]);
            let runs = 3000;
            for seed in 0..runs {
                let order = places(len, seed, 0);
                order.iter().enumerate().for_each(|(from, place)| to[from * len + place] += 1.0);
                order.windows(2).for_each(|pair| apart[(pair[1] + len - pair[0]) % len] += 1.0);
            }
            let expected = runs as f64 / len as f64;
            let squares: f64 = to.iter().map(|&count: &f64| (count - expected).powi(2) / expected).sum();
            let freedom = ((len - 1) * (len - 1)) as f64;
            assert!((squares - freedom).abs() < 4.5 * (2.0 * freedom).sqrt(), "{len}: {squares} of {freedom}");

            let expected = runs as f64;
            let squares: f64 = apart[1..].iter().map(|&count: &f64| (count - expected).powi(2) / expected).sum();
            let freedom = (len - 2) as f64;
            assert!((squares - freedom).abs() < 5.0 * (2.0 * freedom).sqrt(), "{len}: {squares} of {freedom}");
        }
    }
}
