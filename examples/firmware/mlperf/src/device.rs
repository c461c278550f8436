//! One inference on the device, measured. What it prints has no formatting of `core`'s, which would be code that is no
//! network's.

#[path = "../../src/exit.rs"]
pub mod exit;
#[allow(dead_code)] // the firmware beside this prints more of it
#[path = "../../src/measure.rs"]
pub mod measure;

use cortex_m_semihosting::hio::{HostStream, hstdout};

use measure::Meter;

/// The interrupts of the board, of which none is used.
#[unsafe(link_section = ".vector_table.interrupts")]
#[unsafe(no_mangle)]
static __INTERRUPTS: [usize; 32] = [0; 32];

/// Infers once and prints a row: instructions, multiplications with an addition, code, weights, statics, stack, checksum.
///
/// `work` infers, `sum` is the checksum of what it gives.
pub fn run<R>(products: usize, weights: usize, work: impl FnOnce() -> R, sum: impl FnOnce(R) -> u32) -> ! {
    let mut meter = Meter::new();
    let (result, cost) = meter.measure(work);
    let stack = meter.peak_stack();
    let row = [cost.time as usize, products, measure::flash() - weights, weights, measure::statics(), stack];
    if let Ok(mut console) = hstdout() {
        for number in row {
            print(&mut console, number);
        }
        print(&mut console, sum(result) as usize);
    }
    exit::exit(true)
}

/// A number, and a space.
#[inline(never)]
fn print(console: &mut HostStream, mut number: usize) {
    let mut digits = [b' '; 11];
    for digit in digits[..10].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    let _ = console.write_all(&digits);
}

/// The program of a network in float, or of its int8 form.
#[macro_export]
macro_rules! program {
    ($Net:ty) => {
        static NET: const_cnn::Folded<$Net> = mlperf_firmware::folded!($Net);

        #[cortex_m_rt::entry]
        fn main() -> ! {
            static mut ARENA: <const_cnn::Folded<$Net> as const_cnn::Network>::Arena<f32> = const_cnn::Zero::ZERO;
            mlperf_firmware::draw::<const_cnn::Folded<$Net>>(ARENA);
            device::run(
                <$Net>::MULTIPLY_ACCUMULATES,
                size_of_val(&NET),
                || mlperf_firmware::infer(&NET, ARENA),
                mlperf_firmware::checksum_of_floats,
            )
        }

        program!(@panic);
    };
    ($Net:ty, $bytes:expr) => {
        type Net = const_cnn::Int8<$Net, mlperf_firmware::Spared>;

        static NET: Net = Net::from_le_bytes($bytes);

        #[cortex_m_rt::entry]
        fn main() -> ! {
            static mut ARENA: const_cnn::Int8Arena<$Net, mlperf_firmware::Spared> = Net::arena();
            mlperf_firmware::draw_int8(&NET, ARENA);
            device::run(
                <$Net>::MULTIPLY_ACCUMULATES,
                size_of_val(&NET),
                || mlperf_firmware::infer_int8(&NET, ARENA),
                mlperf_firmware::checksum_of_bytes,
            )
        }

        program!(@panic);
    };
    (@panic) => {
        #[panic_handler]
        fn panic(_: &core::panic::PanicInfo) -> ! {
            device::exit::exit(false)
        }
    };
}
