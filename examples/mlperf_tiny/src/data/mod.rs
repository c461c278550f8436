//! The data, which the program makes.

pub mod hums;
pub mod people;
#[path = "../../../resnet8/shapes.rs"]
pub mod shapes;
pub mod sounds;
