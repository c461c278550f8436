//! Linear functions of the same data, for comparison. Their inputs are brought to one scale first.

use const_cnn::network;

network! {
    /// A score of each word.
    pub struct LinearKws: [1, 49, 10] => [12] { norm: batch_norm, flatten: flatten, fc: linear(12) }
}

network! {
    /// A score for and against a person.
    pub struct LinearVww: [3, 96, 96] => [2] { norm: batch_norm, flatten: flatten, fc: linear(2) }
}

network! {
    /// A score of each class.
    pub struct LinearIc: [3, 32, 32] => [10] { norm: batch_norm, flatten: flatten, fc: linear(10) }
}

network! {
    /// A score of each kind of sound.
    pub struct LinearSww: [40, 30] => [3] { norm: batch_norm, flatten: flatten, fc: linear(3) }
}

network! {
    /// Eight linear functions and back: trained, it holds the first eight principal components.
    pub struct LinearAd: [640] => [640] { encode: linear(8), decode: linear(640) }
}
