//! Tells the library what the target's name says and the compiler's `cfg` does not.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(dsp)");
    if std::env::var("TARGET").is_ok_and(|target| has_dsp(&target)) {
        println!("cargo:rustc-cfg=dsp");
    }
}

/// Whether each processor of a target has ARM's DSP instructions: Cortex-M4 and M7 do, M33 may be without.
pub(crate) fn has_dsp(target: &str) -> bool {
    target.starts_with("thumbv7em-")
}
