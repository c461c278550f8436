//! One inference on the device, measured. What it prints has no formatting of `core`'s, which would be code that is no
//! network's.

#[path = "../../src/exit.rs"]
pub mod exit;
#[allow(dead_code)] // the firmware beside this prints more of it
#[path = "../../src/measure.rs"]
pub mod measure;

use const_cnn::Network;
use cortex_m_semihosting::hio::{HostStream, hstdout};

use measure::Meter;
use mlperf_firmware::{checksum, draw, infer};

/// Infers once and prints a row: instructions, multiplications with an addition, code, weights, statics, stack, checksum.
pub fn run<N: Network>(net: &N, products: usize, arena: &mut N::Arena<f32>) -> ! {
    let mut meter = Meter::new();
    draw::<N>(arena);
    let (sum, cost) = meter.measure(|| checksum(infer(net, arena)));
    let (weights, stack) = (N::PARAMETER_BYTES, meter.peak_stack());
    let row =
        [cost.time as usize, products, measure::flash() - weights, weights, measure::statics(), stack, sum as usize];
    if let Ok(mut console) = hstdout() {
        for number in row {
            print(&mut console, number);
        }
    }
    exit::exit(true)
}

/// A number, and a space.
fn print(console: &mut HostStream, mut number: usize) {
    let mut digits = [b' '; 11];
    for digit in digits[..10].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    let _ = console.write_all(&digits);
}

/// The program of a network.
#[macro_export]
macro_rules! program {
    ($Net:ty) => {
        static NET: const_cnn::Folded<$Net> = mlperf_firmware::folded!($Net);

        #[cortex_m_rt::entry]
        fn main() -> ! {
            static mut ARENA: <const_cnn::Folded<$Net> as const_cnn::Network>::Arena<f32> = const_cnn::Zero::ZERO;
            device::run(&NET, <$Net>::MULTIPLY_ACCUMULATES, ARENA)
        }

        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo) -> ! {
            device::exit::exit(false)
        }
    };
}
