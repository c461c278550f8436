//! Each pass of six networks, and each loss, in a function that is linked only if the optimiser has removed every panic
//! path from it.

use std::hint::black_box;

use const_cnn::{
    Augment, AvgPool2d, BinaryCrossEntropy, Context, Conv2d, CrossEntropy, Erase, ExpectedOf, F32x8, Flip, Huber,
    Image, Input, Int8, Int8Arena, L1, Layer, Loss, MaxPool2d, MeanSquaredError, MultiMargin, Noise, Optimizer, Output,
    Random, Sequence, Sgd, SoftTargetCrossEntropy, SoftmaxCrossEntropy, Vector, Warp, Window, Zero, network,
};
use no_panic::no_panic;

network! {
    /// The better network of the digits example.
    struct Small: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

network! {
    /// LeNet-5 as it is usually written today.
    struct LeNet: [1, 28, 28] => [10] {
        conv1: conv2d(6, kernel 5, padding 2),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 5),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense1: linear(120),
        relu3: relu,
        dense2: linear(84),
        relu4: relu,
        dense3: linear(10),
    }
}

network! {
    /// Windows that differ by axis and side; the first two convolutions are those of few channels.
    struct Windows: [1, 12, 16] => [4] {
        rows: Conv2d<Image<1, 12, 16>, Image<3, 11, 16>, Window<3, 4, 1, 1, 1, 1, 1, 0, 1, 2>>,
        scattered: Conv2d<Image<3, 11, 16>, Image<8, 6, 8>, Window<3, 5, 2, 2, 1, 1, 1, 2, 1, 2>>,
        max_pool: MaxPool2d<Image<8, 6, 8>, Image<8, 5, 4>, Window<2, 3, 1, 2, 1, 1, 0, 0, 0, 1>>,
        gaps: Conv2d<Image<8, 5, 4>, Image<20, 4, 4>, Window<2, 2, 1, 1, 2, 1, 1, 0, 0, 1>>,
        avg_pool: AvgPool2d<Image<20, 4, 4>, Image<20, 3, 2>, Window<2, 2, 1, 2, 1, 2, 0, 0, 1, 0>>,
        flatten: flatten,
        dense: linear(4),
    }
}

network! {
    /// Borders, sizes and pools, of images and sequences.
    struct Shapes: [3, 9, 8] => [8] {
        mirrored: pad2d((2, 1, 0, 3), reflect),
        repeated: pad2d((0, 11), replicate),
        zeros: pad2d(1),
        crop: crop((1, 2, 3, 0)),
        between: upsample((2, 3), bilinear),
        nearest: upsample((1, 2)),
        up: max_pool2d(4, stride 3, padding (1, 0), ceil),
        inside: avg_pool2d((3, 2), padding 1, ceil, no count),
        pools: concat { mean { mean: global_avg_pool }, max { max: global_max_pool } },
        hidden: linear(8),
    }
}

network! {
    /// Pools of a sequence.
    struct Line: [5, 31] => [5] {
        causal: max_pool1d(3, stride 1, padding (2, 0)),
        up: avg_pool1d(4, stride 3, padding same, no count),
        mean: global_avg_pool,
    }
}

network! {
    /// Functions of one value, normalisations of one image, and other orders of values.
    struct Functions: [4, 5, 6] => [8] {
        layer_norm: layer_norm,
        relu6: relu6,
        leaky_relu: leaky_relu(0.1),
        group_norm: group_norm(2),
        elu: elu,
        prelu: prelu,
        instance_norm: instance_norm,
        gelu: gelu,
        gelu_tanh: gelu_tanh,
        dropped: spatial_dropout(0.1),
        excited: gate { squeeze: global_avg_pool, excite: linear(4), sigmoid: sigmoid },
        sequence: reshape([6, 20]),
        silu: silu,
        tanh: tanh,
        norm: layer_norm(eps 1e-3),
        hard_swish: hard_swish,
        hard_sigmoid: hard_sigmoid,
        vector: reshape([120]),
        hidden: linear(8),
        softplus: softplus,
    }
}

