//! The network, for the program that trains it and for the firmware.

use const_cnn::network;

/// What the network is for: as many as there are folders of photos.
pub const CLASSES: usize = 10;

network! {
    /// Tells what is on a photo. `[1, 32, 32]` is of grey ones, `[3, 64, 64]` of larger ones; the comments are what each line
    /// gives of `[3, 32, 32]`, as channels, height and width, and the compiler computes them anew.
    pub struct Photos: [3, 32, 32] => [CLASSES] {
        conv1: conv2d(12, kernel 3, stride 2, padding 1), // [12, 16, 16]
        norm1: batch_norm,
        relu1: relu,
        conv2: conv2d(16, kernel 3, padding 1), // [16, 16, 16]
        norm2: batch_norm,
        relu2: relu,
        pool2: max_pool2d(2), // [16, 8, 8]
        conv3: conv2d(24, kernel 3, stride 2, padding 1), // [24, 4, 4]
        norm3: batch_norm,
        relu3: relu,
        flatten: flatten, // [384]
        dropout: dropout(0.2),
        logits: linear(CLASSES), // [CLASSES]
    }
}
