#![no_std]
#![no_main]
#![allow(long_running_const_eval)] // all weights are put into the order of the loops by the compiler

#[path = "../device.rs"]
mod device;

program!(mlperf_firmware::VwwChances, mlperf_firmware::VWW_INT8);
