//! Tells the class of one photo with a network that the example `photos` has trained: network and photo in flash.
//! `run.sh` says by `PHOTOS` in which folder the network is, and by `PHOTO` where the photo's bytes are.

#![no_std]
#![no_main]

#[path = "../../examples/photos/net.rs"]
mod net;

use const_cnn::{Error, Layer, Pixels, Shape, Zero, argmax};
use cortex_m_rt::entry;
use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
use cortex_m_semihosting::hprintln;

use net::Photos;

type Photo = <Photos as Layer>::Input;
type Scratch = <Photos as Layer>::Scratch<f32>;

static NET: Photos = Photos::from_file_bytes(include_bytes!(concat!(env!("PHOTOS"), "/net.bin")));
static CAMERA: [u8; Photo::LEN] = *include_bytes!(env!("PHOTO"));

/// The class of what the camera has taken: rows of pixels, each red, green and blue.
fn class_of(camera: &[u8; Photo::LEN], scratch: &mut Scratch) -> Result<usize, Error> {
    let image = Pixels::CHANNELS_LAST.scale(1.0 / 255.0).image::<Photo, u8>(camera)?;
    let mut logits = [0.0; net::CLASSES];
    NET.infer(&image, scratch, &mut logits);
    Ok(argmax(&logits))
}

#[entry]
fn main() -> ! {
    static mut SCRATCH: Scratch = Zero::ZERO;
    let class = class_of(&CAMERA, SCRATCH);
    if let Ok(class) = class {
        hprintln!("{}", class);
    }
    end(class.is_ok())
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    end(false)
}

/// Ends QEMU with status 0 or 1.
fn end(success: bool) -> ! {
    exit(if success { EXIT_SUCCESS } else { EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}
