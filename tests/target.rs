//! What the build script makes of a target's name: the same with any compiler.

#[allow(dead_code)] // that it is a program
#[path = "../build.rs"]
mod build;

#[test]
fn a_name_tells_whether_there_are_dsp_instructions() {
    let with = ["thumbv7em-none-eabi", "thumbv7em-none-eabihf"];
    let without = ["thumbv6m-none-eabi", "thumbv7m-none-eabi", "thumbv8m.main-none-eabihf", "x86_64-unknown-linux-gnu"];
    assert!(with.into_iter().all(build::has_dsp) && !without.into_iter().any(build::has_dsp));
}
