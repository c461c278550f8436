use const_cnn::{Elem, Input, Layer, Output, Vector, arrays, network};

/// Its first value, five million times.
pub struct Repeat;

arrays! { impl[] Repeat = Repeat }

impl Layer for Repeat {
    type Input = Vector<2>;
    type Output = Vector<5_000_000>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut Output<Self, V>) {
        y.fill(x[0]);
    }

    fn backward<V: Elem>(
        &self,
        _: &const_cnn::Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        if let Some(dx) = dx {
            *dx = [dy[0]; 2];
        }
    }
}

network! {
    pub struct Net: [2] => [2] {
        //~ `Repeat` gives more values than the 4194304
        own: Repeat,
        last: linear(2),
    }
}

fn main() {
    println!("{}", Net::table());
}
