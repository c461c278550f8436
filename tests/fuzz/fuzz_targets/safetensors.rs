//! Bytes as a safetensors file, and as the header of one: read, or refused with nothing changed; what is read, is written and
//! read again as the same.
#![no_main]

use const_cnn::{BatchNorm, Linear, Names, Parameters, Safetensors, Vector, network};
use libfuzzer_sys::fuzz_target;

network! {
    #[derive(Debug, PartialEq)]
    struct Net: [1, 2, 2] => [1] {
        a: conv2d(2, kernel 2, no bias),
        n: batch_norm,
        f: flatten,
        d: linear(1),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let header = [&(bytes.len() as u64).to_le_bytes(), bytes, &[0x3c; 8]].concat();
    for bytes in [bytes, &header, &header[..header.len() - 8]] {
        check::<Net>(bytes);
        check::<Linear<1, 1>>(bytes);
        check::<BatchNorm<Vector<1>>>(bytes);
    }
});

fn check<P: Parameters + PartialEq + core::fmt::Debug>(bytes: &[u8]) {
    for names in [Names::PYTORCH, Names::SEQUENTIAL.passing_over(&["x", "bias"])] {
        let mut net = P::ZERO;
        if let Err(error) = net.read_safetensors(bytes, &names) {
            assert_eq!(net, P::ZERO);
            assert!(error.to_string().starts_with("expected"));
            continue;
        }
        assert!(net.is_finite());
        let (mut written, mut back) = (vec![0; P::safetensors_bytes(&names).unwrap()], P::ZERO);
        assert_eq!(net.write_safetensors(&mut written, &names), Ok(written.len()));
        back.read_safetensors(&written, &names).unwrap();
        assert_eq!(back, net);
    }
}
