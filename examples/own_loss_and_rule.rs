//! A loss and a rule of one's own, on digits: the squared hinge loss of several classes, and signs of the momentum as steps.
//!
//! `cargo run --release --example own_loss_and_rule`
#[path = "digits/data.rs"]
mod data;
use const_cnn::{
    Class, Data, Elem, F32x8, Init, Keeps, Loss, Optimizer, Settings, Trainer, Vector, Zero, argmax, network,
};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
network! {
    struct Net: [1, 8, 8] => [10] { flatten: flatten, hidden: linear(32), relu: relu, scores: linear(10) }
}
/// L = Σ max(0, 1 − s·y\[c\])², s = 1 for the image's class and −1 for the others
struct SquaredHinge;
impl Zero for SquaredHinge {
    const ZERO: Self = SquaredHinge;
}
impl<const C: usize> Loss<Vector<C>> for SquaredHinge {
    type Target = Class;
    fn loss<V: Elem>(&self, y: &[V; C], labels: &[usize; 8], dy: &mut [V; C]) -> V {
        let mut loss = V::ZERO;
        for class in 0..C {
            let mut sign = V::splat(-1.0);
            sign.lanes_mut().iter_mut().zip(labels).filter(|(_, label)| **label == class).for_each(|(s, _)| *s = 1.0);
            let short = V::apply([sign * y[class]], |[score]| (1.0 - score).max(0.0));
            loss += short * short;
            dy[class] = V::splat(-2.0) * sign * short;
        }
        loss
    }
    fn is_correct<V: Elem>(&self, y: &[V; C], labels: &[usize; 8], lane: usize) -> Option<bool> {
        Some(argmax(&y.map(|score| score.lanes()[lane])) == labels[lane])
    }
}
/// v ← 0.9·v + 0.1·g, w ← w − learning_rate · sign(v)
#[derive(Clone, Copy)]
struct Signs(Settings);
impl Optimizer for Signs {
    type Keeps = Keeps<1>;
    fn settings(&mut self) -> &mut Settings {
        &mut self.0
    }
    fn update(&self, w: f32, g: f32, [v]: &mut [f32; 1]) -> f32 {
        *v = 0.9 * *v + 0.1 * g;
        w - self.0.learning_rate() * v.signum()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = data::Digits::load()?;
    let (train, test) = digits.split(0)?;
    let (mut net, data) = (Net::ZERO, Net::dataset(&digits.images, &digits.labels)?);
    Init::FanIn.draw(&mut net, &mut Xoshiro256PlusPlus::seed_from_u64(0))?;
    let mut trainer = Trainer::<Net, F32x8, Signs, SquaredHinge>::ZERO;
    let trained = trainer.fit(&mut net, &Signs(Settings::new(0.001)?), &data.part(&train)?, 30, 32).run()?;
    let tested = trainer.evaluate(&net, &data.part(&test)?)?;
    println!("accuracy {:.3} in training, {:.3} on test digits", trained.accuracy(), tested.accuracy());
    Ok(())
}
