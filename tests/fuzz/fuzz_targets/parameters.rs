//! Bytes as parameters: read as they are, or refused with nothing changed; at compile time's reader the same.
#![no_main]

use const_cnn::{LeBytes, Parameters, Zero, network};
use libfuzzer_sys::fuzz_target;

network! {
    #[derive(Debug, PartialEq)]
    struct Net: [1, 3, 3] => [2] {
        conv: conv2d(2, kernel 2),
        maps: mapwise_conv2d(1, kernel 2),
        flatten: flatten,
        dense: linear(2),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut net = Net::ZERO;
    let finite = bytes.as_chunks().0.iter().all(|four| f32::from_le_bytes(*four).is_finite());
    let fits = bytes.len() == Net::PARAMETER_BYTES && finite;
    assert_eq!(net.read_le(bytes).is_ok(), fits);
    if !fits {
        assert_eq!(net, Net::ZERO);
        return;
    }
    let mut written = [0; Net::PARAMETER_BYTES];
    net.write_le(&mut written).unwrap();
    assert_eq!(written, bytes);
    let numbers = net.arrays().flat_map(|(array, values)| array.iter(values));
    assert!(numbers.zip(bytes.as_chunks().0).all(|(number, four)| number.to_le_bytes() == *four));
    Net::from_le(&mut LeBytes::new(bytes)).write_le(&mut written).unwrap();
    assert_eq!(written, bytes);
    let mut source = String::new();
    const_cnn::write_source(&net, "NET", "Net", &mut source).unwrap();
    assert_eq!(source.lines().count(), 10);
});
