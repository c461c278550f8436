//! The networks as the tables of MLPerf Tiny have them, written a second time.

use super::reference::Reference;

/// A window that TensorFlow pads.
const fn same(k: usize, stride: usize) -> ([usize; 2], usize, bool) {
    ([k, k], stride, true)
}

pub fn kws() -> Reference {
    let mut net = Reference::new([1, 49, 10]);
    net.conv("conv1", 64, ([10, 4], 2, true), true);
    for n in 1..=4 {
        net.depthwise(&format!("block{n}.dw"), same(3, 1), true);
        net.conv(&format!("block{n}.pw"), 64, same(1, 1), true);
    }
    net.mean("avgpool");
    net.dense("fc", 12, false);
    net.softmax()
}

pub fn vww() -> Reference {
    let mut net = Reference::new([3, 96, 96]);
    net.conv("conv1", 8, same(3, 2), true);
    for (n, filters) in (1..).zip([16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256]) {
        let stride = if [2, 4, 6, 12].contains(&n) { 2 } else { 1 };
        net.depthwise(&format!("block{n}.dw"), same(3, stride), true);
        net.conv(&format!("block{n}.pw"), filters, same(1, 1), true);
    }
    net.mean("avgpool");
    net.dense("fc", 2, false);
    net.softmax()
}

pub fn ic() -> Reference {
    let mut net = Reference::new([3, 32, 32]);
    net.conv("conv1", 16, same(3, 1), true);
    net.residual("layer1", 16, 1);
    net.residual("layer2", 32, 2);
    net.residual("layer3", 64, 2);
    net.mean("avgpool");
    net.dense("fc", 10, false);
    net.softmax()
}

pub fn ad() -> Reference {
    let mut net = Reference::new([640, 1, 1]);
    for n in 1..=9 {
        net.dense(&format!("fc{n}"), if n == 5 { 8 } else { 128 }, true);
    }
    net.dense("fc10", 640, false);
    net.end()
}

pub fn sww() -> Reference {
    let mut net = Reference::new([40, 30, 1]);
    for (n, (filters, k)) in (1..).zip([(128, 3), (128, 5), (128, 10), (32, 15)]) {
        net.depthwise(&format!("block{n}.dw"), ([k, 1], 1, false), false);
        net.conv(&format!("block{n}.pw"), filters, same(1, 1), true);
    }
    net.dense("fc", 3, false);
    net.softmax()
}
