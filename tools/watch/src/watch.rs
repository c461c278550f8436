//! Training that is watched.

use std::io;
use std::ops::ControlFlow::{self, Break, Continue};
use std::thread;
use std::time::{Duration, Instant};

use const_cnn::{Data, Evaluator, Expected, Layer, Loss, Network, Of, Progress, SoftmaxCrossEntropy, Suits};
use runs::{Epoch, Head, Samples};

use crate::screen::Screen;
use crate::{Error, View};

/// How long a picture stays at least.
const FRAME: Duration = Duration::from_millis(50);

/// Shows training in the terminal. Left with q or Ctrl-C, which ends training after the batch; the network is kept.
///
/// `Watch::<Net, _>::new(..)` is a classifier's; `Watch::<Net, _, Huber>::new(..)` that of another loss.
pub struct Watch<'a, N: Layer, D: Data, L: Loss<N::Output> = SoftmaxCrossEntropy> {
    data: &'a D,
    samples: Samples<N, L>,
    shown: Shown<D::Error>,
    /// When training went on.
    resumed: Instant,
    pause: Duration,
}

/// A view, and the screen that it is shown on.
struct Shown<E> {
    view: View,
    screen: Screen,
    start: Instant,
    /// When it was last drawn.
    drawn: Option<Instant>,
    is_left: bool,
    error: Option<Error<E>>,
}

impl<'a, N, D, L> Watch<'a, N, D, L>
where
    N: Network,
    N::Output: Suits<Of<L, N::Output>>,
    L: Loss<N::Output>,
    D: Data<Input = <N as Layer>::Input, Target = Expected<L, N::Output>>,
    Evaluator<N, f32, L>: Send,
{
    /// Takes the terminal's screen, if there is a terminal. After each of `epochs` the network reads all images of `data`, which
    /// should be those it is not trained on, and not too many. `classes` are the classes' names: without, they are numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Terminal`].
    pub fn new(data: &'a D, epochs: usize, classes: &[impl AsRef<str>]) -> Result<Self, Error<D::Error>> {
        let view = View::new(Head::of::<N>(classes), epochs, data.len());
        let samples = Samples::new();
        let screen = Screen::open().map_err(Error::Terminal)?;
        let start = Instant::now();
        let shown = Shown { view, screen, start, drawn: None, is_left: false, error: None };
        Ok(Watch { data, samples, shown, resumed: start, pause: Duration::ZERO })
    }

    /// With these settings of the loss, as those of the trainer.
    pub fn loss(mut self, loss: L) -> Self {
        self.samples = self.samples.loss(loss);
        self
    }

    /// Waits that long after each batch, so that one can watch what is soon done. It is no part of the speed that is shown.
    pub fn slowed(mut self, pause: Duration) -> Self {
        self.pause = if self.shown.screen.is_terminal() { pause } else { Duration::ZERO };
        self
    }

    /// Shows how far training is: what `callback` of a `fit` calls. It ends training when one has left.
    pub fn see(&mut self, progress: Progress, net: &N) -> ControlFlow<()> {
        let Shown { view, screen, start, .. } = &mut self.shown;
        match progress {
            Progress::Batch { epoch, metrics } => view.batch(epoch, &metrics, self.resumed.elapsed()),
            Progress::Epoch { epoch, metrics, validation } => {
                let epoch = Epoch::of(epoch, start.elapsed().as_secs_f64(), &metrics, validation.as_ref());
                let line = view.epoch(epoch);
                let written = screen.line(&line);
                self.shown.told(written);
                if self.shown.screen.is_terminal() {
                    self.read(net);
                }
            }
        }
        let flow = self.shown.draw();
        thread::sleep(self.pause);
        self.resumed = Instant::now();
        flow
    }

    /// Evaluates the network on all images, and shows it meanwhile.
    fn read(&mut self, net: &N) {
        let Watch { data, samples, shown, .. } = self;
        shown.view.begin_reading();
        let read = samples.of(net, *data, |sample| {
            shown.view.sample(sample);
            shown.draw()
        });
        shown.view.end_reading();
        if let Err(error) = read {
            shown.error.get_or_insert(Error::Data(error));
        }
    }

    /// Shows the end of training until q or Ctrl-C is pressed, unless one has left before, and gives the terminal back.
    /// What the run gave stands below what stood there.
    ///
    /// # Errors
    ///
    /// The first that there was, which has ended training.
    pub fn finish(self) -> Result<(), Error<D::Error>> {
        self.shown.finish()
    }
}

impl<E> Shown<E> {
    /// Draws, if the last picture stood long enough, and looks for keys.
    fn draw(&mut self) -> ControlFlow<()> {
        if self.drawn.is_none_or(|drawn| drawn.elapsed() >= FRAME) {
            self.view.seconds = self.start.elapsed().as_secs_f64();
            let drawn = self.screen.show(&self.view);
            self.told(drawn);
            let is_left = self.screen.is_left(Duration::ZERO);
            self.is_left |= self.told(is_left).unwrap_or(false);
            self.drawn = Some(Instant::now());
        }
        if self.is_left || self.error.is_some() { Break(()) } else { Continue(()) }
    }

    fn told<T>(&mut self, result: io::Result<T>) -> Option<T> {
        result.map_err(|error| self.error.get_or_insert(Error::Terminal(error))).ok()
    }

    fn finish(mut self) -> Result<(), Error<E>> {
        self.view.has_ended = true;
        while !self.is_left && self.error.is_none() && self.screen.is_terminal() {
            let shown = self.screen.show(&self.view);
            self.told(shown);
            let is_left = self.screen.is_left(Duration::from_millis(200));
            self.is_left |= self.told(is_left).unwrap_or(false);
        }
        if self.screen.is_terminal() {
            self.screen = Screen::Lines; // the terminal is as it was
            let line = self.screen.line(&self.view.last_line());
            self.told(line);
        }
        self.error.map_or(Ok(()), Err)
    }
}
