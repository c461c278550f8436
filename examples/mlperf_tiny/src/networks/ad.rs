//! Anomaly detection: an autoencoder.

use const_cnn::network;

network! {
    /// Five frames of 128 energies through eight numbers and back: what it has never heard comes back otherwise.
    #[derive(Clone)]
    pub struct Ad: [640] => [640] {
        fc1: linear(128, no bias),
        fc1_norm: batch_norm,
        fc1_relu: relu,
        fc2: linear(128, no bias),
        fc2_norm: batch_norm,
        fc2_relu: relu,
        fc3: linear(128, no bias),
        fc3_norm: batch_norm,
        fc3_relu: relu,
        fc4: linear(128, no bias),
        fc4_norm: batch_norm,
        fc4_relu: relu,
        fc5: linear(8, no bias),
        fc5_norm: batch_norm,
        fc5_relu: relu,
        fc6: linear(128, no bias),
        fc6_norm: batch_norm,
        fc6_relu: relu,
        fc7: linear(128, no bias),
        fc7_norm: batch_norm,
        fc7_relu: relu,
        fc8: linear(128, no bias),
        fc8_norm: batch_norm,
        fc8_relu: relu,
        fc9: linear(128, no bias),
        fc9_norm: batch_norm,
        fc9_relu: relu,
        fc10: linear(640),
    }
}
