use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Parser;
use const_cnn::{Trainer, Zero};
use flate2::{Compression, write::GzEncoder};

use crate::idx::{IdxError, Images, Part, SIDE};
use crate::{Options, Reader};

/// A folder of a test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("const-cnn-mnist-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn idx(magic: u32, sizes: &[u32], bytes: &[u8]) -> Vec<u8> {
    let header = [magic].into_iter().chain(sizes.iter().copied()).flat_map(u32::to_be_bytes);
    header.chain(bytes.iter().copied()).collect()
}

fn pixels(count: usize) -> Vec<u8> {
    (0..count * SIDE * SIDE).map(|n| (n * 31 % 256) as u8).collect()
}

fn images(count: usize) -> Vec<u8> {
    idx(0x803, &[count as u32, 28, 28], &pixels(count))
}

fn labels(labels: &[u8]) -> Vec<u8> {
    idx(0x801, &[labels.len() as u32], labels)
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn files_of_any_of_the_names_are_read() {
    for (set, part, name, point, packed) in [
        ("", Part::Train, "train", '-', false),
        ("", Part::Train, "train", '-', true),
        ("", Part::Test, "t10k", '.', false),
        ("", Part::Test, "t10k", '.', true),
        ("emnist-letters", Part::Train, "emnist-letters-train", '-', true),
        ("emnist-letters", Part::Test, "emnist-letters-test", '-', false),
    ] {
        let folder = Folder::new("names");
        let write = |kind: &str, bytes: Vec<u8>| {
            let name = format!("{name}-{}", kind.replacen('-', &point.to_string(), 1));
            if packed { folder.write(&(name + ".gz"), &gzipped(&bytes)) } else { folder.write(&name, &bytes) }
        };
        write("images-idx3-ubyte", images(3));
        write("labels-idx1-ubyte", labels(&[7, 0, 9]));
        let read = Images::load(&folder.0, set, part, 10).unwrap();
        assert_eq!((read.pixels, read.labels), (pixels(3), vec![7, 0, 9]), "{name} {point} {packed}");
    }
}

/// What is said of these two files.
fn refused(images: &[u8], labels: &[u8]) -> [IdxError; 2] {
    let folder = Folder::new("refused");
    [false, true].map(|packed| {
        let write = |name: &str, bytes: &[u8]| {
            folder.write(name, &if packed { gzipped(bytes) } else { bytes.to_vec() });
        };
        write("train-images-idx3-ubyte", images);
        write("train-labels-idx1-ubyte", labels);
        Images::load(&folder.0, "", Part::Train, 10).unwrap_err()
    })
}

#[test]
fn a_wrong_magic_number_is_refused() {
    // images for labels, a text, and numbers of four bytes
    for (bytes, magic) in
        [(labels(&[1, 2]), 0x801), (b"<html> not a file".to_vec(), 0x3c68_746d), (idx(0xd03, &[1, 28, 28], &[]), 0xd03)]
    {
        for error in refused(&bytes, &labels(&[1])) {
            assert!(matches!(error, IdxError::Magic { expected: 0x803, found, .. } if found == magic), "{error}");
        }
    }
    for error in refused(&images(1), &images(1)) {
        assert!(matches!(error, IdxError::Magic { expected: 0x801, found: 0x803, .. }), "{error}");
        assert!(error.to_string().ends_with("expected the magic number 0x00000801, found 0x00000803"), "{error}");
    }
}

#[test]
fn a_file_that_is_cut_or_too_long_is_refused() {
    let whole = images(2);
    for len in [0, 1, 3, 4, 15, 16, 17, whole.len() - 1] {
        for error in refused(&whole[..len], &labels(&[1, 2])) {
            // a file without a whole header does not say how long it should be
            let expected = if len < 16 { 16 } else { whole.len() as u64 };
            assert!(
                matches!(error, IdxError::Length { expected: e, found, .. } if (e, found) == (expected, len as u64)),
                "{len}: {error}"
            );
        }
    }
    for error in refused(&[&whole[..], &[0; 9]].concat(), &labels(&[1, 2])) {
        assert!(matches!(error, IdxError::Length { expected, found, .. } if found == expected + 1), "{error}");
    }
    for error in refused(&whole, &labels(&[1, 2])[..9]) {
        assert!(matches!(error, IdxError::Length { expected: 10, found: 9, .. }), "{error}");
    }
    // sizes of which no memory could hold the product
    for error in refused(&idx(0x803, &[u32::MAX, 28, 28], &[0; 100]), &labels(&[1])) {
        assert!(matches!(error, IdxError::Length { found: 116, .. }), "{error}");
    }
    // a packed file that is cut itself
    let folder = Folder::new("cut");
    let packed = gzipped(&whole);
    folder.write("train-images-idx3-ubyte.gz", &packed[..packed.len() / 2]);
    let error = Images::load(&folder.0, "", Part::Train, 10).unwrap_err();
    assert!(matches!(error, IdxError::Length { expected, found, .. } if found < expected), "{error}");
}

#[test]
fn counts_sizes_and_labels_that_do_not_fit_are_refused() {
    for error in refused(&images(3), &labels(&[1, 2])) {
        assert!(matches!(error, IdxError::Counts { images: 3, labels: 2, .. }), "{error}");
    }
    for error in refused(&idx(0x803, &[1, 32, 28], &[0; 32 * 28]), &labels(&[1])) {
        assert!(matches!(error, IdxError::Size { rows: 32, columns: 28, .. }), "{error}");
    }
    for error in refused(&images(3), &labels(&[9, 10, 255])) {
        assert!(matches!(error, IdxError::Label { index: 1, classes: 10, found: 10, .. }), "{error}");
        assert!(error.to_string().ends_with("expected a label below 10, found 10 at index 1"), "{error}");
    }
    let folder = Folder::new("none");
    let error = Images::load(&folder.0, "", Part::Test, 10).unwrap_err();
    assert!(matches!(&error, IdxError::Missing { name, .. } if name == "t10k-images-idx3-ubyte"), "{error}");
    fs::create_dir(folder.0.join("t10k-images-idx3-ubyte")).unwrap();
    let error = Images::load(&folder.0, "", Part::Test, 10).unwrap_err();
    assert!(matches!(error, IdxError::Io { .. }), "{error}");
}

/// From files to a network and its checkpoint, from which a run goes on. What it learns takes too long without optimisation.
#[test]
fn a_network_is_trained_on_the_files() {
    let folder = Folder::new("trained");
    for (part, count) in [("train", 16), ("t10k", 8)] {
        folder.write(&format!("{part}-images-idx3-ubyte"), &images(count));
        let digits: Vec<u8> = (0..count).map(|n| (n % 10) as u8).collect();
        folder.write(&format!("{part}-labels-idx1-ubyte.gz"), &gzipped(&labels(&digits)));
    }
    let checkpoint = folder.0.join("checkpoint");
    let train = || {
        let [dir, checkpoint] = [&folder.0, &checkpoint].map(|path| path.to_str().unwrap());
        let options = ["mnist", dir, "--epochs", "2", "--checkpoint", checkpoint];
        crate::run(&Options::try_parse_from(options).unwrap()).unwrap()
    };
    let accuracy = train();
    let (mut net, mut trainer) = (Reader::<10>::boxed(), Trainer::<Reader<10>>::boxed());
    assert_eq!(trainer.load(&mut net, &checkpoint).unwrap(), 0);
    assert_eq!((trainer.epochs, trainer.steps), (2, 2));
    // all epochs have been trained: what was learned is there, and nothing is left to do
    let before = fs::read(&checkpoint).unwrap();
    assert_eq!(train(), accuracy);
    assert_eq!(fs::read(&checkpoint).unwrap(), before);
}
