//! A layer of your own, in a network beside the others, and its gradient check.

use const_cnn::{Context, Elem, Layer, Vector, arrays, network, worst_gradient};

/// PReLU: y = x where x > 0, slope · x elsewhere. For g = ∂L/∂y, where x ≤ 0: ∂L/∂slope = Σ g · x, ∂L/∂x = g · slope.
struct PRelu<const N: usize> {
    slope: [f32; 1],
}

impl<const N: usize> Layer for PRelu<N> {
    type Input = Vector<N>;
    type Output = Vector<N>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &[V; N], _: &mut (), y: &mut [V; N]) {
        for n in 0..N {
            y[n] = V::apply([x[n]], |[x]| if x > 0.0 { x } else { self.slope[0] * x });
        }
    }

    #[rustfmt::skip]
    fn backward<V: Elem>(
        &self, _: &Context, x: &[V; N], _: &mut (), _y: &[V; N], dy: &[V; N], gradient: &mut Self,
        dx: Option<&mut [V; N]>,
    ) {
        let (mut d_slope, mut ignored) = (V::ZERO, [V::ZERO; N]);
        let dx = dx.unwrap_or(&mut ignored);
        for n in 0..N {
            d_slope += V::apply([x[n], dy[n]], |[x, g]| if x > 0.0 { 0.0 } else { g * x });
            dx[n] = V::apply([x[n], dy[n]], |[x, g]| if x > 0.0 { g } else { g * self.slope[0] });
        }
        d_slope.accumulate(&mut gradient.slope[0]);
    }
}

arrays! {
    impl[const N: usize] PRelu<N> {
        slope: [1],
    }
}

network! {
    struct Net: [4] => [3] {
        hidden: linear(8),
        prelu: PRelu<8>,
        logits: linear(3),
    }
}

fn main() {
    let mut prelu = PRelu { slope: [0.25] };
    let worst = worst_gradient(&mut prelu, &mut [0.3, -1.1, 2.7, -0.2], &[1.3, 0.7, -1.9, 0.4], 1.0 / 64.0);
    println!("{}\n\nThe gradient check's largest error: {} ({worst})", Net::table(), worst.error());
    assert!(worst.error() < 1e-3);
}
