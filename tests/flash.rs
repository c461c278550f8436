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

network! {
    struct Wide: [299] => [1000] {
        dense: linear(1000),
    }
}

network! {
    struct Deep: [65, 3, 3] => [515, 1, 1] {
        conv: conv2d(515, kernel 3),
    }
}

/// Bytes of finite numbers, no two alike.
const fn numbers<const BYTES: usize>() -> [u8; BYTES] {
    let (mut bytes, mut n) = ([0; BYTES], 0);
    let fours = bytes.as_chunks_mut().0;
    // from 1 on, in steps of the last bit: different exponents are not needed to see a number out of place
    let one = 1.0f32.to_bits();
    while n < BYTES / 4 {
        let number = one + n as u32;
        fours[n] = [number as u8, (number >> 8) as u8, (number >> 16) as u8, (number >> 24) as u8];
        n += 1;
    }
    bytes
}

static EVERY_BYTES: [u8; Every::PARAMETER_BYTES] = numbers();
static EVERY: Every = Every::from_le_bytes(&EVERY_BYTES);

static LENET_BYTES: [u8; LeNet::PARAMETER_BYTES] = numbers();
static LENET: LeNet = LeNet::from_le_bytes(&LENET_BYTES);

// more numbers than the compiler puts up with (`long_running_const_eval`) where each takes more than six calls and turns
static WIDE_BYTES: [u8; Wide::PARAMETER_BYTES] = numbers();
static WIDE: Wide = Wide::from_le_bytes(&WIDE_BYTES);

static DEEP_BYTES: [u8; Deep::PARAMETER_BYTES] = numbers();
static DEEP: Deep = Deep::from_le_bytes(&DEEP_BYTES);

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
    round_trip(&WIDE, &WIDE_BYTES);
    round_trip(&DEEP, &DEEP_BYTES);
    assert_eq!([Wide::PARAMETERS, Deep::PARAMETERS], [300_000, 301_790]);
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
