//! Prints the checksum of a training run, one image and eight images at a time, and fails where it is not the expected
//! one: as a program, on a Cortex-M under semihosting, and as a WebAssembly module that `module.mjs` runs.

#![cfg_attr(any(target_os = "none", target_arch = "wasm32"), no_std, no_main)]

mod run;

#[cfg(not(any(target_os = "none", target_arch = "wasm32")))]
fn main() {
    for found in [run::checksum::<f32>(), run::checksum::<const_cnn::F32x8>()] {
        println!("checksum {:#018x}", found.expect("training does not fail"));
        assert_eq!(found, Ok(run::EXPECTED));
    }
}

#[cfg(target_os = "none")]
mod bare {
    use core::panic::PanicInfo;

    use const_cnn::F32x8;
    use cortex_m_rt::entry;
    use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
    use cortex_m_semihosting::hprintln;

    use crate::run::{EXPECTED, checksum};

    #[entry]
    fn main() -> ! {
        let mut status = EXIT_SUCCESS;
        for found in [checksum::<f32>(), checksum::<F32x8>()] {
            match found {
                Ok(sum) => hprintln!("checksum {:#018x}", sum),
                Err(error) => hprintln!("{}", error),
            }
            if found != Ok(EXPECTED) {
                status = EXIT_FAILURE;
            }
        }
        loop {
            exit(status);
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
    use const_cnn::F32x8;

    use crate::run::{EXPECTED, checksum};

    /// The checksum with `f32`, or with `F32x8`; 0 when training fails.
    #[unsafe(no_mangle)]
    extern "C" fn checksum_of(eight: bool) -> u64 {
        if eight { checksum::<F32x8>() } else { checksum::<f32>() }.unwrap_or(0)
    }

    #[unsafe(no_mangle)]
    extern "C" fn expected() -> u64 {
        EXPECTED
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! {
        core::arch::wasm32::unreachable()
    }
}
