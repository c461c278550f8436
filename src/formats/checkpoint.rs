//! Checkpoints: what training needs to go on where it was left.
//!
//! A checkpoint is three lines, each of the last two filled up with spaces, a whole parameter file, the numbers that the rule
//! keeps as [`write_le`](crate::Parameters::write_le) writes them, then seed, epochs, steps and batch as little-endian `u64`,
//! and a checksum of all that is before it:
//!
//! ```text
//! const-cnn checkpoint 1
//! rule Adam
//! loss SoftmaxCrossEntropy
//! ```

use core::any::type_name;
#[cfg(feature = "std")]
use std::{path::Path, vec};

#[cfg(feature = "std")]
use super::{FileError, file};
use crate::header;
use crate::optim::Kept;
use crate::{Differentiate, Error, Layer, Loss, Optimizer, ReadError, Trainer};

const FORMAT: &[u8] = b"const-cnn checkpoint 1\n";

/// How long the lines of rule and loss are, their end counted.
const LINE: usize = 64;

const LINES: usize = FORMAT.len() + 2 * LINE;

/// Seed, epochs, steps, batch.
const COUNTERS: usize = 4;

impl<N: Layer, V: Differentiate<N, L>, O: Optimizer, L: Loss<N::Output>> Trainer<N, V, O, L> {
    /// The bytes of a checkpoint: parameters, what the rule keeps, and less than a kilobyte for a network of ten layers.
    pub const CHECKPOINT_BYTES: usize = LINES + N::FILE_BYTES + Self::STATE_BYTES + 8 * COUNTERS + 4;

    /// The bytes of what the rule keeps.
    const STATE_BYTES: usize = N::COUNT * size_of::<<O::Keeps as Kept>::Of<f32>>();

    /// Writes all that training needs to go on: the network with what it holds, what the rule keeps, seed, epochs and steps, and
    /// `batch`, the number of batches of the epoch that have been trained on. [`Fit::checkpoint`](crate::Fit::checkpoint) says
    /// it; between epochs it is 0.
    ///
    /// Settings of rule and loss are not written: they are the program's, which makes them again.
    ///
    /// ```
    /// use const_cnn::{Sgd, Trainer, Zero, network};
    ///
    /// network! {
    ///     struct Sign: [1] => [2] { logits: linear(2) }
    /// }
    /// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
    /// let sgd = Sgd::new(0.1, 0.9)?;
    ///
    /// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
    /// trainer.fit(&mut net, &sgd, &data, 10, 2).run()?;
    /// let mut bytes = [0; Trainer::<Sign>::CHECKPOINT_BYTES];
    /// trainer.write_checkpoint(&net, 0, &mut bytes)?;
    ///
    /// let (mut other, mut resumed) = (Sign::ZERO, Trainer::<Sign>::ZERO);
    /// let batch = resumed.read_checkpoint(&mut other, &bytes)?;
    /// resumed.fit(&mut other, &sgd, &data, 10, 2).first_batch(batch).run()?;
    /// trainer.fit(&mut net, &sgd, &data, 10, 2).run()?;
    /// assert_eq!(other.logits.weight, net.logits.weight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Bytes`] when `bytes` is not [`CHECKPOINT_BYTES`](Trainer::CHECKPOINT_BYTES) long; nothing is then written.
    pub fn write_checkpoint(&self, net: &N, batch: usize, bytes: &mut [u8]) -> Result<(), Error> {
        let (expected, found) = (Self::CHECKPOINT_BYTES, bytes.len());
        if found != expected {
            return Err(Error::Bytes { expected, found });
        }
        let (content, checksum) = bytes.split_at_mut(expected - 4);
        let (lines, rest) = content.split_at_mut(LINES);
        let all = FORMAT.iter().copied().chain(line("rule ", type_name::<O>())).chain(line("loss ", type_name::<L>()));
        lines.iter_mut().zip(all).for_each(|(to, byte)| *to = byte);
        let (file, rest) = rest.split_at_mut(N::FILE_BYTES);
        net.write_file(file)?;
        let (state, counters) = rest.split_at_mut(Self::STATE_BYTES);
        if N::COUNT > 0 {
            for (part, kept) in state.chunks_exact_mut(4 * N::COUNT).zip(self.state.as_ref()) {
                kept.write_le(part)?;
            }
        }
        let all = [self.seed, self.epochs, self.steps, batch as u64];
        counters.as_chunks_mut().0.iter_mut().zip(all).for_each(|(to, counter)| *to = counter.to_le_bytes());
        checksum.copy_from_slice(&crc(content.iter().copied()).to_le_bytes());
        Ok(())
    }

