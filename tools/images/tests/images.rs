//! Files become what a network takes, and what is wrong with them is said.

#[path = "../../../examples/digits/data.rs"]
#[expect(dead_code, reason = "the digits are not split")]
mod data;
#[path = "../../../examples/digits/networks.rs"]
mod networks;

use std::fs;
use std::path::Path;

use const_cnn::{Data, Nested, Parameters, Sgd, Trainer, Zero, argmax, network};
use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageBuffer, Luma, Rgb, RgbImage, Rgba};
use images::{Error, Folder, digit, read, read_bytes};

network! {
    pub struct Colours: [3, 2, 2] => [2] { flatten: flatten, logits: linear(2) }
}

network! {
    pub struct Grey: [1, 1, 2] => [2] { flatten: flatten, logits: linear(2) }
}

network! {
    pub struct Row: [4] => [2] { logits: linear(2) }
}

fn filled(path: &Path, size: (u32, u32), colour: [u8; 3]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    RgbImage::from_pixel(size.0, size.1, Rgb(colour)).save(path).unwrap();
}

#[test]
fn a_file_of_any_size_is_what_the_network_takes() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    // left red, right blue
    let halves = RgbImage::from_fn(10, 6, |x, _| Rgb(if x < 5 { [255, 0, 0] } else { [0, 0, 255] }));
    halves.save(file("a.png")).unwrap();
    let mut found = read::<Colours>(file("a.png")).unwrap();
    // what stands at the seam is a little of both
    found.flat_mut().iter_mut().for_each(|value| *value = (2.0 * *value).round() / 2.0);
    assert_eq!(found, [[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]; 2]);
    // what is transparent is white; half of black is grey
    let clear = ImageBuffer::from_fn(2, 2, |x, _| Rgba([0_u8, 0, 0, if x == 0 { 0 } else { 128 }]));
    clear.save(file("b.png")).unwrap();
    assert_eq!(read_bytes::<Colours>(file("b.png")).unwrap(), [255, 255, 255, 127, 127, 127].repeat(2));
    // 16 bits, and one channel
    ImageBuffer::from_fn(2, 1, |x, _| Luma([65_535_u16 * x as u16])).save(file("c.png")).unwrap();
    assert_eq!(read::<Grey>(file("c.png")).unwrap(), [[[0.0], [1.0]]]);
    filled(&file("d.jpg"), (37, 23), [250, 250, 250]);
    assert!(read_bytes::<Grey>(file("d.jpg")).unwrap().iter().all(|&value| value > 240));
}

#[test]
fn a_folder_is_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    for n in 0..6 {
        filled(&file(&format!("dark/{n}.png")), (5 + n, 9), [10 * n as u8; 3]);
        filled(&file(&format!("light/{n}.JPG")), (9, 5 + n), [255 - 10 * n as u8; 3]);
    }
    // what is no image, is hidden, or lies beside the folders, is left alone
    fs::write(file("dark/notes.txt"), "none").unwrap();
    fs::write(file("dark/.hidden.png"), "none").unwrap();
    fs::write(file("readme.png"), "none").unwrap();
    fs::create_dir(file(".git")).unwrap();

    let photos = Folder::<Colours>::read(folder.path()).unwrap();
    assert_eq!(photos.classes, ["dark", "light"]);
    assert_eq!(photos.labels, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    assert!(photos.files[7].ends_with("light/1.JPG"));
    let data = photos.data().unwrap();
    assert_eq!(data.get(1).unwrap(), ([[[10.0 / 255.0; 3]; 2]; 2], 0));
    let (mut net, mut trainer) = (Colours::ZERO, Trainer::<Colours>::boxed());
    trainer.fit(&mut net, &Sgd::new(0.1, 0.9).unwrap(), &data, 50, 4).run().unwrap();
    assert_eq!(trainer.evaluate(&net, &data).unwrap().accuracy(), 1.0);
}

