//! Image classification: ResNet-8, which is an example of its own.

#[path = "../../../resnet8/network.rs"]
mod resnet8;

pub use resnet8::ResNet8 as Ic;