    /// Reads what [`write_checkpoint`](Trainer::write_checkpoint) has written, and gives `batch`: training goes on with
    /// [`first_batch(batch)`](crate::Fit::first_batch).
    ///
    /// The element, and whether training is `Parallel`, may be another.
    ///
    /// # Errors
    ///
    /// [`ReadError::Header`] when it is no checkpoint, or one of another rule, loss or network; [`ReadError::Data`] when its
    /// length is wrong or a number is NaN or infinite; [`ReadError::Checksum`] when a byte has changed. Network and trainer are
    /// then as they were.
    pub fn read_checkpoint(&mut self, net: &mut N, bytes: &[u8]) -> Result<usize, ReadError> {
        let (lines, rest) = bytes.split_at(bytes.len().min(LINES));
        header::check_line(lines, 0, FORMAT.iter().copied())?;
        header::check_line(lines, FORMAT.len(), line("rule ", type_name::<O>()))?;
        header::check_line(lines, FORMAT.len() + LINE, line("loss ", type_name::<L>()))?;
        let start = LINES + rest.len() - header::read(&N::ARRAYS, rest)?.len();
        let Some((content, checksum)) = bytes.split_last_chunk().filter(|_| bytes.len() == Self::CHECKPOINT_BYTES)
        else {
            return Err(ReadError::Data(Error::Bytes { expected: Self::CHECKPOINT_BYTES, found: bytes.len() }));
        };
        let (expected, found) = (u32::from_le_bytes(*checksum), crc(content.iter().copied()));
        if found != expected {
            return Err(ReadError::Checksum { expected, found });
        }
        let (file, rest) = content[LINES..].split_at(N::FILE_BYTES);
        let (state, counters) = rest.split_at(Self::STATE_BYTES);
        // first only look: what the rule keeps may be refused, and then the network is not to be changed either
        let numbers = content[start..content.len() - counters.len()].as_chunks().0;
        let numbers = numbers.iter().map(|four| f32::from_le_bytes(*four));
        if let Some((index, value)) = numbers.enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(ReadError::Data(Error::NotFinite { index, value }));
        }
        net.read_file(file)?;
        if N::COUNT > 0 {
            for (part, kept) in state.chunks_exact(4 * N::COUNT).zip(self.state.as_mut()) {
                kept.read_le(part).map_err(ReadError::Data)?;
            }
        }
        let mut counters = counters.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight));
        let mut next = || counters.next().unwrap_or(0);
        (self.seed, self.epochs, self.steps) = (next(), next(), next());
        Ok(usize::try_from(next()).unwrap_or(usize::MAX))
    }

    /// Writes a checkpoint to a file, whole or not at all, as [`save`](crate::save) writes parameters;
    /// [`write_checkpoint`](Trainer::write_checkpoint) says what is in it.
    ///
    /// # Errors
    ///
    /// As [`save`](crate::save).
    #[cfg(feature = "std")]
    pub fn save(&self, net: &N, batch: usize, path: impl AsRef<Path>) -> Result<(), FileError> {
        let mut bytes = vec![0; Self::CHECKPOINT_BYTES];
        self.write_checkpoint(net, batch, &mut bytes)?;
        file::write_whole(&bytes, path.as_ref())
    }

    /// Reads what [`save`](Trainer::save) has written, and gives the batch to go on with.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use const_cnn::{Sgd, Trainer, Zero, network};
    ///
    /// network! {
    ///     struct Sign: [1] => [2] { logits: linear(2) }
    /// }
    /// # let path = std::env::temp_dir().join(format!("checkpoint-{}", std::process::id()));
    /// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
    /// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::boxed());
    /// // a run that was killed goes on where it had last been saved
    /// let batch = if path.exists() { trainer.load(&mut net, &path)? } else { 0 };
    ///
    /// let mut saved = Ok(());
    /// let left = 20 - trainer.epochs as usize;
    /// trainer
    ///     .fit(&mut net, &Sgd::new(0.1, 0.9)?, &data, left, 2)
    ///     .first_batch(batch)
    ///     .checkpoint(|trainer, net, batch| {
    ///         if batch % 100 != 0 {
    ///             return ControlFlow::Continue(()); // each save waits for the disk
    ///         }
    ///         saved = trainer.save(net, batch, &path);
    ///         if saved.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    ///     })
    ///     .run()?;
    /// saved?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FileError::Io`] when the file cannot be read, and as [`read_checkpoint`](Trainer::read_checkpoint). Network and trainer
    /// are then as they were.
    #[cfg(feature = "std")]
    pub fn load(&mut self, net: &mut N, path: impl AsRef<Path>) -> Result<usize, FileError> {
        let (bytes, len) = file::read(path.as_ref(), Self::CHECKPOINT_BYTES)?;
        self.read_checkpoint(net, &bytes).map_err(|error| file::of_file(error, len))
    }
}

