//! Where the trained parameters are to be written.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::process;

/// Whether `save` can write to `path`, asked before training. What is there is not touched, and nothing is left there.
pub fn check(path: &Path) -> Result<()> {
    let path = &followed(path);
    let probe = match fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(Error::new(ErrorKind::InvalidInput, "expected a regular file")),
        Ok(found) if found.permissions().readonly() => {
            return Err(Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
        }
        // what is there is replaced by a file made beside it
        Ok(_) => path.with_file_name(format!(".digits-{}", process::id())),
        Err(error) if error.kind() == ErrorKind::NotFound => path.clone(),
        Err(error) => return Err(error),
    };
    File::create_new(&probe)?;
    fs::remove_file(&probe)
}

/// The file that links lead to, whether it is there or not.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    // links in a ring end somewhere on it: reading its metadata then says so
    for _link in 0..40 {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.with_file_name("").join(target);
    }
    path
}
