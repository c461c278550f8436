//! Text to the host, by semihosting; and what is said when the run fails.

use core::fmt::{self, Display, Formatter, Write};
use core::panic::PanicInfo;

use cortex_m_rt::{ExceptionFrame, exception};
use cortex_m_semihosting::hio::{HostStream, hstdout};

use crate::exit::exit;

/// The host's standard output.
pub fn open() -> HostStream {
    hstdout().expect("the host has a standard output")
}

/// A positive number with three decimals. How `core` prints floats would take 20 KB of flash.
pub struct Thousandths(pub f32);

impl Display for Thousandths {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let thousandths = (self.0 * 1000.0 + 0.5) as u32;
        write!(f, "{}.{:03}", thousandths / 1000, thousandths % 1000)
    }
}

/// Ends the run with status 1.
#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    if let Ok(mut console) = hstdout() {
        let _ = writeln!(console, "{info}");
    }
    exit(false)
}

/// Ends the run with status 1.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    if let Ok(mut console) = hstdout() {
        let _ = writeln!(console, "hard fault at {:#010x}", frame.pc());
    }
    exit(false)
}
