//! Tells the library what the target's name says and `cfg` does not, with a stable compiler.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(dsp)");
    // all Cortex-M4 and M7 have the DSP instructions; M33 may be without
    if std::env::var("TARGET").is_ok_and(|target| target.starts_with("thumbv7em-")) {
        println!("cargo:rustc-cfg=dsp");
    }
}
