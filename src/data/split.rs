//! A split into two parts that have the same share of each class.

use crate::{Error, Label, Order};

/// Writes to `indices` those of the images to train on, and after them those of the images to validate with: of each class
/// the share `held_out`, rounded to the nearest, drawn from `seed`. Returns the two parts, each in the order of the data.
///
/// ```
/// use const_cnn::split;
/// let labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
/// let mut indices = [0; 10];
/// let (train, validation) = split(&labels, 0.2, 7, &mut indices)?;
/// assert_eq!((train.len(), validation.len()), (8, 2));
/// assert_ne!(labels[validation[0]], labels[validation[1]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Setting`] when `held_out` is not from 0 to 1, [`Error::Labels`] when there are not as many indices as labels,
/// [`Error::Label`] when a label is below 0.
pub fn split<'a, L: Label>(
    labels: &[L],
    held_out: f32,
    seed: u64,
    indices: &'a mut [usize],
) -> Result<(&'a [usize], &'a [usize]), Error> {
    if !(0.0..=1.0).contains(&held_out) {
        return Err(Error::Setting { name: "share held out", expected: "from 0 to 1", found: held_out });
    }
    if indices.len() != labels.len() {
        return Err(Error::Labels { images: indices.len(), found: labels.len() });
    }
    for (index, label) in labels.iter().enumerate() {
        label.class().map_err(|found| Error::Label { index, classes: usize::MAX, found })?;
    }
    // two bits of each place say of its image what has been decided; no index is as large as they
    const DECIDED: usize = 1 << (usize::BITS - 1);
    const HELD_OUT: usize = 1 << (usize::BITS - 2);
    indices.fill(0);
    for first in 0..labels.len() {
        if indices[first] & DECIDED != 0 {
            continue;
        }
        let class = labels[first].class();
        let members = || (first..labels.len()).filter(|&index| labels[index].class() == class);
        let count = members().count();
        let held = (held_out * count as f32 + 0.5) as usize;
        let order = Order::new(count, seed, class.unwrap_or(0) as u64);
        for (n, index) in members().enumerate() {
            indices[index] = if order.at(n) < held { DECIDED | HELD_OUT } else { DECIDED };
        }
    }
    // those to train on come to the front, the others, from the last place on, to the end
    let (mut train, mut end) = (0, indices.len());
    for index in 0..indices.len() {
        let place = if indices[index] & HELD_OUT == 0 {
            train += 1;
            train - 1
        } else {
            end -= 1;
            end
        };
        indices[place] = indices[place] & (DECIDED | HELD_OUT) | index;
    }
    indices.iter_mut().for_each(|index| *index &= !(DECIDED | HELD_OUT));
    indices[train..].reverse();
    let (train, held_out) = indices.split_at(train);
    Ok((train, held_out))
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn each_class_has_its_share_in_both_parts() {
        // 3 : 2 : 1, in no order
        let labels: Vec<u8> = (0..600_u32).map(|n| [0, 0, 0, 1, 1, 2][(n * 7919 % 601 % 6) as usize]).collect();
        for (share, seed) in [(0.2, 0), (0.2, 1), (0.0, 0), (1.0, 0), (0.013, 5)] {
            let mut indices = std::vec![0; 600];
            let (train, held) = split(&labels, share, seed, &mut indices).unwrap();
            assert!(train.is_sorted() && held.is_sorted());
            for class in 0..3 {
                let count = |part: &[usize]| part.iter().filter(|&&index| labels[index] == class).count();
                let all = labels.iter().filter(|&&label| label == class).count();
                assert_eq!(count(held), (share * all as f32).round() as usize);
                assert_eq!(count(train) + count(held), all);
            }
            let mut all = [train, held].concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..600));
        }
    }

    #[test]
    fn the_seed_draws_who_is_held_out() {
        let held = |seed| {
            let mut indices = [0; 100];
            split(&[0_i64; 100], 0.3, seed, &mut indices).unwrap().1.to_vec()
        };
        assert_eq!(held(1), held(1));
        assert_ne!(held(1), held(2));
        // over many seeds, each as often
        let mut counts = [0_i32; 100];
        (0..1000).for_each(|seed| held(seed).into_iter().for_each(|index| counts[index] += 1));
        assert!(counts.iter().all(|count| (count - 300).abs() < 75), "{counts:?}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut indices = [7; 3];
        for (share, labels, error) in [
            (1.5, &[0, 1, 2][..], Error::Setting { name: "share held out", expected: "from 0 to 1", found: 1.5 }),
            (0.5, &[0, 1], Error::Labels { images: 3, found: 2 }),
            (0.5, &[0, -1, 2], Error::Label { index: 1, classes: usize::MAX, found: -1 }),
        ] {
            assert_eq!(split(labels, share, 0, &mut indices), Err(error));
            assert_eq!(indices, [7; 3]);
        }
        assert!(matches!(split(&[0], f32::NAN, 0, &mut [0]), Err(Error::Setting { .. })));
        assert_eq!(split::<u8>(&[], 0.5, 0, &mut []), Ok((&[][..], &[][..])));
    }
}
