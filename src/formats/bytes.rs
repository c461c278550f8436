//! Parameters from bytes at compile time, so that a trained network is a `static`.

/// Little-endian numbers, read one after another in a constant.
///
/// Traits have no `const` methods on stable Rust, so every layer has an inherent `const fn from_le(&mut LeBytes)`, which
/// reads its arrays in PyTorch's order; a layer of your own has one too, to stand in [`network!`](crate::network!).
///
/// ```
/// use const_cnn::LeBytes;
/// const BYTES: &[u8] = &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64];
/// const FACTOR: [f32; 1] = LeBytes::new(BYTES).array();
/// const ALL: ([f32; 1], [f32; 2]) = {
///     let mut bytes = LeBytes::new(BYTES);
///     (bytes.array(), bytes.array())
/// };
/// assert_eq!((FACTOR, ALL), ([1.0], ([1.0], [2.0, 3.0])));
/// ```
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
        let mut array = [0.0; N];
        self.fill(&mut array, 1, 1);
        array
    }

    /// The next `A` · `B` numbers.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn array2<const A: usize, const B: usize>(&mut self) -> [[f32; B]; A] {
        let mut array = [[0.0; B]; A];
        self.fill(array.as_flattened_mut(), 1, 1);
        array
    }

    /// The next `A` · `B` · `C` numbers.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn array3<const A: usize, const B: usize, const C: usize>(&mut self) -> [[[f32; C]; B]; A] {
        let mut array = [[[0.0; C]; B]; A];
        self.fill(array.as_flattened_mut().as_flattened_mut(), 1, 1);
        array
    }

    /// The next `A` · `B` · `C` · `D` numbers.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn array4<const A: usize, const B: usize, const C: usize, const D: usize>(
        &mut self,
    ) -> [[[[f32; D]; C]; B]; A] {
        let mut array = [[[[0.0; D]; C]; B]; A];
        self.fill(array.as_flattened_mut().as_flattened_mut().as_flattened_mut(), 1, 1);
        array
    }

    /// The next F·C·KH·KW numbers, in PyTorch's order `[f][c][u][v]`, as the weights of a convolution, `[u][v][c][f]`.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn kernel<const KH: usize, const KW: usize, const C: usize, const F: usize>(
        &mut self,
    ) -> [[[[f32; F]; C]; KW]; KH] {
        let mut kernel = [[[[0.0; F]; C]; KW]; KH];
        self.fill(kernel.as_flattened_mut().as_flattened_mut().as_flattened_mut(), C, F);
        kernel
    }

    /// The next O·I numbers, in PyTorch's order `[o][i]`, as the weights of a dense layer, `[i][o]`.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn matrix<const I: usize, const O: usize>(&mut self) -> [[f32; O]; I] {
        let mut matrix = [[0.0; O]; I];
        self.fill(matrix.as_flattened_mut(), 1, O);
        matrix
    }

    /// The next C·H·W numbers, in PyTorch's order `[c][h][w]`, as an image, `[h][w][c]`.
    ///
    /// # Panics
    ///
    /// As [`number`](LeBytes::number).
    pub const fn image<const C: usize, const H: usize, const W: usize>(&mut self) -> [[[f32; C]; W]; H] {
        let mut image = [[[0.0; C]; W]; H];
        self.fill(image.as_flattened_mut().as_flattened_mut(), 1, C);
        image
    }

    /// The next numbers, read as `[outer][middle][inner]`, into `values`, which lie as `[inner][middle][outer]`.
    ///
    /// The compiler counts the calls and the turns of loops in a constant, and complains of two million
    /// (`long_running_const_eval`): four numbers a turn, with a call for each and one for all four, make 1.5 a number.
    const fn fill(&mut self, values: &mut [f32], middle: usize, outer: usize) {
        const EXPONENT: u32 = f32::INFINITY.to_bits();

        let bytes = self.bytes.split_at(self.position).1;
        assert!(bytes.len() / 4 >= values.len(), "the bytes end before the parameters do");
        let (len, step) = (values.len(), middle * outer);
        let (mut n, mut place, mut finite) = (0, 0, true);
        macro_rules! put {
            ($number:expr) => {{
                let bits: u32 = $number;
                if bits & EXPONENT == EXPONENT {
                    finite = false;
                }
                values[place] = f32::from_bits(bits);
                n += 1;
                place += step;
                if place >= len {
                    place -= len - outer;
                    if place >= step {
                        place -= step - 1;
                    }
                }
            }};
        }
        let (fours, _) = bytes.as_chunks();
        while n + 4 <= len {
            let four = u128::from_ne_bytes(fours[n / 4]);
            let four = if cfg!(target_endian = "big") { four.swap_bytes() } else { four };
            put!(four as u32);
            put!((four >> 32) as u32);
            put!((four >> 64) as u32);
            put!((four >> 96) as u32);
        }
        let (ones, _) = bytes.as_chunks();
        while n < len {
            put!(u32::from_le_bytes(ones[n]));
        }
        assert!(finite, "a parameter is NaN or infinite");
        self.position += 4 * len;
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// `count` numbers, no two alike, that begin at byte 1.
    fn bytes(count: usize) -> Vec<u8> {
        let numbers = (0..count).flat_map(|n| (n as f32 + 0.5).to_le_bytes());
        [7].into_iter().chain(numbers).collect()
    }

    fn read<T>(count: usize, read: impl Fn(&mut LeBytes) -> T) -> T {
        let bytes = bytes(count);
        let mut from = LeBytes { bytes: &bytes, position: 1 };
        let values = read(&mut from);
        assert_eq!(from.position(), bytes.len());
        values
    }

    fn check_matrix<const I: usize, const O: usize>() {
        let matrix = read(O * I, |bytes| bytes.matrix::<I, O>());
        for (i, row) in matrix.iter().enumerate() {
            for (o, &value) in row.iter().enumerate() {
                assert_eq!(value, (o * I + i) as f32 + 0.5, "{I} {O}: {i} {o}");
            }
        }
    }

    fn check_kernel<const KH: usize, const KW: usize, const C: usize, const F: usize>() {
        let kernel = read(F * C * KH * KW, |bytes| bytes.kernel::<KH, KW, C, F>());
        for u in 0..KH {
            for v in 0..KW {
                for c in 0..C {
                    for f in 0..F {
                        let n = ((f * C + c) * KH + u) * KW + v;
                        assert_eq!(kernel[u][v][c][f], n as f32 + 0.5, "{KH} {KW} {C} {F}: {u} {v} {c} {f}");
                    }
                }
            }
        }
    }

    #[test]
    fn arrays_of_any_length_are_read() {
        assert_eq!(read(0, |bytes| bytes.array()), [0.0; 0]);
        assert_eq!(read(1, |bytes| bytes.array()), [0.5]);
        assert_eq!(read(3, |bytes| bytes.array()), [0.5, 1.5, 2.5]);
        assert_eq!(read(4, |bytes| bytes.array()), [0.5, 1.5, 2.5, 3.5]);
        assert_eq!(read(6, |bytes| bytes.array2()), [[0.5, 1.5], [2.5, 3.5], [4.5, 5.5]]);
        assert_eq!(read(4, |bytes| bytes.array3()), [[[0.5], [1.5]], [[2.5], [3.5]]]);
        assert_eq!(read(4, |bytes| bytes.array4()), [[[[0.5, 1.5]]], [[[2.5, 3.5]]]]);
        assert_eq!(read(9, |bytes| bytes.array()), [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]);
    }

    #[test]
    fn weights_of_any_shape_are_transposed() {
        check_matrix::<1, 1>();
        check_matrix::<1, 7>();
        check_matrix::<7, 1>();
        check_matrix::<3, 5>();
        check_matrix::<4, 8>();
        check_matrix::<13, 10>();
        check_kernel::<1, 1, 1, 1>();
        check_kernel::<1, 1, 3, 5>();
        check_kernel::<3, 3, 1, 4>();
        check_kernel::<3, 3, 2, 1>();
        check_kernel::<2, 2, 3, 5>();
        check_kernel::<5, 5, 4, 3>();
        check_kernel::<3, 5, 2, 7>();
        check_kernel::<4, 1, 3, 2>();
    }
}
