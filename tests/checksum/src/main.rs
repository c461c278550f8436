//! Prints the checksum of a training run, one image and eight images at a time, and that of an int8 network, and fails where
//! one is not the expected one: as a program, on a Cortex-M under semihosting, and as a WebAssembly module that `module.mjs` runs.

#![cfg_attr(any(target_os = "none", target_arch = "wasm32"), no_std, no_main)]

mod run;

#[cfg(not(any(target_os = "none", target_arch = "wasm32")))]
fn main() {
    for found in [run::checksum::<f32>(), run::checksum::<const_cnn::F32x8>()] {
        println!("checksum {:#018x}", found.expect("training does not fail"));
        assert_eq!(found, Ok(run::EXPECTED));
    }
    let found = run::int8_checksum();
    println!("checksum {:#018x}", found.expect("the bytes are those of the network"));
    assert_eq!(found, Ok(run::EXPECTED_INT8));
}

#[cfg(target_os = "none")]
mod bare {
    use core::panic::PanicInfo;

    use const_cnn::F32x8;
    use cortex_m_rt::entry;
    use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
    use cortex_m_semihosting::hprintln;

    use crate::run::{EXPECTED, EXPECTED_INT8, checksum, int8_checksum};

    #[entry]
    fn main() -> ! {
        let mut status = EXIT_SUCCESS;
        let expected = [EXPECTED, EXPECTED, EXPECTED_INT8];
        for (found, expected) in [checksum::<f32>(), checksum::<F32x8>(), int8_checksum()].into_iter().zip(expected) {
            match found {
                Ok(sum) => hprintln!("checksum {:#018x}", sum),
                Err(error) => hprintln!("{}", error),
            }
            if found != Ok(expected) {
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

    use crate::run::{EXPECTED, EXPECTED_INT8, checksum, int8_checksum};

    /// The checksum with `f32`, or with `F32x8`; 0 when training fails.
    #[unsafe(no_mangle)]
    extern "C" fn checksum_of(eight: bool) -> u64 {
        if eight { checksum::<F32x8>() } else { checksum::<f32>() }.unwrap_or(0)
    }

    /// That of the int8 network.
    #[unsafe(no_mangle)]
    extern "C" fn checksum_of_int8() -> u64 {
        int8_checksum().unwrap_or(0)
    }

    #[unsafe(no_mangle)]
    extern "C" fn expected(int8: bool) -> u64 {
        if int8 { EXPECTED_INT8 } else { EXPECTED }
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! {
        core::arch::wasm32::unreachable()
    }
}
