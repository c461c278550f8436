//! The networks, as MLPerf Tiny has them, with the normalisation that is folded away in what it publishes.
//!
//! Their layers are called as there, but for dots, which are underscores here.

mod ad;
mod ic;
mod kws;
mod linear;
mod sww;
mod vww;

pub use ad::Ad;
pub use ic::{Ic, IcChances};
pub use kws::{Kws, KwsChances};
pub use linear::{LinearAd, LinearIc, LinearKws, LinearSww, LinearVww};
pub use sww::{Sww, SwwChances};
pub use vww::{Vww, VwwChances};
