//! Why a file is not imported.

use std::fmt;
use std::path::PathBuf;

/// Why a file is not imported: nothing has been written then.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        says: String,
    },
    /// The bytes are not a model, or not a whole one.
    Format(String),
    /// A node cannot be brought into a network.
    Node {
        /// The node's name in the file, or that of what it gives.
        node: String,
        /// Its operator.
        operator: String,
        /// The attribute, or the input, that is in the way.
        attribute: Option<String>,
        /// What it is, and what is possible.
        says: String,
    },
    /// The nodes do not form a network of chains and blocks.
    Graph {
        /// The nodes that do not fit.
        nodes: Vec<String>,
        /// Why, and what is possible.
        says: String,
    },
}

/// What an import gives.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of a file's bytes.
    pub fn format<T>(says: impl Into<String>) -> Result<T> {
        Err(Error::Format(says.into()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::Io { path, says } => write!(f, "{}: {says}", path.display()),
            Error::Format(says) => write!(f, "not a model that can be read: {says}"),
            Error::Node { node, operator, attribute: None, says } => write!(f, "node `{node}` ({operator}): {says}"),
            Error::Node { node, operator, attribute: Some(attribute), says } => {
                write!(f, "node `{node}` ({operator}), `{attribute}`: {says}")
            }
            Error::Graph { nodes, says } => write!(f, "nodes `{}`: {says}", nodes.join("`, `")),
        }
    }
}

impl std::error::Error for Error {}
