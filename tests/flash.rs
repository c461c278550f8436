//! Trained networks as constants, bit for bit: parameters read from bytes at compile time, and written as Rust source.

use const_cnn::{Parameters, Zero, network, write_source};

network! {
    struct Every: [1, 6, 5] => [3] {
        conv: conv2d(2, kernel 3, padding 1),
        mapwise: mapwise_conv2d(2, kernel 2),
        relu: relu,
        max: max_pool2d(2),
        avg: avg_pool2d(1),
        flatten: flatten,
        inner: Inner,
    }
}

network! {
    struct Inner: [16] => [3] {
        dense: linear(3),
    }
}

network! {
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

/// Bytes of finite numbers, no two alike.
const fn numbers<const BYTES: usize>() -> [u8; BYTES] {
    let (mut bytes, mut n) = ([0; BYTES], 0);
    while n < BYTES / 4 {
        // from 1 on, in steps of the last bit: different exponents are not needed to see a number out of place
        let number = (1.0f32.to_bits() + n as u32).to_le_bytes();
        let mut b = 0;
        while b < 4 {
            bytes[4 * n + b] = number[b];
            b += 1;
        }
        n += 1;
    }
    bytes
}

static EVERY_BYTES: [u8; Every::PARAMETER_BYTES] = numbers();
static EVERY: Every = Every::from_le_bytes(&EVERY_BYTES);

static LENET_BYTES: [u8; LeNet::PARAMETER_BYTES] = numbers();
static LENET: LeNet = LeNet::from_le_bytes(&LENET_BYTES);

/// What `net` writes is `bytes`, and a network that reads them holds the same numbers in memory.
fn round_trip<N: Parameters>(net: &N, bytes: &[u8]) {
    let mut written = vec![0; bytes.len()];
    net.write_le(&mut written).unwrap();
    assert_eq!(written, bytes);
    let mut read = Box::new(N::ZERO);
    read.read_le(bytes).unwrap();
    for index in 0..N::ARRAYS.len() {
        assert_eq!(read.values(index), net.values(index));
    }
}

#[test]
fn constants_hold_what_their_bytes_say() {
    round_trip(&EVERY, &EVERY_BYTES);
    round_trip(&LENET, &LENET_BYTES);
    assert_eq!(LeNet::PARAMETERS, 61_706);
}

#[test]
fn a_network_is_zero_before_it_is_read() {
    assert!(Inner::ZERO.dense.weight.as_flattened().iter().all(|&weight| weight == 0.0));
}

/// What `write_source` writes of `EVERY`, compiled: the file is what it writes, and is that network.
mod source {
    use super::Every;

    include!("data/every.rs");
}

#[test]
fn source_is_the_network() {
    let mut written = String::new();
    write_source(&EVERY, "EVERY", "Every", &mut written).unwrap();
    assert_eq!(written, include_str!("data/every.rs"));
    round_trip(&source::EVERY, &EVERY_BYTES);
}
