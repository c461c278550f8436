use const_cnn::{Folded, Network};

use crate::networks::{Ad, Ic, Kws, Sww, Vww};
use crate::tasks::area_under_curve;

#[test]
fn the_networks_are_those_of_the_benchmark() {
    // parameters and multiply-accumulates of what is published, and the values that are alive at once
    let sizes = [
        [Folded::<Kws>::PARAMETERS, Kws::MULTIPLY_ACCUMULATES, Kws::ALIVE],
        [Folded::<Vww>::PARAMETERS, Vww::MULTIPLY_ACCUMULATES, Vww::ALIVE],
        [Folded::<Ic>::PARAMETERS, Ic::MULTIPLY_ACCUMULATES, Ic::ALIVE],
        [Folded::<Ad>::PARAMETERS, Ad::MULTIPLY_ACCUMULATES, Ad::ALIVE],
        [Folded::<Sww>::PARAMETERS, Sww::MULTIPLY_ACCUMULATES, Sww::ALIVE],
    ];
    let published = [
        [22_604, 2_656_768, 16_000],
        [210_850, 7_489_664, 55_296],
        [77_706, 12_501_632, 49_152],
        [265_864, 264_192, 768],
        [46_883, 826_368, 6_656],
    ];
    assert_eq!(sizes, published);
    let folded = [Folded::<Kws>::ALIVE, Folded::<Vww>::ALIVE, Folded::<Ic>::ALIVE, Folded::<Ad>::ALIVE];
    assert_eq!(folded, [16_000, 55_296, 49_152, 768]);
}

#[test]
fn the_area_under_the_curve_counts_pairs() {
    assert_eq!(area_under_curve(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
    assert_eq!(area_under_curve(&[3.0, 4.0], &[1.0, 2.0]), 0.0);
    assert_eq!(area_under_curve(&[1.0, 3.0], &[2.0, 3.0]), 0.625); // of four pairs two, and one by half
}
