// Exported and imported, it is this text again.

use const_cnn::*; // the types of layers

const CHANNELS: usize = 4;
const CLASSES: usize = 5;
const EPS: f32 = 0.002;
const KEEP: f32 = 0.75;
const KERNEL: usize = 3;
const SIDE: usize = 8;
const SLOPE: f32 = 0.2;

const_cnn::network! {
    pub struct Größe: [CHANNELS, SIDE, SIDE] => [CHANNELS, 8, 8] {
        norm: batch_norm(momentum 0.12345678, eps EPS), // [4, 8, 8]
        r#type: LeakyRelu<Image<4, 8, { SIDE }>, { SLOPE.to_bits() }>, // [4, 8, 8]
    }
}

const_cnn::network! {
    pub struct Spelled: [3, SIDE, SIDE] => [CLASSES,] {
        r#match: conv2d(CHANNELS, padding (KERNEL - 1) / 2, kernel KERNEL), // [4, 8, 8]
        größe: Größe, // [4, 8, 8]
        __x: residual {
            a_name_that_is_much_longer_than_most_names_are_and_than_what_is_cut_from_other_files: Größe, // [4, 8, 8]
            relu: Relu<Image<CHANNELS, SIDE, 8>>, // [4, 8, 8]
        } shortcut {
            shortcut: const_cnn::Identity<const_cnn::Image<4, 8, 8>>, // [4, 8, 8]
        }, // [4, 8, 8]
        parts: concat {
            r#in {
                drop: spatial_dropout(1.0 - KEEP), // [4, 8, 8]
                pad: pad2d((0x0, 0, 1_0 / 20, 0), zero,), // [4, 8, 8]
            },
            é {},
        }, // [8, 8, 8]
        conv: Conv2d<Image<8, 8, 8>, Image<4, 4, 4>, Square<3, 2, 1>, Unbiased, Grouped<2>>, // [4, 4, 4]
        pool: max_pool2d(2, stride (2, 2), ceil), // [4, 2, 2]
        pool2: GlobalAvgPool<Image<4, 2, 2>>, // [4]
        pool3: const_cnn::GlobalMaxPool<const_cnn::Vector<4>>, // [4]
        hidden: linear(KERNEL * 4usize, no bias,), // [12]
        logits: linear(CLASSES), // [5]
    }
}
