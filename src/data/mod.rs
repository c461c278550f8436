//! Images, each with what is expected of it: where they lie, in which order they come.

mod augment;
mod dataset;
mod order;
mod pixels;
mod split;

pub use augment::{Augment, Augmented, Erase, Flip, Noise, Random, Warp};
pub use dataset::{Dataset, Part};
pub use order::{Order, Shuffled};
pub use pixels::{Label, Packed, Pixels};
pub use split::split;

use core::borrow::Borrow;

use crate::{Error, Shape};

/// Images, each with what is expected of it, read by number when its turn comes.
///
/// [`Dataset`] is one whose images lie in memory, [`Packed`] one of pixels in one slice. One of your own reads files, or makes
/// its images:
///
/// ```
/// use std::{fs::File, io::{self, Read, Seek, SeekFrom}};
///
/// use const_cnn::{Data, Image, Pixels};
///
/// /// A file of images of 28 × 28 bytes, each after its label.
/// struct Digits(File);
///
/// impl Data for Digits {
///     type Input = Image<1, 28, 28>;
///     type Target = usize;
///     type Image<'a> = [[[f32; 1]; 28]; 28];
///     type Expected<'a> = usize;
///     type Error = Box<dyn std::error::Error>;
///
///     fn len(&self) -> usize {
///         self.0.metadata().map_or(0, |file| file.len() as usize / 785)
///     }
///
///     fn get(&self, n: usize) -> Result<(Self::Image<'_>, usize), Self::Error> {
///         let mut bytes = [0; 785];
///         (&self.0).seek(SeekFrom::Start(785 * n as u64))?;
///         (&self.0).read_exact(&mut bytes)?;
///         let pixels = Pixels::CHANNELS_FIRST.scale(1.0 / 255.0);
///         Ok((pixels.image::<Self::Input, u8>(&bytes[1..])?, bytes[0].into()))
///     }
/// }
/// ```
pub trait Data {
    /// The images' shape.
    type Input: Shape;

    /// What is expected of an image: `usize`, the index of a class, or the values of a shape.
    type Target;

    /// An image: a reference, or its values.
    type Image<'a>: Borrow<<Self::Input as Shape>::Of<f32>>
    where
        Self: 'a;

    /// What is expected of it: a reference, or its value.
    type Expected<'a>: Borrow<Self::Target>
    where
        Self: 'a;

    /// What can go wrong when an image is read, or in training: [`Error`], or one of your own made of it.
    type Error: From<Error>;

    /// How many images there are.
    fn len(&self) -> usize;

    /// Whether there are none. Then nothing is trained or evaluated: that is [`Error::Empty`].
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `n`-th image, and what is expected of it; `n` is below [`len`](Data::len).
    ///
    /// # Errors
    ///
    /// Where it cannot be read. Training and evaluation end there, with what the whole batches before have given.
    fn get(&self, n: usize) -> Result<(Self::Image<'_>, Self::Expected<'_>), Self::Error>;

    /// The `n`-th image as it is trained on in epoch `epoch` from `seed`: that of [`get`](Data::get), unless it is changed anew
    /// in each epoch, as [`augmented`](Data::augmented) data are.
    ///
    /// # Errors
    ///
    /// As [`get`](Data::get).
    fn in_epoch(&self, n: usize, seed: u64, epoch: u64) -> Result<(Self::Image<'_>, Self::Expected<'_>), Self::Error> {
        let _ = (seed, epoch);
        self.get(n)
    }

    /// The place of the `n`-th image among those that this data lies over, which errors name.
    fn place(&self, n: usize) -> usize {
        n
    }

    /// The images at the places `indices`, in their order.
    ///
    /// ```
    /// use const_cnn::{Data, Dataset, Vector};
    /// let data = Dataset::<Vector<1>>::new(&[[0.1], [0.2], [0.3]], &[7, 8, 9])?;
    /// let (train, test) = (data.part(&[2, 0])?, data.part(&[1])?);
    /// assert_eq!((train.get(0)?, test.get(0)?), ((&[0.3], &9), (&[0.2], &8)));
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when there are no indices, [`Error::Index`] when one is not that of an image.
    fn part(self, indices: &[usize]) -> Result<Part<'_, Self>, Error>
    where
        Self: Sized,
    {
        Part::new(self, indices)
    }

    /// The images changed by `augment` in training, anew in each epoch: a function of seed, epoch and the image's place, the
    /// same in any order, on any number of threads and in a run that is resumed.
    ///
    /// [`Trainer::fit`](crate::Trainer::fit) says which epoch it is, and so does [`shuffled`](Data::shuffled). Evaluated, and
    /// read by [`get`](Data::get), images are as they are. What is expected of an image does not change.
    ///
    /// ```
    /// use const_cnn::{Data, Flip, Noise, Sgd, Trainer, Warp, Zero, network};
    ///
    /// network! {
    ///     struct Net: [1, 8, 8] => [2] { flatten: flatten, logits: linear(2) }
    /// }
    /// let data = Net::dataset(&[[[[0.0]; 8]; 8], [[[1.0]; 8]; 8]], &[0, 1])?;
    /// let data = data.augmented(Warp::NONE.shift(1.0).rotate(10.0))?;
    /// // one after the other
    /// let data = data.augmented(Flip::horizontally(0.5))?.augmented(Noise(0.1))?;
    ///
    /// let (mut net, mut trainer) = (Net::ZERO, Trainer::<Net>::ZERO);
    /// trainer.fit(&mut net, &Sgd::new(0.01, 0.9)?, &data, 10, 2).run()?;
    /// assert_eq!(trainer.evaluate(&net, &data)?.accuracy(), 1.0);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What [`Augment::check`] refuses.
    fn augmented<A: Augment<Self::Input>>(self, augment: A) -> Result<Augmented<Self, A>, Error>
    where
        Self: Sized,
    {
        Augmented::new(self, augment)
    }

    /// The images of epoch `epoch` from `seed`, in its random order: the same numbers give the same images and order.
    ///
    /// ```
    /// use const_cnn::{Data, Dataset, Vector};
    /// let data = Dataset::<Vector<1>>::new(&[[0.0], [0.1], [0.2], [0.3]], &[0, 1, 2, 3])?;
    /// let (first, again) = (data.shuffled(7, 0), data.shuffled(7, 0));
    /// for n in 0..data.len() {
    ///     assert_eq!(first.get(n)?, again.get(n)?);
    /// }
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    fn shuffled(self, seed: u64, epoch: u64) -> Shuffled<Self>
    where
        Self: Sized,
    {
        Shuffled::new(self, seed, epoch)
    }
}

/// The images of `D` in their order, each as it is in one epoch.
pub(crate) struct InEpoch<D> {
    pub data: D,
    pub seed: u64,
    pub epoch: u64,
}

impl<D: Data> Data for InEpoch<D> {
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
        self.data.len()
    }

    #[inline]
    fn get(&self, n: usize) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        self.data.in_epoch(n, self.seed, self.epoch)
    }

    fn place(&self, n: usize) -> usize {
        self.data.place(n)
    }
}

impl<D: Data> Data for &D {
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
        D::len(self)
    }

    fn get(&self, n: usize) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        D::get(self, n)
    }

    #[inline]
    fn in_epoch(&self, n: usize, seed: u64, epoch: u64) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        D::in_epoch(self, n, seed, epoch)
    }

    fn place(&self, n: usize) -> usize {
        D::place(self, n)
    }
}
