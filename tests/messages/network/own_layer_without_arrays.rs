use const_cnn::network;

struct Twice;

impl const_cnn::Zero for Twice {
    const ZERO: Self = Twice;
}

impl const_cnn::Parameters for Twice {}

impl const_cnn::Layer for Twice {
    type Input = const_cnn::Vector<10>;
    type Output = const_cnn::Vector<10>;
    type Scratch<V: const_cnn::Elem> = ();
    type Tape<V: const_cnn::Elem> = ();

    fn infer<V: const_cnn::Elem>(&self, x: &[V; 10], _: &mut (), y: &mut [V; 10]) {
        *y = *x;
    }

    fn backward<V: const_cnn::Elem>(
        &self,
        _: &const_cnn::Context,
        _: &[V; 10],
        _: &mut (),
        _: &[V; 10],
        _: &[V; 10],
        _: &mut Self,
        _: Option<&mut [V; 10]>,
    ) {
    }
}

network! {
    struct Net: [1, 8, 8] => [10] {
        flatten: flatten,
        dense: linear(10),
        //~ `Twice` is not a layer | does not state its arrays by `const_cnn::arrays!`
        twice: Twice,
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
