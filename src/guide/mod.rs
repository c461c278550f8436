//! A guide, in chapters, from a first network to a microcontroller. Every snippet in it is compiled and run.

/// Declares the chapters in the order in which they are read: one file each.
macro_rules! chapters {
    ($($chapter:ident)+) => {
        $(
            #[doc = include_str!(concat!(stringify!($chapter), ".md"))]
            pub mod $chapter {}
        )+
    };
}

chapters! {
    ch01_first_network
    ch02_shapes
    ch03_data
    ch04_training
    ch05_saving
    ch06_from_elsewhere
    ch07_microcontroller
    ch08_page
    ch09_your_own
    ch10_exactness
    ch11_cost
}