/// A line of [`LINE`] bytes: what stands before it and a type's name without its modules, `Weighted<SoftmaxCrossEntropy>`. Of a
/// name that is longer, the beginning and its checksum.
fn line(before: &'static str, name: &'static str) -> impl Iterator<Item = u8> + Clone {
    const DIGITS: usize = 8;
    let name = without_modules(name);
    let (len, checksum) = (before.len() + name.clone().count(), crc(name.clone()));
    let text = before.bytes().chain(name);
    let kept = if len < LINE { len } else { LINE - 1 - DIGITS };
    let digits = (0..DIGITS).rev().map(move |n| b"0123456789abcdef"[(checksum >> (4 * n) & 15) as usize]);
    let digits = digits.take(if len < LINE { 0 } else { DIGITS });
    text.take(kept).chain(digits).chain(core::iter::repeat(b' ')).take(LINE - 1).chain([b'\n'])
}

fn without_modules(name: &'static str) -> impl Iterator<Item = u8> + Clone {
    let bytes = name.as_bytes();
    bytes.iter().enumerate().filter_map(|(n, &byte)| {
        let word = bytes[n..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let is_of_a_module = byte == b':' || bytes[n + word..].starts_with(b"::");
        (!is_of_a_module).then_some(byte)
    })
}

/// The cyclic redundancy check of Ethernet and of `gzip`, CRC-32: one changed byte changes it, and so do several together that
/// are at most four bytes apart.
fn crc(bytes: impl Iterator<Item = u8>) -> u32 {
    const OF_NIBBLES: [u32; 16] = {
        let (mut table, mut n) = ([0; 16], 0);
        while n < 16 {
            let (mut rest, mut bit) = (n as u32, 0);
            while bit < 4 {
                rest = if rest & 1 == 1 { rest >> 1 ^ 0xedb8_8320 } else { rest >> 1 };
                bit += 1;
            }
            table[n] = rest;
            n += 1;
        }
        table
    };
    !bytes.fold(!0, |rest, byte| {
        let rest = rest ^ u32::from(byte);
        let rest = rest >> 4 ^ OF_NIBBLES[(rest & 15) as usize];
        rest >> 4 ^ OF_NIBBLES[(rest & 15) as usize]
    })
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::{Adam, F32x8, MeanSquaredError, Parameters, Sgd, SoftmaxCrossEntropy, Weighted, Zero};
    use nets::{Net, Other};

    #[allow(dead_code)] // of all that `network!` writes, checkpoints alone are used
    mod nets {
        crate::network! {
            #[derive(Debug)]
            pub struct Net: [2] => [2] { first: linear(3), norm: batch_norm, last: linear(2) }
        }
        crate::network! {
            pub struct Other: [2] => [2] { first: linear(3), norm: batch_norm, end: linear(2) }
        }
    }

    type Training = Trainer<Net, F32x8, Adam>;
    const BYTES: usize = Training::CHECKPOINT_BYTES;

    fn trained() -> (Net, Training) {
        let (mut net, mut trainer) = (Net::ZERO, Training::ZERO);
        for index in 0..Net::ARRAYS.len() {
            net.values_mut(index).iter_mut().enumerate().for_each(|(n, value)| *value = 0.3 + 0.1 * n as f32);
        }
        let batch = [([0.5, -1.0], 0), ([1.5, 2.0], 1), ([0.0, -0.5], 1)];
        (trainer.seed, trainer.epochs) = (3, 1 << 40);
        for _ in 0..3 {
            trainer.step(&mut net, &Adam::new(0.01).unwrap(), batch).unwrap();
        }
        (net, trainer)
    }

    fn written() -> Vec<u8> {
        let (net, trainer) = trained();
        let mut bytes = vec![0; BYTES];
        trainer.write_checkpoint(&net, 7, &mut bytes).unwrap();
        bytes
    }

    /// All that a checkpoint holds.
    fn all((net, trainer): &(Net, Training)) -> String {
        std::format!("{net:?} {:?} {} {} {}", trainer.state, trainer.seed, trainer.epochs, trainer.steps)
    }

    /// What is said of these bytes, which change nothing.
    fn says(bytes: &[u8]) -> String {
        let mut here = (Net::ZERO, Training::ZERO);
        (here.0.first.bias, here.1.seed) = ([1.0; 3], 9);
        let before = all(&here);
        let error = here.1.read_checkpoint(&mut here.0, bytes).unwrap_err();
        assert_eq!(all(&here), before);
        error.to_string()
    }

    fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
        let at = bytes.len() - 4;
        let sum = crc(bytes[..at].iter().copied());
        bytes[at..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        let mut here = (Net::ZERO, Training::ZERO);
        assert_eq!(here.1.read_checkpoint(&mut here.0, &written()), Ok(7));
        assert_eq!(all(&here), all(&trained()));
        // with another element too
        let (mut net, mut trainer) = (Net::ZERO, Trainer::<Net, f32, Adam>::ZERO);
        assert_eq!(trainer.read_checkpoint(&mut net, &written()), Ok(7));
        assert_eq!(std::format!("{net:?}"), std::format!("{:?}", trained().0));
        let short = Error::Bytes { expected: BYTES, found: BYTES - 1 };
        assert_eq!(trainer.write_checkpoint(&net, 0, &mut vec![0; BYTES - 1]), Err(short));
    }

    #[test]
    fn one_of_another_training_is_refused_by_name() {
        let bytes = written();
        fn error<N: Layer, O: Optimizer, L: Loss<N::Output>>(bytes: &[u8]) -> String {
            let (mut net, mut trainer) = (N::ZERO, Trainer::<N, F32x8, O, L>::ZERO);
            trainer.read_checkpoint(&mut net, bytes).unwrap_err().to_string()
        }
        assert_eq!(
            error::<Net, Sgd, SoftmaxCrossEntropy>(&bytes),
            "expected a checkpoint of the `rule Sgd`, found `rule Adam`"
        );
        assert_eq!(
            error::<Net, Adam, MeanSquaredError>(&bytes),
            "expected a checkpoint of the `loss MeanSquaredError`, found `loss SoftmaxCrossEntropy`"
        );
        assert_eq!(
            error::<Net, Adam, Weighted<SoftmaxCrossEntropy>>(&bytes),
            "expected a checkpoint of the `loss Weighted<SoftmaxCrossEntropy>`, found `loss SoftmaxCrossEntropy`"
        );
        assert_eq!(
            error::<Other, Adam, SoftmaxCrossEntropy>(&bytes),
            "expected a file whose next array is `end.weight [2, 3]`, found `last.weight [2, 3]`"
        );
        // long names that differ at their end
        type Deep<L> = Weighted<Weighted<Weighted<Weighted<Weighted<Weighted<L>>>>>>;
        let mut bytes = vec![0; BYTES];
        let trainer = Trainer::<Net, F32x8, Adam, Deep<SoftmaxCrossEntropy>>::ZERO;
        trainer.write_checkpoint(&Net::ZERO, 0, &mut bytes).unwrap();
        assert!(
            error::<Net, Adam, Deep<MeanSquaredError>>(&bytes)
                .starts_with("expected a checkpoint of the `loss Weighted<")
        );
        let (mut net, mut same) = (Net::ZERO, Trainer::<Net, f32, Adam, Deep<SoftmaxCrossEntropy>>::ZERO);
        assert_eq!(same.read_checkpoint(&mut net, &bytes), Ok(0));
        // a parameter file, and a checkpoint that is read as one
        let mut file = vec![0; Net::FILE_BYTES];
        Net::ZERO.write_file(&mut file).unwrap();
        assert_eq!(says(&file), "expected a file that begins with `const-cnn checkpoint 1`, found `const-cnn 1`");
        assert_eq!(
            { Net::ZERO }.read_file(&bytes).unwrap_err().to_string(),
            "expected a file that begins with `const-cnn 1`, found `const-cnn checkpoint 1`"
        );
    }

    #[test]
    fn a_changed_bit_and_a_cut_are_refused() {
        let bytes = written();
        for (n, bit) in (0..BYTES).flat_map(|n| [(n, n % 8), (n, 7 - n / 8 % 8)]) {
            let mut bytes = bytes.clone();
            bytes[n] ^= 1 << bit;
            says(&bytes);
        }
        for len in 0..BYTES {
            says(&bytes[..len]);
        }
        assert_eq!(says(&bytes[..BYTES - 1]), std::format!("expected {BYTES} bytes, found {}", BYTES - 1));
        assert_eq!(says(&[&bytes[..], &[0]].concat()), std::format!("expected {BYTES} bytes, found {}", BYTES + 1));
        let mut damaged = bytes.clone();
        damaged[BYTES - 50] ^= 4;
        let (is, was) = (crc(damaged[..BYTES - 4].iter().copied()), crc(bytes[..BYTES - 4].iter().copied()));
        assert_eq!(says(&damaged), std::format!("expected the checksum {was:08x}, found {is:08x}: bytes have changed"));
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused_though_the_checksum_is_right() {
        let (bytes, header) = (written(), header::len(&Net::ARRAYS));
        for n in 0..3 * Net::COUNT {
            let mut bytes = bytes.clone();
            bytes[LINES + header + 4 * n..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
            assert_eq!(says(&with_checksum(bytes)), std::format!("expected finite values, found NaN at index {n}"));
        }
        // any counters are taken
        let mut bytes = bytes.clone();
        bytes[BYTES - 36..BYTES - 4].fill(0xff);
        let mut here = (Net::ZERO, Training::ZERO);
        assert_eq!(here.1.read_checkpoint(&mut here.0, &with_checksum(bytes)), Ok(usize::MAX));
        assert_eq!((here.1.seed, here.1.epochs, here.1.steps), (u64::MAX, u64::MAX, u64::MAX));
    }

    #[test]
    fn the_checksum_is_that_of_gzip() {
        assert_eq!(crc(b"123456789".iter().copied()), 0xcbf4_3926);
        assert_eq!(crc([].into_iter()), 0);
    }

    #[test]
    fn names_have_no_modules() {
        let name = |name| String::from_utf8(without_modules(name).collect()).unwrap();
        assert_eq!(name("const_cnn::losses::weighted::Weighted<const_cnn::a_b::Cross<3>>"), "Weighted<Cross<3>>");
        assert_eq!(name("a::B<(c::D, [e::f::G; 2])>"), "B<(D, [G; 2])>");
        assert_eq!((name("u8"), name("")), ("u8".to_string(), String::new()));
    }
}
