//! The networks whose values are stored.

#[path = "../../../examples/mlperf_tiny/src/networks/ad.rs"]
mod ad;
#[path = "../../../examples/mlperf_tiny/src/networks/ic.rs"]
mod ic;
#[path = "../../../examples/mlperf_tiny/src/networks/kws.rs"]
mod kws;

pub use ad::Ad;
pub use ic::IcChances;
pub use kws::KwsChances;
