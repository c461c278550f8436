//! Image classification: ResNet-8, which is an example of its own.

#[path = "../../../resnet8/network.rs"]
mod resnet8;

use const_cnn::network;

pub use resnet8::ResNet8 as Ic;

network! {
    /// With the chances at its end.
    pub struct IcChances: [3, 32, 32] => [10] {
        net: Ic,
        softmax: softmax,
    }
}