#[test]
fn what_is_wrong_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let said = |result: Result<Folder<Colours>, Error>| result.err().unwrap().to_string();
    assert!(said(Folder::read(file("none"))).contains("none"));
    assert!(said(Folder::read(folder.path())).ends_with("expected a folder for each of 2 classes, found 0"));
    for class in ["ape", "bee", "cat"] {
        filled(&file(&format!("{class}/1.png")), (4, 4), [0; 3]);
    }
    let error = said(Folder::read(folder.path()));
    assert!(error.ends_with("of 2 classes, found 3 (ape, bee, cat): a network of these gives [3]"), "{error}");
    fs::remove_dir_all(file("cat")).unwrap();
    fs::write(file("ape/2.png"), "not a png").unwrap();
    assert!(
        matches!(Folder::<Colours>::read(folder.path()), Err(Error::Image { path, .. }) if path == file("ape/2.png"))
    );
    // all that is wrong is told, not the first alone
    fs::write(file("bee/0.jpg"), "").unwrap();
    let error = said(Folder::read(folder.path()));
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines.len(), 3, "{error}");
    assert!(
        lines[0].starts_with("2 things") && lines[1].contains("2.png: ") && lines[2].contains("0.jpg: "),
        "{error}"
    );
    fs::remove_file(file("bee/0.jpg")).unwrap();
    fs::remove_file(file("ape/2.png")).unwrap();
    fs::remove_file(file("bee/1.png")).unwrap();
    assert!(matches!(Folder::<Colours>::read(folder.path()), Err(Error::NoImage { path }) if path == file("bee")));

    let whole = fs::read(file("ape/1.png")).unwrap();
    fs::write(file("cut.png"), &whole[..whole.len() - 20]).unwrap();
    assert!(matches!(read::<Colours>(file("cut.png")), Err(Error::Image { .. })));
    assert!(matches!(read::<Colours>(file("none.png")), Err(Error::File { .. })));
    assert!(matches!(read::<Row>(file("ape/1.png")), Err(Error::Input { found: [4] })));
    assert!(matches!(digit(file("ape/1.png")), Err(Error::Blank { .. })));
}

#[test]
fn some_of_each_class_are_held_out_or_it_is_said_how_many_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    for n in 0..5 {
        filled(&file(&format!("ape/{n}.png")), (4, 4), [0; 3]);
        filled(&file(&format!("bee/{n}.png")), (4, 4), [0; 3]);
    }
    let (train, held_out) = Folder::<Colours>::read(folder.path()).unwrap().split(0.2, 1).unwrap();
    assert_eq!((train.len(), held_out.len()), (8, 2));
    assert!(held_out[0] < 5 && held_out[1] >= 5);
    // of 3 images a fifth is one, of 2 none; nine tenths of 4 are all
    for n in 2..5 {
        fs::remove_file(file(&format!("bee/{n}.png"))).unwrap();
    }
    let photos = Folder::<Colours>::read(folder.path()).unwrap();
    let error = photos.split(0.2, 1).unwrap_err();
    assert!(matches!(&error, Error::Few { path, expected: 3, found: 2 } if *path == file("bee")), "{error}");
    let error = photos.split(0.1, 1).unwrap_err().to_string();
    assert_eq!(error.matches("expected at least 5 images").count(), 1, "{error}");
    let error = photos.split(0.9, 1).unwrap_err().to_string();
    assert!(error.starts_with("2 things") && error.matches("at least 6 images").count() == 2, "{error}");
    assert_eq!(photos.split(0.0, 1).unwrap().0.len(), 7);
    assert!(matches!(photos.split(1.5, 1), Err(Error::Data(_))));
}

#[test]
fn digits_are_scaled_as_the_data_were() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digit.png");
    let mut net = networks::Small::ZERO;
    net.read_le(include_bytes!("../../../examples/web/assets/small.bin")).unwrap();
    let digits = data::Digits::load().unwrap();
    let reads = |path: &Path| argmax(&net.predict(&networks::Small::image(&digit(path).unwrap()).unwrap()));
    let (mut right, count) = (0, 150);
    for (n, (image, &label)) in digits.images.iter().zip(&digits.labels).take(count).enumerate() {
        // drawn large and somewhere, every other one light on dark
        let pixels = image.flat().iter().map(|pixel| (255.0 * pixel).round() as u8).collect();
        let large = resize(&GrayImage::from_raw(8, 8, pixels).unwrap(), 60, 60, FilterType::CatmullRom);
        let mut paper = GrayImage::new(140, 100);
        image::imageops::overlay(&mut paper, &large, n as i64 % 70 + 5, n as i64 % 30 + 5);
        if n.is_multiple_of(2) {
            image::imageops::invert(&mut paper);
        }
        paper.save(&path).unwrap();
        right += usize::from(reads(&path) == label);
    }
    assert!(right * 100 >= count * 90, "{right} of {count}");

    // a thin line, and a thick one, are the same 1
    let line = |width: u32| {
        let is_ink = |x, y: u32| (100_u32..100 + width).contains(&x) && (20..180).contains(&y);
        GrayImage::from_fn(200, 200, |x, y| Luma([if is_ink(x, y) { 0 } else { 255 }])).save(&path).unwrap();
        digit(&path).unwrap()
    };
    assert_eq!(line(3).iter().sum::<f32>(), 312.0 / 16.0);
    let difference = line(3).iter().zip(line(20)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(difference <= 0.5, "{difference}");
}
