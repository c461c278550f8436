//! Compares what each step of an int8 network gives with values that are stored. They come packed, as `mlperf_tiny --pack`
//! writes them: the network's name in four bytes, how many bytes it is made from and these, how many images there are; of each
//! its values, and for each step how often what it gives is stored and these values. Numbers are of 32 bits, the least byte first.

use const_cnn::{Fold, Form, Int8, Quantized, Zero};

use crate::networks::{Ad, IcChances, KwsChances};

/// How many values were compared, and how many of them differ.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub values: u32,
    pub differ: u32,
}

/// Compares all that is packed; nothing where it is not what was packed.
pub fn compare(packed: &[u8]) -> Option<Counts> {
    let mut rest = Rest(packed);
    let counts = match rest.take(4)? {
        b"kws " => compare_net::<KwsChances, _, _, _, _>(&mut rest),
        b"ic  " => compare_net::<IcChances, _, _, _, _>(&mut rest),
        b"ad  " => compare_net::<Ad, _, _, _, _>(&mut rest),
        _ => None,
    }?;
    rest.0.is_empty().then_some(counts)
}

fn compare_net<N, F, const W: usize, const B: usize, const A: usize>(rest: &mut Rest) -> Option<Counts>
where
    N: Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>>,
{
    let (mut net, mut arena) = (Int8::<N>::ZERO, Int8::<N>::arena());
    let size = rest.number()?;
    net.read_le(rest.take(size)?).ok()?;
    let (mut counts, mut is_whole) = (Counts::default(), true);
    for _image in 0..rest.number()? {
        let image = net.image_in(&mut arena);
        let stored = rest.take(image.len())?;
        for (value, &stored) in image.iter_mut().zip(stored) {
            *value = stored as i8;
        }
        net.activations(&mut arena, |_, _, values| is_whole &= compare_step(rest, values, &mut counts).is_some());
    }
    is_whole.then_some(counts)
}

fn compare_step(rest: &mut Rest, values: &[i8], counts: &mut Counts) -> Option<()> {
    for _ in 0..rest.number()? {
        let stored = rest.take(values.len())?;
        counts.values += values.len() as u32;
        counts.differ += values.iter().zip(stored).filter(|&(&value, &stored)| value != stored as i8).count() as u32;
    }
    Some(())
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?) as usize)
    }
}
