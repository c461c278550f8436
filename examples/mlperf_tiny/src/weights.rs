//! The weights of a file, for a network whose layers are called as MLPerf's.

use const_cnn::Parameters;

use crate::tensors::File;

/// What MLPerf calls a layer or an array: with a dot for each underscore, which no name there has.
pub fn name(path: &str) -> String {
    path.replace('_', ".").replace("shortcut.conv", "downsample")
}

/// Sets all parameters to those of the file, which has no others.
pub fn load<N: Parameters>(net: &mut N, file: &File) -> Result<(), String> {
    let mut names = file.names();
    for index in 0..N::ARRAYS.len() {
        let Some(array) = N::ARRAYS.get(index) else { break };
        let name = name(&array.path().join("."));
        let values = net.values_mut(index);
        for (n, value) in file.values(&name, array.dims())?.into_iter().enumerate() {
            values[array.layout.position(n)] = value;
        }
        names.retain(|&other| other != name);
    }
    match names.first() {
        Some(other) => {
            Err(file.error(format_args!("expected the weights of one network, found `{other}` beside them")))
        }
        None => Ok(()),
    }
}
