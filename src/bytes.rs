//! Parameters from bytes at compile time, so that a trained network is a `static`.

/// Little-endian numbers, read one after another in a constant.
///
/// Traits have no `const` methods on stable Rust, so every layer has an inherent `const fn from_le(&mut LeBytes)`, which
/// reads its arrays in PyTorch's order; a layer of your own has one too, to stand in [`network!`](crate::network!).
#[derive(Debug)]
pub struct LeBytes<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> LeBytes<'a> {
    /// The numbers of `bytes`, from the first on.
    pub const fn new(bytes: &'a [u8]) -> LeBytes<'a> {
        LeBytes { bytes, position: 0 }
    }

    /// How many bytes have been read.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The next number.
    ///
    /// # Panics
    ///
    /// In a constant, where it stops compilation: when there are no four bytes left, and when the number is NaN or
    /// infinite.
    pub const fn number(&mut self) -> f32 {
        let (bytes, n) = (self.bytes, self.position);
        assert!(n + 4 <= bytes.len(), "the bytes end before the parameters do");
        let bits = u32::from_le_bytes([bytes[n], bytes[n + 1], bytes[n + 2], bytes[n + 3]]);
        assert!(bits << 1 < 0xff00_0000, "a parameter is NaN or infinite");
        self.position += 4;
        f32::from_bits(bits)
    }

    /// The next `N` numbers.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn array<const N: usize>(&mut self) -> [f32; N] {
        let (mut array, mut n) = ([0.0; N], 0);
        while n < N {
            array[n] = self.number();
            n += 1;
        }
        array
    }

    /// The next F·C·KH·KW numbers, in PyTorch's order `[f][c][u][v]`, as the weights of a convolution, `[u][v][c][f]`.
    pub(crate) const fn kernel<const KH: usize, const KW: usize, const C: usize, const F: usize>(
        &mut self,
    ) -> [[[[f32; F]; C]; KW]; KH] {
        let mut kernel = [[[[0.0; F]; C]; KW]; KH];
        let (len, mut n) = (F * C * KH * KW, 0);
        while n < len {
            kernel[n / KW % KH][n % KW][n / (KH * KW) % C][n / (C * KH * KW)] = self.number();
            n += 1;
        }
        kernel
    }

    /// The next O·I numbers, in PyTorch's order `[o][i]`, as the weights of a dense layer, `[i][o]`.
    pub(crate) const fn matrix<const I: usize, const O: usize>(&mut self) -> [[f32; O]; I] {
        let mut matrix = [[0.0; O]; I];
        let mut n = 0;
        while n < O * I {
            matrix[n % I][n / I] = self.number();
            n += 1;
        }
        matrix
    }
}
