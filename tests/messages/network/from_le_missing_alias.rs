use const_cnn::{Elem, Input, Layer, Output, Parameters, Vector, Zero, network};

/// Its input.
pub struct Same;

impl Zero for Same {
    const ZERO: Self = Same;
}

impl Parameters for Same {}

impl Layer for Same {
    type Input = Vector<4>;
    type Output = Vector<4>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut Output<Self, V>) {
        *y = *x;
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
            *dx = *dy;
        }
    }
}

type Alias = Same;

network! {
    pub struct Net: [4] => [2] {
        first: linear(4),
        //~ `Same` is not a layer | does not state its arrays by `const_cnn::arrays!`
        same: Alias,
        last: linear(2),
    }
}

fn main() {
    println!("{:?}", Net::ZERO.predict(&[0.5; 4]));
}
