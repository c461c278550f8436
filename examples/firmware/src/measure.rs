//! What the program costs: instructions, stack, and the memory that the linker has given out.
//!
//! All that touches raw memory is here.

use core::ptr::addr_of;

use cortex_m::peripheral::{SYST, syst};
use cortex_m::register::msp;

/// QEMU's `-icount shift`, where `run.sh` builds the program: an instruction takes 2^shift nanoseconds there.
const SHIFT: Option<u32> = number(option_env!("ICOUNT_SHIFT"));

/// The board's clock there, the MPS2's if nothing else is said.
const CLOCK_MHZ: u32 = match number(option_env!("CLOCK_MHZ")) {
    Some(mhz) => mhz,
    None => 25,
};

/// What the clock counts.
pub const UNIT: &str = if SHIFT.is_some() { "instructions" } else { "cycles" };

/// A tick of the clock, in sixteenths of a nanosecond.
const TICK: u64 = 16_000 / CLOCK_MHZ as u64;

/// The clock has 24 bits.
const CLOCK_MAX: u32 = 0x00ff_ffff;

/// What the stack is filled with before it is used.
const PAINT: u32 = 0x5a5a_5a5a;

// Addresses that the linker has chosen, by the names that cortex-m-rt's `link.x` gives them.
unsafe extern "C" {
    static __vector_table: u32; // the first word of flash
    static __sidata: u32; // the last that lies in flash: the values that `static`s begin with
    static __sdata: u32; // `static`s that begin with a value
    static __edata: u32;
    static __sbss: u32; // `static`s that begin with zeros
    static __ebss: u32;
    static _stack_end: u32; // the lowest word of the stack
    static _stack_start: u32; // one past its highest
}

/// The number that a variable has.
const fn number(variable: Option<&str>) -> Option<u32> {
    match variable {
        Some(text) => match u32::from_str_radix(text, 10) {
            Ok(number) => Some(number),
            Err(_) => panic!("ICOUNT_SHIFT and CLOCK_MHZ are numbers"),
        },
        None => None,
    }
}

/// What a call cost.
pub struct Cost {
    /// In [`UNIT`]s.
    pub time: u32,
    /// The most bytes of stack that it used.
    pub stack: usize,
}

/// Measures what calls cost.
pub struct Meter {
    clock: &'static syst::RegisterBlock,
    /// The lowest address of the stack that has been in use.
    lowest: usize,
}

impl Meter {
    /// Starts the clock, and paints the stack.
    pub fn new() -> Meter {
        // SAFETY: nothing else uses SysTick. `Peripherals::take` would do, but it needs a `static` of its own.
        let clock = unsafe { &*SYST::PTR };
        // SAFETY: it counts down over 24 bits, by the processor's clock, without interrupts.
        unsafe {
            clock.rvr.write(CLOCK_MAX);
            clock.csr.write(0b101);
        }
        paint();
        Meter { clock, lowest: usize::MAX }
    }

    /// Calls `f` and measures it.
    #[inline(never)]
    pub fn measure<R>(&mut self, f: impl FnOnce() -> R) -> (R, Cost) {
        let (result, cost) = self.try_measure(f);
        let Some(cost) = cost else { panic!("the call is too long for a clock of 24 bits") };
        (result, cost)
    }

    /// As [`measure`](Self::measure), but without a panic: no cost where the clock has run out.
    #[inline(always)]
    pub fn try_measure<R>(&mut self, f: impl FnOnce() -> R) -> (R, Option<Cost>) {
        self.lowest = self.lowest.min(lowest_in_use());
        paint();
        let top = msp::read() as usize;
        // SAFETY: any value sets the clock, and the flag that it has run out, to 0.
        unsafe { self.clock.cvr.write(0) };
        let start = self.clock.cvr.read();
        let result = apart(f);
        let ticks = start.wrapping_sub(self.clock.cvr.read()) & CLOCK_MAX;
        if self.clock.csr.read() >> 16 != 0 {
            return (result, None);
        }
        let time = match SHIFT {
            Some(shift) => (u64::from(ticks) * TICK) >> (shift + 4),
            None => ticks.into(),
        };
        (result, Some(Cost { time: time as u32, stack: top.wrapping_sub(lowest_in_use()) }))
    }

    /// The most bytes of stack that the program has used up to now.
    pub fn peak_stack(&self) -> usize {
        addr_of!(_stack_start) as usize - self.lowest.min(lowest_in_use())
    }
}

/// The bytes of all `static`s that lie in RAM.
pub fn statics() -> usize {
    let data = addr_of!(__edata) as usize - addr_of!(__sdata) as usize;
    let bss = addr_of!(__ebss) as usize - addr_of!(__sbss) as usize;
    data + bss
}

/// The bytes of flash in use.
pub fn flash() -> usize {
    let data = addr_of!(__edata) as usize - addr_of!(__sdata) as usize;
    addr_of!(__sidata) as usize + data - addr_of!(__vector_table) as usize
}

/// Calls `f`, whose stack is then none of its caller's.
#[inline(never)]
fn apart<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Fills the stack below the caller.
#[inline(always)]
fn paint() {
    let mut at = addr_of!(_stack_end).cast_mut();
    let top = msp::read() as *mut u32;
    while at < top {
        // SAFETY: what lies below the stack pointer is RAM that nothing uses.
        unsafe {
            at.write_volatile(PAINT);
            at = at.add(1);
        }
    }
}

/// The lowest address of the stack that has been in use since it was painted.
#[inline(always)]
fn lowest_in_use() -> usize {
    let mut at = addr_of!(_stack_end);
    // SAFETY: the stack is RAM, and the loop ends at the caller's frame at the latest.
    while unsafe { at.read_volatile() } == PAINT {
        at = at.wrapping_add(1);
    }
    at as usize
}