/// The passes of the network `$net` over elements `$element`. The linker names those in which a panic path is left.
macro_rules! passes {
    ($run:ident: $net:ident, $element:ty, $infer:ident, $forward:ident, $backward:ident, $backward_to_input:ident) => {
        #[no_panic]
        fn $infer(
            net: &$net,
            x: &Input<$net, $element>,
            scratch: &mut <$net as Layer>::Scratch<$element>,
            y: &mut Output<$net, $element>,
        ) {
            net.infer(x, scratch, y);
        }

        #[no_panic]
        fn $forward(
            net: &$net,
            context: &Context,
            x: &Input<$net, $element>,
            tape: &mut <$net as Layer>::Tape<$element>,
            y: &mut Output<$net, $element>,
        ) {
            net.forward(context, x, tape, y);
        }

        #[no_panic]
        fn $backward(
            net: &$net,
            context: &Context,
            x: &Input<$net, $element>,
            tape: &mut <$net as Layer>::Tape<$element>,
            y: &Output<$net, $element>,
            dy: &Output<$net, $element>,
            gradient: &mut $net,
        ) {
            net.backward(context, x, tape, y, dy, gradient, None);
        }

        #[no_panic]
        fn $backward_to_input(
            net: &$net,
            context: &Context,
            x: &Input<$net, $element>,
            tape: &mut <$net as Layer>::Tape<$element>,
            dy: &Output<$net, $element>,
            gradient: &mut $net,
            dx: &mut Input<$net, $element>,
        ) {
            net.backward(context, x, tape, dy, dy, gradient, Some(dx));
        }

        fn $run() {
            let net = black_box(Box::new($net::ZERO));
            let context = black_box(Context { trains: true, ..Context::EVALUATION });
            let x = black_box(Box::new(Input::<$net, $element>::ZERO));
            let mut dx = x.clone();
            let mut tape = Box::new(<$net as Layer>::Tape::<$element>::ZERO);
            let mut gradient = Box::new($net::ZERO);
            let mut y = Output::<$net, $element>::ZERO;
            $infer(&net, &x, &mut Box::new(Zero::ZERO), &mut y);
            $forward(&net, &context, &x, &mut tape, &mut y);
            let dy = black_box(y);
            $backward(&net, &context, &x, &mut tape, &y, &dy, &mut gradient);
            $backward_to_input(&net, &context, &x, &mut tape, &dy, &mut gradient, &mut dx);
            black_box((y, gradient, dx));
        }
    };
}

passes!(small_one: Small, f32, small_f32_infer, small_f32_forward, small_f32_backward, small_f32_backward_dx);
passes!(small_eight: Small, F32x8, small_f32x8_infer, small_f32x8_forward, small_f32x8_backward, small_f32x8_backward_dx);
passes!(lenet_one: LeNet, f32, lenet_f32_infer, lenet_f32_forward, lenet_f32_backward, lenet_f32_backward_dx);
passes!(lenet_eight: LeNet, F32x8, lenet_f32x8_infer, lenet_f32x8_forward, lenet_f32x8_backward, lenet_f32x8_backward_dx);
passes!(windows_one: Windows, f32, windows_f32_infer, windows_f32_forward, windows_f32_backward, windows_f32_backward_dx);
passes!(windows_eight: Windows, F32x8, windows_f32x8_infer, windows_f32x8_forward, windows_f32x8_backward, windows_f32x8_backward_dx);
passes!(shapes_one: Shapes, f32, shapes_f32_infer, shapes_f32_forward, shapes_f32_backward, shapes_f32_backward_dx);
passes!(shapes_eight: Shapes, F32x8, shapes_f32x8_infer, shapes_f32x8_forward, shapes_f32x8_backward, shapes_f32x8_backward_dx);
passes!(line_one: Line, f32, line_f32_infer, line_f32_forward, line_f32_backward, line_f32_backward_dx);
passes!(line_eight: Line, F32x8, line_f32x8_infer, line_f32x8_forward, line_f32x8_backward, line_f32x8_backward_dx);
passes!(functions_one: Functions, f32, functions_f32_infer, functions_f32_forward, functions_f32_backward, functions_f32_backward_dx);
passes!(functions_eight: Functions, F32x8, functions_f32x8_infer, functions_f32x8_forward, functions_f32x8_backward, functions_f32x8_backward_dx);

network! {
    /// All that has an int8 form.
    struct Integers: [6, 9, 9] => [12] {
        relu: relu,
        conv: conv2d(8, kernel 3, dilation 2, padding 2, groups 2),
        block: residual { dw: depthwise_conv2d(kernel 3, padding 1), relu: relu6, pw: conv2d(8, kernel 1) },
        mean: avg_pool2d(3, stride 2, padding 1),
        sides: concat { itself {}, largest { pool: max_pool2d(3, stride 1, padding 1) } },
        pool: global_max_pool,
        shape: reshape([2, 2, 4]),
        flatten: flatten,
        dense: linear(12),
        softmax: softmax,
    }
}

/// Inference of the int8 form of the network `$net`.
macro_rules! int8 {
    ($run:ident: $net:ident, $infer:ident) => {
        #[no_panic]
        fn $infer(net: &Int8<$net>, arena: &mut Int8Arena<$net>, image: &[i8], y: &mut [i8]) {
            for (to, &from) in net.image_in(arena).iter_mut().zip(image) {
                *to = from;
            }
            for (to, &from) in y.iter_mut().zip(net.infer_in(arena)) {
                *to = from;
            }
        }

        fn $run() {
            let (net, image) = black_box((Box::new(Int8::<$net>::ZERO), [7; 486]));
            let (mut arena, mut y) = (Box::new(Int8::<$net>::arena()), [0; 12]);
            $infer(&net, &mut arena, &image, &mut y);
            black_box(y);
        }
    };
}

