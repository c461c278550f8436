#![no_std]
#![no_main]

#[path = "../device.rs"]
mod device;

program!(mlperf_firmware::Ic);
