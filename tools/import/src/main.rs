//! The command `import`.

fn main() {}
