//! What is shown.

use std::time::Duration;

use const_cnn::Metrics;
use runs::{Epoch, Head, Sample};

/// How many of the images with the largest losses are kept.
const WORST: usize = 40;

/// What is shown of a run: how far it is, and what the network makes of the images.
pub struct View {
    pub(crate) head: Head,
    pub(crate) of_epochs: usize,
    /// The time since it began.
    pub(crate) seconds: f64,
    pub(crate) epochs: Vec<Epoch>,
    /// What the epoch that is going on has given so far.
    pub(crate) now: Option<(u64, Metrics)>,
    trained: Duration,
    /// Images per second of the last epoch, the one going on or, where that has just begun, the one before.
    pub(crate) speed: Option<f64>,
    /// `counts[label][class]` of the images read since the last epoch.
    pub(crate) counts: Vec<Vec<usize>>,
    pub(crate) read: usize,
    pub(crate) of_images: usize,
    /// Those with the largest losses, the largest first.
    pub(crate) worst: Vec<Sample>,
    coming: Vec<Sample>,
    pub(crate) has_ended: bool,
}

impl View {
    /// Of a run over `epochs`, and of `images` that are read after each.
    pub fn new(head: Head, epochs: usize, images: usize) -> View {
        View {
            head,
            of_epochs: epochs,
            seconds: 0.0,
            epochs: Vec::new(),
            now: None,
            trained: Duration::ZERO,
            speed: None,
            counts: Vec::new(),
            read: 0,
            of_images: images,
            worst: Vec::new(),
            coming: Vec::new(),
            has_ended: false,
        }
    }

    /// A batch has been trained on, in `time`.
    pub fn batch(&mut self, epoch: u64, metrics: &Metrics, time: Duration) {
        self.trained += time;
        self.now = Some((epoch, *metrics));
        let seconds = self.trained.as_secs_f64();
        if seconds >= 0.2 {
            self.speed = Some(metrics.images as f64 / seconds);
        }
    }

    /// An epoch has ended. Gives a line that says so.
    pub fn epoch(&mut self, epoch: Epoch) -> String {
        let seconds = self.trained.as_secs_f64();
        if seconds > 0.0 {
            self.speed = Some(epoch.images as f64 / seconds);
        }
        self.trained = Duration::ZERO;
        self.now = None;
        self.epochs.push(epoch);
        self.last_line()
    }

    /// The last epoch's line.
    pub(crate) fn last_line(&self) -> String {
        let Some(epoch) = self.epochs.last() else { return format!("{}: no epoch was trained", self.head.network) };
        let width = self.of_epochs.to_string().len();
        let of = self.of_epochs.max(epoch.epoch as usize + 1);
        let mut line =
            format!("epoch {:>width$}/{of}   {}", epoch.epoch + 1, measures(Some(epoch.loss), epoch.accuracy));
        if epoch.validation_loss.is_some() {
            line += "   validation ";
            line += &measures(epoch.validation_loss, epoch.validation_accuracy);
        }
        if let Some(speed) = self.speed {
            line += &format!("   {speed:.0} images/s");
        }
        line
    }

    /// The images are read anew.
    pub fn begin_reading(&mut self) {
        self.counts.iter_mut().for_each(|row| row.fill(0));
        self.read = 0;
    }

    /// An image has been read.
    pub fn sample(&mut self, sample: Sample) {
        self.read += 1;
        if let (Some(label), Some(class)) = (sample.label, sample.class()) {
            let classes = sample.output.len().max(label + 1).max(self.counts.len());
            self.counts.resize(classes, Vec::new());
            self.counts.iter_mut().for_each(|row| row.resize(classes, 0));
            self.counts[label][class] += 1;
        }
        let place = self.coming.partition_point(|other| other.loss >= sample.loss);
        if place < WORST {
            self.coming.insert(place, sample);
            self.coming.truncate(WORST);
        }
    }

    /// All have been read, or one has left.
    pub fn end_reading(&mut self) {
        self.worst = std::mem::take(&mut self.coming);
    }
}

/// `loss 0.1234, 97.5 %`.
pub(crate) fn measures(loss: Option<f32>, accuracy: Option<f32>) -> String {
    let loss = loss.map(|loss| format!("loss {loss:.4}"));
    let accuracy = accuracy.map(|accuracy| format!("{:5.1} %", 100.0 * accuracy));
    loss.into_iter().chain(accuracy).collect::<Vec<_>>().join(", ")
}