int8!(small_int8: Small, small_int8_infer);
int8!(integers_int8: Integers, integers_int8_infer);

macro_rules! step {
    ($run:ident: $net:ident, $step:ident) => {
        #[no_panic]
        fn $step(sgd: &Sgd, velocity: &mut [$net; 1], net: &mut $net, gradient: &$net) {
            _ = sgd.step(0, velocity, net, gradient);
        }

        fn $run() {
            let [mut net, gradient] = black_box([const { $net::ZERO }; 2].map(Box::new));
            let mut velocity = black_box(Box::new([$net::ZERO]));
            if let Ok(sgd) = Sgd::new(0.1, 0.9) {
                $step(&sgd, &mut velocity, &mut net, &gradient);
            }
            black_box((net, velocity));
        }
    };
}

step!(small: Small, small_step);
step!(lenet: LeNet, lenet_step);

type Picture = Image<3, 9, 8>;
type Sound = Sequence<2, 40>;

#[no_panic]
fn augment_image(warp: &Warp, flip: &Flip, erase: &Erase, random: &mut Random, image: &mut Input<Shapes, f32>) {
    Augment::<Picture>::augment(warp, random, image);
    Augment::<Picture>::augment(flip, random, image);
    Augment::<Picture>::augment(erase, random, image);
    Augment::<Picture>::augment(&Noise(0.1), random, image);
}

#[no_panic]
fn augment_sequence(warp: &Warp, flip: &Flip, erase: &Erase, random: &mut Random, sound: &mut [[f32; 2]; 40]) {
    Augment::<Sound>::augment(warp, random, sound);
    Augment::<Sound>::augment(flip, random, sound);
    Augment::<Sound>::augment(erase, random, sound);
}

fn augmented() {
    let warp = black_box(Warp::NONE.shift(1.0).rotate(9.0));
    let (flip, erase) = (black_box(Flip::horizontally(0.5)), black_box(Erase::new(0.5, 0.5)));
    let (mut random, mut image, mut sound) = black_box((Random::new(1, 2, 3), Zero::ZERO, [[1.0; 2]; 40]));
    augment_image(&warp, &flip, &erase, &mut random, &mut image);
    augment_sequence(&warp, &flip, &erase, &mut random, &mut sound);
    black_box((image, sound));
}

/// The loss `$loss` of ten values, whatever the labels are.
macro_rules! losses {
    ($($run:ident: $loss:ty, $one:ident, $eight:ident;)+) => {
        $(
            #[no_panic]
            fn $one(loss: &$loss, y: &[f32; 10], of: &ExpectedOf<$loss, Vector<10>, f32>, dy: &mut [f32; 10]) -> f32 {
                Loss::<Vector<10>>::loss(loss, y, of, dy)
            }

            #[no_panic]
            fn $eight(
                loss: &$loss,
                y: &[F32x8; 10],
                of: &ExpectedOf<$loss, Vector<10>, F32x8>,
                dy: &mut [F32x8; 10],
            ) -> F32x8 {
                Loss::<Vector<10>>::loss(loss, y, of, dy)
            }

            fn $run() {
                let loss = black_box(<$loss>::ZERO);
                let ((y, of), mut dy) = black_box(Zero::ZERO);
                black_box(($one(&loss, &y, &of, &mut dy), dy));
                let ((y, of), mut dy) = black_box(Zero::ZERO);
                black_box(($eight(&loss, &y, &of, &mut dy), dy));
            }
        )+
    };
}

losses! {
    softmax: SoftmaxCrossEntropy, softmax_one, softmax_eight;
    settings: CrossEntropy<10>, settings_one, settings_eight;
    soft: SoftTargetCrossEntropy, soft_one, soft_eight;
    binary: BinaryCrossEntropy, binary_one, binary_eight;
    squares: MeanSquaredError, squares_one, squares_eight;
    l1: L1, l1_one, l1_eight;
    huber: Huber, huber_one, huber_eight;
    hinge: MultiMargin, hinge_one, hinge_eight;
}

/// Can panic: with it the program must not link, or the proof would prove nothing.
#[cfg(feature = "control")]
#[no_panic]
fn control(values: &[f32], index: usize) -> f32 {
    values[index]
}

fn main() {
    #[cfg(feature = "control")]
    println!("{}", control(&[1.0], std::env::args().count()));
    small_one();
    small_eight();
    lenet_one();
    lenet_eight();
    windows_one();
    windows_eight();
    shapes_one();
    shapes_eight();
    line_one();
    line_eight();
    functions_one();
    functions_eight();
    small_int8();
    integers_int8();
    small();
    lenet();
    softmax();
    settings();
    soft();
    binary();
    squares();
    l1();
    huber();
    hinge();
    augmented();
    println!("no pass of these networks can panic, and no change of an image");
}
