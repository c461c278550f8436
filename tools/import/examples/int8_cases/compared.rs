//! Runs an imported network on cases that others have computed, and counts what differs.

#![allow(long_running_const_eval)]
#![recursion_limit = "512"]

use std::path::PathBuf;
use std::process::ExitCode;

use const_cnn::Int8;

include!("Net.rs");

static NET: Int8<Net> = Int8::<Net>::from_le_bytes(include_bytes!("Net.bin"));

/// Tensors: what each is called, how many images it has, and the values of each.
struct Case<'a> {
    name: &'a str,
    images: Vec<Vec<i8>>,
}

fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder"));
    let list = std::fs::read_to_string(folder.join("cases.txt")).expect("the list of cases");
    let values: Vec<i8> =
        std::fs::read(folder.join("cases.bin")).expect("the cases").into_iter().map(|byte| byte as i8).collect();
    let mut rest = &values[..];
    let cases: Vec<Case> = list
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [name, count, len] = words[..] else { panic!("{line}") };
            let (count, len): (usize, usize) = (count.parse().expect("a count"), len.parse().expect("a length"));
            let (own, others) = rest.split_at(count * len);
            rest = others;
            Case { name, images: own.chunks(len).map(<[i8]>::to_vec).collect() }
        })
        .collect();
    let [input, output, layers @ ..] = &cases[..] else { panic!("no cases") };

    let mut arena = Box::new(Int8::<Net>::arena());
    let (mut compared, mut differ) = (0, 0);
    for (n, image) in input.images.iter().enumerate() {
        let place = NET.image_in(&mut arena);
        assert_eq!(place.len(), image.len(), "the values of an input");
        place.copy_from_slice(image);
        let mut steps: Vec<(String, Vec<i8>)> = Vec::new();
        NET.activations(&mut arena, |path, _, values| steps.push((path.join("."), values.to_vec())));
        for layer in layers.iter().filter(|layer| n < layer.images.len()) {
            let expected = &layer.images[n];
            compared += expected.len();
            // the step of as many values that is nearest: names are the file's, and sums come after both ways
            let far = |values: &Vec<i8>| values.iter().zip(expected).filter(|(a, b)| a != b).count();
            let of_size = steps.iter().filter(|(_, values)| values.len() == expected.len());
            let nearest = of_size.map(|(name, values)| (far(values), name)).min();
            match nearest {
                Some((0, _)) => (),
                Some((count, name)) => {
                    differ += count;
                    println!("{}, image {n}: {count} of {} values differ from `{name}`", layer.name, expected.len());
                }
                None => {
                    differ += expected.len();
                    println!("{}, image {n}: no step gives {} values", layer.name, expected.len());
                }
            }
        }
        NET.image_in(&mut arena).copy_from_slice(image);
        let (given, expected) = (NET.infer_in(&mut arena), &output.images[n]);
        assert_eq!(given.len(), expected.len(), "the values of an output");
        let count = given.iter().zip(expected).filter(|(a, b)| a != b).count();
        if count > 0 {
            println!("output, image {n}: {count} of {} values differ", expected.len());
        }
        (compared, differ) = (compared + expected.len(), differ + count);
    }
    println!("{} images, {compared} values compared, {differ} differ", input.images.len());
    ExitCode::from(u8::from(differ > 0))
}
