//! The functions that JavaScript calls, and the values that they share.

#[cfg(feature = "inference")]
mod inference;
#[cfg(feature = "int8")]
mod int8;
#[cfg(feature = "training")]
mod worker;

use core::cell::{RefCell, RefMut};

/// A value in a `static` that the functions write on.
struct Shared<T>(RefCell<T>);

// SAFETY: the modules are built without threads, so there is none that could use it at the same time.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    fn borrow(&self) -> RefMut<'_, T> {
        self.0.try_borrow_mut().unwrap_or_else(|_| core::arch::wasm32::unreachable())
    }
}

#[cfg(not(feature = "int8"))] // with it there is `std`, which has its own
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable() // JavaScript sees an exception
}
