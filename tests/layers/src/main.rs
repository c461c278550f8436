//! Compares all layers of int8 networks with stored values, bit for bit, and fails where one differs: as a program of files, on a
//! Cortex-M under semihosting, and as a WebAssembly module that `module.mjs` runs. `tests/targets.sh layers` runs all three.

#![cfg_attr(any(target_os = "none", target_arch = "wasm32"), no_std, no_main)]

mod compare;
#[allow(dead_code)] // what the other forms of the networks need
mod networks;

#[cfg(not(any(target_os = "none", target_arch = "wasm32")))]
fn main() -> std::process::ExitCode {
    let mut status = std::process::ExitCode::SUCCESS;
    for path in std::env::args_os().skip(1) {
        let packed = std::fs::read(&path).expect("the file can be read");
        match compare::compare(&packed) {
            Some(compare::Counts { values, differ }) => {
                println!("{}: {values} values, {differ} differ", path.display());
                if values > 0 && differ == 0 {
                    continue;
                }
            }
            None => println!("{}: not what mlperf_tiny has packed", path.display()),
        }
        status = std::process::ExitCode::FAILURE;
    }
    status
}

#[cfg(target_os = "none")]
mod bare {
    use core::panic::PanicInfo;
    use core::slice;

    use cortex_m_rt::entry;
    use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
    use cortex_m_semihosting::hprintln;

    use crate::compare::{Counts, compare};

    /// Where QEMU's loader has put the size of what is packed, and behind it what is.
    const PACKED: *const u32 = 0x2100_0000 as *const u32;

    #[entry]
    fn main() -> ! {
        // SAFETY: RAM that only QEMU's loader has written on, before the program began.
        let packed = unsafe { slice::from_raw_parts(PACKED.add(1).cast(), PACKED.read() as usize) };
        let found = compare(packed);
        match found {
            Some(Counts { values, differ }) => hprintln!("{} values, {} differ", values, differ),
            None => hprintln!("not what mlperf_tiny has packed"),
        }
        let is_same = found.is_some_and(|found| found.values > 0 && found.differ == 0);
        loop {
            exit(if is_same { EXIT_SUCCESS } else { EXIT_FAILURE });
        }
    }

    #[panic_handler]
    fn panic(info: &PanicInfo) -> ! {
        hprintln!("{}", info);
        loop {
            exit(EXIT_FAILURE);
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod module {
    use core::slice;

    use crate::compare::{Counts, compare};

    /// How many values there are in the `len` bytes at `packed`, and in the upper half how many differ; 0 where they are not what
    /// was packed.
    ///
    /// # Safety
    ///
    /// The bytes are there.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn compare_at(packed: *const u8, len: usize) -> u64 {
        // SAFETY: the caller says so.
        let Counts { values, differ } = compare(unsafe { slice::from_raw_parts(packed, len) }).unwrap_or_default();
        u64::from(differ) << 32 | u64::from(values)
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! {
        core::arch::wasm32::unreachable()
    }
}
