//! Tells the linker where memory lies: `memory.x` of `examples/firmware`, which cortex-m-rt's `link.x` reads.

fn main() {
    println!("cargo:rustc-link-search={}/../../../examples/firmware", std::env::var("CARGO_MANIFEST_DIR").unwrap());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
}
