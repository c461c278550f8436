//! The networks, which the build script bakes and the programs run.

#[path = "../../../mlperf_tiny/src/networks/ad.rs"]
mod ad;
#[path = "../../../digits/networks.rs"]
mod digits;
#[path = "../../../mlperf_tiny/src/networks/ic.rs"]
mod ic;
#[path = "../../../mlperf_tiny/src/networks/kws.rs"]
mod kws;
#[path = "../../../mlperf_tiny/src/networks/vww.rs"]
mod vww;

pub use ad::Ad;
pub use digits::Small;
pub use ic::{Ic, IcChances};
pub use kws::{Kws, KwsChances};
pub use vww::{Vww, VwwChances};
