//! Numbers as images and vectors: read in their order, or refused with nothing changed.
#![no_main]

use const_cnn::{Error, Image, Nested, Shape, Vector};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let values: Vec<f32> = bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    read::<Image<2, 2, 3>>(&values);
    read::<Image<1, 4, 1>>(&values);
    read::<Image<5, 1, 1>>(&values);
    read::<Vector<8>>(&values);
});

fn read<X: Shape>(values: &[f32]) {
    let before = X::from_slice(&vec![7.0; X::LEN]).unwrap();
    let mut to = before;
    match X::read(values, &mut to) {
        Ok(()) => {
            assert!(values.iter().all(|value| value.is_finite()));
            let read: Vec<u32> = X::LAYOUT.iter(to.flat()).map(f32::to_bits).collect();
            assert!(values.iter().map(|value| value.to_bits()).eq(read));
            return;
        }
        Err(Error::Length { expected, found }) => {
            assert!(expected == X::LEN && found == values.len() && found != expected);
        }
        Err(Error::NotFinite { index, value }) => {
            assert!(!value.is_finite() && value.to_bits() == values[index].to_bits());
        }
        Err(error) => panic!("{error}"),
    }
    assert!(to.flat() == before.flat());
}
