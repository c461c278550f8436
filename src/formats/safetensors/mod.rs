//! Parameters as safetensors, the format in which PyTorch's networks are kept.

mod error;
mod names;
mod number;
mod tensors;

use core::fmt;

use crate::{Arrays, Line, Message, Parameters};

pub use error::SafetensorsError;
pub use names::Names;
use tensors::{File, LENGTH, Tensor};
#[cfg(feature = "std")]
pub(super) use tensors::{START_BYTES, bytes_of};

/// Parameters read from [safetensors](https://github.com/huggingface/safetensors), and written as such: all arrays, and
/// what training holds, with PyTorch's names, dimensions and order.
///
/// ```
/// use const_cnn::{Names, Safetensors, Zero, network};
///
/// network! {
///     struct Net: [1, 4, 4] => [2] {
///         conv: conv2d(3, kernel 3),
///         relu: relu,
///         flatten: flatten,
///         logits: linear(2),
///     }
/// }
///
/// let mut net = Net::ZERO;
/// net.logits.bias = [0.5, -0.5];
/// let mut file = [0; Net::SAFETENSORS_BYTES];
/// // `load_state_dict` takes it, in a module with `conv` and `logits`
/// net.write_safetensors(&mut file, &Names::PYTORCH)?;
///
/// let mut back = Net::ZERO;
/// back.read_safetensors(&file, &Names::PYTORCH)?;
/// assert_eq!(back.logits.bias, [0.5, -0.5]);
///
/// // an `nn.Sequential` has numbers for names
/// let error = back.read_safetensors(&file, &Names::SEQUENTIAL).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected a tensor `0.weight [3, 1, 3, 3]`, \
///      found none of this name, but `conv.weight [3, 1, 3, 3]`"
/// );
/// # Ok::<(), const_cnn::SafetensorsError>(())
/// ```
///
/// # Numbers
///
/// They are written as `F32`. `F16` and `BF16` are read as they are, which `f32` holds exactly; `F64` is rounded to the
/// nearest. An array of any other type is refused.
///
/// # What is refused
///
/// Headers of more than 262144 bytes, tensors that overlap or leave a gap, a name that occurs twice or is written with
/// escapes, what a header does not need: all of a file is looked at before the first number is changed.
pub trait Safetensors: Parameters {
    /// The bytes of a file with the names [`Names::PYTORCH`].
    const SAFETENSORS_BYTES: usize = file_bytes(&Self::ARRAYS);

    /// The bytes of a file with these names.
    ///
    /// # Errors
    ///
    /// [`SafetensorsError::Name`] when a name is none that a file can have, or two arrays have the same.
    fn safetensors_bytes(names: &Names) -> Result<usize, SafetensorsError> {
        let mut start = Start { bytes: &mut [], len: 0 };
        write_start(&Self::ARRAYS, names, &mut start)?;
        Ok(start.len + 4 * Self::COUNT)
    }

    /// Reads all parameters. A tensor that is no array's is an error, unless its name is
    /// [passed over](Names::passing_over).
    ///
    /// # Errors
    ///
    /// Any [`SafetensorsError`]: which tensor or which byte does not fit. The parameters are then as they were.
    fn read_safetensors(&mut self, bytes: &[u8], names: &Names) -> Result<(), SafetensorsError> {
        let file = File::new(bytes)?;
        check(&file, &Self::ARRAYS, names)?;
        for index in 0..const { Self::ARRAYS.len() } {
            let (Some(array), Some(tensor)) =
                (Self::ARRAYS.get(index), file.find(names.of(&Self::ARRAYS, index)?.as_str())?)
            else {
                break;
            };
            let values = self.values_mut(index);
            for (n, number) in file.numbers(&tensor).take(values.len()).enumerate() {
                if let Some(value) = values.get_mut(array.layout.position(n)) {
                    *value = number;
                }
            }
        }
        Ok(())
    }

    /// Writes all parameters to the first bytes of a buffer, and says to how many.
    ///
    /// # Errors
    ///
    /// [`SafetensorsError::Name`] as [`safetensors_bytes`](Safetensors::safetensors_bytes), [`SafetensorsError::Bytes`] when
    /// the buffer is too short; nothing is then written.
    fn write_safetensors(&self, bytes: &mut [u8], names: &Names) -> Result<usize, SafetensorsError> {
        let (expected, found) = (Self::safetensors_bytes(names)?, bytes.len());
        let Some(file) = bytes.get_mut(..expected) else {
            return Err(SafetensorsError::Bytes { expected, found });
        };
        let mut start = Start { bytes: file, len: 0 };
        write_start(&Self::ARRAYS, names, &mut start)?;
        let Some(data) = file.len().checked_sub(4 * Self::COUNT).and_then(|start| file.get_mut(start..)) else {
            return Err(SafetensorsError::Bytes { expected, found });
        };
        match self.write_le(data) {
            Ok(()) => Ok(expected),
            Err(_) => Err(SafetensorsError::Bytes { expected, found }),
        }
    }
}

impl<P: Parameters> Safetensors for P {}

/// Whether a file has a tensor of finite numbers for each array, and no others but what is passed over.
fn check(file: &File, arrays: &Arrays, names: &Names) -> Result<(), SafetensorsError> {
    names.check(arrays)?;
    for index in 0..arrays.len() {
        let (Some(array), name) = (arrays.get(index), names.of(arrays, index)?) else { break };
        let dims = array.dims().iter().copied();
        let expected = line(name.as_str(), dims.clone());
        match file.find(name.as_str())? {
            None => {
                let found = extra(file, arrays, names, dims)?.unwrap_or(Line::of(""));
                return Err(SafetensorsError::Missing { expected, found });
            }
            Some(tensor) if !tensor.dims().eq(dims) => {
                return Err(SafetensorsError::Shape { expected, found: line(tensor.name, tensor.dims()) });
            }
            Some(tensor) => check_numbers(file, &tensor)?,
        }
    }
    match extra(file, arrays, names, 0..0)? {
        None => Ok(()),
        Some(found) => Err(SafetensorsError::Extra { found }),
    }
}

/// The first tensor that is no array's and not passed over; if there is one of these dimensions, the first such.
fn extra(
    file: &File,
    arrays: &Arrays,
    names: &Names,
    dims: impl Iterator<Item = usize> + Clone,
) -> Result<Option<Line>, SafetensorsError> {
    let (mut first, mut tensors) = (None, file.tensors());
    while let Some(tensor) = tensors.next()? {
        if !names.pass_over(tensor.name) && !names.has(arrays, tensor.name)? {
            let found = line(tensor.name, tensor.dims());
            if tensor.dims().eq(dims.clone()) {
                return Ok(Some(found));
            }
            first = first.or(Some(found));
        }
    }
    Ok(first)
}

/// Whether the numbers of a tensor are of a type that is read, and finite.
fn check_numbers(file: &File, tensor: &Tensor) -> Result<(), SafetensorsError> {
    let name = Line::of(tensor.name);
    if !number::is_read(tensor.dtype) {
        return Err(SafetensorsError::Type { tensor: name, found: Line::of(tensor.dtype) });
    }
    match file.numbers(tensor).enumerate().find(|(_, value)| !value.is_finite()) {
        Some((index, value)) => Err(SafetensorsError::NotFinite { tensor: name, index, value }),
        None => Ok(()),
    }
}

/// A name and dimensions.
fn line(name: &str, dims: impl Iterator<Item = usize> + Clone) -> Line {
    struct Dims<I>(I);

    impl<I: Iterator<Item = usize> + Clone> fmt::Display for Dims<I> {
        fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("[")?;
            for (n, dim) in self.0.clone().enumerate() {
                write!(f, "{}{dim}", if n > 0 { ", " } else { "" })?;
            }
            f.write_str("]")
        }
    }

    Line::of(format_args!("{name} {}", Dims(dims)))
}

/// The beginning of each header; what libraries of HuggingFace look for.
const METADATA: &str = r#"{"__metadata__":{"format":"pt"}"#;

/// What a header says of the `index`-th array, whose numbers begin at `begin`, after its name.
const fn entry(arrays: &Arrays, index: usize, begin: usize) -> (Message, usize) {
    let Some(array) = arrays.get(index) else { return (Message::new(""), begin) };
    let (dims, end) = (array.dims(), begin + 4 * array.layout.len());
    let (mut text, mut n) = (Message::new(r#"":{"dtype":"F32","shape":["#), 0);
    while n < dims.len() {
        text = text.text(if n > 0 { "," } else { "" }).number(dims[n]);
        n += 1;
    }
    (text.text(r#"],"data_offsets":["#).number(begin).text(",").number(end).text("]}"), end)
}

/// How long a file with PyTorch's names is.
const fn file_bytes(arrays: &Arrays) -> usize {
    let (mut len, mut end, mut index) = (LENGTH + METADATA.len() + "}".len(), 0, 0);
    while index < arrays.len() {
        let (entry, next) = entry(arrays, index, end);
        len += r#",""#.len() + names::name(arrays, index, false).as_bytes().len() + entry.as_bytes().len();
        end = next;
        index += 1;
    }
    len.next_multiple_of(LENGTH) + end
}

/// Writes all that stands before the numbers.
fn write_start(arrays: &Arrays, names: &Names, start: &mut Start) -> Result<(), SafetensorsError> {
    names.check(arrays)?;
    start.text(&[0; LENGTH]);
    start.text(METADATA.as_bytes());
    let mut end = 0;
    for index in 0..arrays.len() {
        let (entry, next) = entry(arrays, index, end);
        start.text(br#",""#);
        start.text(names.of(arrays, index)?.as_bytes());
        start.text(entry.as_bytes());
        end = next;
    }
    start.text(b"}");
    while !start.len.is_multiple_of(LENGTH) {
        start.text(b" ");
    }
    let len = (start.len - LENGTH) as u64;
    if let Some(place) = start.bytes.first_chunk_mut() {
        *place = len.to_le_bytes();
    }
    Ok(())
}

/// A buffer that is filled, or of which is found how long it must be.
struct Start<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl Start<'_> {
    fn text(&mut self, text: &[u8]) {
        for &byte in text {
            if let Some(place) = self.bytes.get_mut(self.len) {
                *place = byte;
            }
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::{String, ToString};
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::{BatchNorm, Linear, Vector, Zero};
    use net::Net;

    #[allow(dead_code)] // of all that `network!` writes, arrays alone are used
    mod net {
        crate::network! {
            #[derive(Debug, PartialEq)]
            pub struct Net: [1, 2, 2] => [1] {
                conv: conv2d(2, kernel 1, no bias),
                norm: batch_norm,
                flat: flatten,
                block: residual { relu: relu, dense: linear(2) } shortcut { down: linear(2) },
                last: linear(1),
            }
        }
    }

    /// A file with this header.
    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
    }

    fn f32s(numbers: &[f32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    type Dense = Linear<2, 1>;

    const DENSE: Dense = Linear { weight: [[7.0], [8.0]], bias: [9.0] };

    /// What is said of a file, which must change nothing.
    fn says_of(bytes: &[u8]) -> String {
        let mut dense = DENSE;
        let error = dense.read_safetensors(bytes, &Names::PYTORCH).unwrap_err();
        assert_eq!(dense, DENSE);
        error.to_string()
    }

    /// What is said of a header before 12 bytes.
    fn says(header: &str) -> String {
        says_of(&file(header, &f32s(&[1.0, 2.0, 3.0])))
    }

    const WEIGHT: &str = r#""weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}"#;
    const BIAS: &str = r#""bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}"#;

    #[test]
    fn a_file_by_hand_is_read() {
        for header in [
            format!("{{{WEIGHT},{BIAS}}}"),
            format!("{{{BIAS},{WEIGHT}}}    "),
            format!(
                "{{{}}}\n",
                format!(" {WEIGHT} , {BIAS}\t").replace(':', " :\n").replace('[', "[ ").replace(']', " ]")
            ),
            format!(r#"{{"__metadata__":{{"a":"\"}}\\\u00e9é","{{":"[[[["}},{WEIGHT},{BIAS}}}"#),
            format!(r#"{{{WEIGHT},"__metadata__":{{}},{BIAS}}}"#),
            format!(
                r#"{{"x.num_batches_tracked":{{"data_offsets":[12,12],"shape":[0,3],"dtype":"I64"}},{WEIGHT},{BIAS}}}"#
            ),
        ] {
            let mut dense = DENSE;
            dense.read_safetensors(&file(&header, &f32s(&[1.0, 2.0, 3.0])), &Names::PYTORCH).unwrap();
            assert_eq!(dense, Linear { weight: [[1.0], [2.0]], bias: [3.0] }, "{header}");
        }
    }

    #[test]
    fn a_file_by_hand_is_written() {
        let expected =
            file(&format!("{{\"__metadata__\":{{\"format\":\"pt\"}},{WEIGHT},{BIAS}}}   "), &f32s(&[7.0, 8.0, 9.0]));
        let mut bytes = [0xff; 200];
        assert_eq!(DENSE.write_safetensors(&mut bytes, &Names::PYTORCH), Ok(expected.len()));
        assert_eq!(bytes[..expected.len()], expected);
        assert!(bytes[expected.len()..].iter().all(|&byte| byte == 0xff));
        assert_eq!(Dense::SAFETENSORS_BYTES, expected.len());
        assert_eq!(Dense::safetensors_bytes(&Names::PYTORCH), Ok(expected.len()));

        let (expected, mut short) = (expected.len(), vec![0xff; expected.len() - 1]);
        let error = SafetensorsError::Bytes { expected, found: expected - 1 };
        assert_eq!(DENSE.write_safetensors(&mut short, &Names::PYTORCH), Err(error));
        assert!(short.iter().all(|&byte| byte == 0xff));
    }

    #[test]
    fn arrays_lie_in_pytorchs_order() {
        type Conv = crate::Conv2d<crate::Image<2, 2, 1>, crate::Image<3, 1, 1>, crate::Window<2, 1>>;
        let header = r#"{"weight":{"dtype":"F32","shape":[3,2,2,1],"data_offsets":[0,48]},
            "bias":{"dtype":"F32","shape":[3],"data_offsets":[48,60]}}"#;
        let numbers: Vec<_> = (0..15u8).map(f32::from).collect();
        let mut conv = Conv::ZERO;
        conv.read_safetensors(&file(header, &f32s(&numbers)), &Names::PYTORCH).unwrap();
        for (f, c, u) in (0..12).map(|n| (n / 4, n / 2 % 2, n % 2)) {
            assert_eq!(conv.weight[u][0][c][f], (4 * f + 2 * c + u) as f32);
        }
        assert_eq!(conv.bias, [12.0, 13.0, 14.0]);
    }

    #[test]
    fn names_are_those_of_state_dicts() {
        let all = |names: Names| -> Vec<String> {
            (0..Net::ARRAYS.len()).map(|index| names.of(&Net::ARRAYS, index).unwrap().as_str().into()).collect()
        };
        let statistics = ["weight", "bias", "running_mean", "running_var"];
        let mut expected = vec!["conv.weight".to_string()];
        expected.extend(statistics.map(|name| format!("norm.{name}")));
        for layer in ["block.dense", "block.shortcut.down", "last"] {
            expected.extend(["weight", "bias"].map(|name| format!("{layer}.{name}")));
        }
        assert_eq!(all(Names::PYTORCH), expected);

        let mut numbered = vec!["0.weight".to_string()];
        numbered.extend(statistics.map(|name| format!("1.{name}")));
        for layer in ["3.1", "3.shortcut.0", "4"] {
            numbered.extend(["weight", "bias"].map(|name| format!("{layer}.{name}")));
        }
        assert_eq!(all(Names::SEQUENTIAL), numbered);
        assert_eq!(all(Names::SEQUENTIAL.renamed(&|name, to| to.write_str(name))), numbered);
        assert_eq!(all(Names::PYTORCH.renamed(&|_, to| to.write_str("x"))), ["x"; 11]);
    }

    #[test]
    fn a_learned_mean_keeps_its_name() {
        const OWN: Arrays = Arrays::Own(&[
            crate::Array::new("mean", &[1]),
            crate::Array::new("mean", &[1]).held(),
            crate::Array::new("variance", &[1]).held(),
            crate::Array::new("variance", &[1]),
            crate::Array::new("count", &[1]).held(),
        ]);
        let name = |index| names::name(&OWN, index, false).as_str().to_string();
        assert_eq!([0, 1, 2, 3, 4, 5].map(name), ["mean", "running_mean", "running_var", "variance", "count", ""]);
    }

    #[test]
    fn a_network_is_read_as_it_was_written() {
        let mut net = Net::ZERO;
        let mut next = 0.0;
        for index in 0..Net::ARRAYS.len() {
            net.values_mut(index).fill_with(|| {
                next += 0.5;
                next
            });
        }
        let front = |name: &str, to: &mut dyn core::fmt::Write| write!(to, "model.{name}");
        for names in [Names::PYTORCH, Names::SEQUENTIAL, Names::PYTORCH.renamed(&front)] {
            let mut bytes = vec![0; Net::safetensors_bytes(&names).unwrap()];
            assert_eq!(net.write_safetensors(&mut bytes, &names), Ok(bytes.len()));
            let mut back = Net::ZERO;
            back.read_safetensors(&bytes, &names).unwrap();
            assert_eq!(back, net);
            assert_eq!((bytes.len() - 4 * Net::COUNT) % 8, 0);
        }
        assert_eq!(Net::safetensors_bytes(&Names::PYTORCH), Ok(Net::SAFETENSORS_BYTES));
        // a layer that learns nothing has a file too
        type Flat = crate::Relu<Vector<3>>;
        let (mut relu, mut bytes) = (Flat::ZERO, [0; Flat::SAFETENSORS_BYTES]);
        relu.write_safetensors(&mut bytes, &Names::PYTORCH).unwrap();
        relu.read_safetensors(&bytes, &Names::PYTORCH).unwrap();
        relu.read_safetensors(&file("{}", &[]), &Names::PYTORCH).unwrap();
    }

    #[test]
    fn other_types_are_converted() {
        let header = r#"{"bias":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},
            "mean":{"dtype":"BF16","shape":[2],"data_offsets":[16,20]},
            "var":{"dtype":"F16","shape":[2],"data_offsets":[20,24]},
            "weight":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}"#;
        let f64s: Vec<u8> = [0.1f64, -1e-50].iter().flat_map(|number| number.to_le_bytes()).collect();
        let bytes =
            file(header, &[&f64s[..], &[0xc0, 0x3f, 0x00, 0xc0, 0x00, 0x3e, 0x01, 0x00], &f32s(&[1.0, 2.0])].concat());
        let names = Names::PYTORCH.renamed(&|name, to| to.write_str(name.trim_start_matches("running_")));
        let mut norm = BatchNorm::<Vector<2>>::ZERO;
        norm.read_safetensors(&bytes, &names).unwrap();
        assert_eq!((norm.weight, norm.bias), ([1.0, 2.0], [0.1, -0.0]));
        assert_eq!((norm.mean, norm.variance), ([1.5, -2.0], [1.5, 2f32.powi(-24)]));
    }

    #[test]
    fn a_tensor_that_does_not_fit_is_named() {
        let changed = |from: &str, to: &str| says(&format!("{{{WEIGHT},{BIAS}}}").replacen(from, to, 1));
        for (found, expected) in [
            (changed("bias", "beta"), "expected a tensor `bias [1]`, found none of this name, but `beta [1]`"),
            (changed("bias", "num_batches_tracked"), "expected a tensor `bias [1]`, found none of this name"),
            (changed("[1,2]", "[2,1]"), "expected a tensor `weight [1, 2]`, found `weight [2, 1]`"),
            (changed("[1,2]", "[2]"), "expected a tensor `weight [1, 2]`, found `weight [2]`"),
            (changed("[1,2]", "[1,2,1]"), "expected a tensor `weight [1, 2]`, found `weight [1, 2, 1]`"),
            (changed("[1]", "[]"), "expected a tensor `bias [1]`, found `bias []`"),
            (
                changed(r#"F32","shape":[1]"#, r#"I32","shape":[1]"#),
                "expected the numbers of `bias` as F32, F16, BF16 or F64, found I32",
            ),
            (
                says(&format!(r#"{{{WEIGHT},{BIAS},"fc.bias":{{"dtype":"U8","shape":[0],"data_offsets":[3,3]}}}}"#)),
                "expected a tensor that shares no bytes with another",
            ),
            (
                says(&format!(r#"{{{WEIGHT},{BIAS},"fc.bias":{{"dtype":"U8","shape":[0],"data_offsets":[12,12]}}}}"#)),
                "expected no tensors but those of the network, and what is passed over, found `fc.bias [0]`",
            ),
        ] {
            assert!(found.starts_with(expected), "{found}");
        }
        let whole = format!("{{{WEIGHT},{BIAS}}}");
        for (place, value) in [(0, f32::NAN), (1, f32::NEG_INFINITY), (2, f32::INFINITY)] {
            let mut numbers = [1.0; 3];
            numbers[place] = value;
            let (tensor, index) = if place < 2 { ("weight", place) } else { ("bias", 0) };
            let expected = format!("expected finite values, found {value} at index {index} of `{tensor}`");
            assert_eq!(says_of(&file(&whole, &f32s(&numbers))), expected);
        }
        let doubles = whole.replace("F32", "F64").replace("[0,8]", "[0,16]").replace("[8,12]", "[16,24]");
        let numbers: Vec<u8> = [1.0, 2.0, 3.5e38f64].iter().flat_map(|number| number.to_le_bytes()).collect();
        let expected = "expected finite values, found inf at index 0 of `bias`";
        assert_eq!(says_of(&file(&doubles, &numbers)), expected);
    }

    #[test]
    fn tensors_are_passed_over_by_name() {
        let with = |name: &str| {
            let extra = format!(r#""{name}":{{"dtype":"U8","shape":[2],"data_offsets":[12,14]}}"#);
            file(&format!("{{{WEIGHT},{BIAS},{extra}}}"), &[&f32s(&[1.0, 2.0, 3.0])[..], &[1, 2]].concat())
        };
        let names = Names::PYTORCH.passing_over(&["head", "aux.weight", "weight"]);
        for (name, is_passed_over) in [
            ("head", true),
            ("head.weight", true),
            ("a.head.bias", true),
            ("a.head", true),
            ("x.aux.weight.y", true),
            ("num_batches_tracked", true),
            ("norm.num_batches_tracked", true),
            ("ahead", false),
            ("heads.bias", false),
            ("a.ahead.head_", false),
            ("ahead.head", true),
            ("aux.bias", false),
            ("num_batches_tracked_", false),
            ("", false),
        ] {
            let mut dense = DENSE;
            let read = dense.read_safetensors(&with(name), &names);
            assert_eq!(read.is_ok(), is_passed_over, "{name}: {read:?}");
            // an array is read, whatever is passed over
            assert_eq!(dense.bias == [3.0], is_passed_over);
        }
        assert!(says_of(&with("head.weight")).ends_with("found `head.weight [2]`"));
    }

    #[test]
    fn a_hostile_header_is_refused() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(20_000), "}".repeat(20_000));
        let whole = format!("{{{WEIGHT},{BIAS}}}");
        let changed = |from: &str, to: &str| {
            assert!(whole.contains(from));
            whole.replacen(from, to, 1)
        };
        let huge = [18_446_744_073_709_551_615u64.to_string(), "18446744073709551616".into(), "9".repeat(1000)];
        let huge: Vec<_> = huge.iter().map(|huge| changed("[1,2]", &format!("[{huge},{huge}]"))).collect();
        for (header, expected) in [
            ("", "`{`"),
            (" ", "`{`"),
            ("[]", "`{`"),
            (&format!(" {whole}"), "`{`"),
            ("{}", "10 bytes, found 22"),
            (&format!("{whole}x"), "the end of the header"),
            (&format!("{whole}{whole}"), "the end of the header"),
            (&format!("{whole}\0"), "the end of the header"),
            (&changed("}", "},"), "a name without escapes"),
            (&changed("}", ""), "`dtype`, `shape` and `data_offsets`, each once"),
            (&format!("{{{WEIGHT} {BIAS}}}"), "`,` or `}`"),
            (&format!("{{,{WEIGHT},{BIAS}}}"), "a name without escapes"),
            (&format!("{{{WEIGHT},{BIAS},{BIAS}}}"), "a tensor of another name"),
            (&format!("{{{WEIGHT},{BIAS},{}}}", BIAS.replace("bias", "beta")), "a tensor that shares no bytes"),
            (&changed("[8,12]", "[7,11]"), "a tensor that shares no bytes"),
            (&changed("[8,12]", "[0,4]"), "a tensor that shares no bytes"),
            (&changed("[8,12]", "[9,13]"), "a header whose tensors leave no gap"),
            (&format!("{{{BIAS}}}"), "a header whose tensors leave no gap"),
            (&changed("[8,12]", "[9223372036854775800,9223372036854775804]"), "a header whose tensors leave no gap"),
            (&changed("[8,12]", "[18446744073709551612,18446744073709551616]"), "an integer that is not too large"),
            (&changed("[8,12]", "[12,8]"), "where a tensor begins and where it ends"),
            (&changed("[8,12]", "[8]"), "where a tensor begins and where it ends"),
            (&changed("[8,12]", "[]"), "where a tensor begins and where it ends"),
            (&changed("[8,12]", "[8,12,12]"), "where a tensor begins and where it ends"),
            (&changed("[8,12]", "[8,-12]"), "an integer"),
            (&changed("[8,12]", "[8,12.0]"), "`,` or `]`"),
            (&changed("[8,12]", "[8,1e2]"), "`,` or `]`"),
            (&changed("[8,12]", "[08,12]"), "an integer that is not too large"),
            (&changed("[8,12]", "[8,12"), "`,` or `]`"),
            (&changed("[8,12]", "8"), "`[`"),
            (&changed("[8,12]", "[[8],12]"), "an integer"),
            (&changed("[8,12]", "[8,13]"), "a tensor of as many bytes"),
            (&changed("[1,2]", "[1,3]"), "a tensor of as many bytes"),
            (&changed("[1,2]", "[4294967296,4294967296,4294967296,0]"), "a tensor of as many bytes"),
            (&changed("[1,2]", "[2305843009213693952]"), "a tensor of as many bytes"),
            (&huge[0], "a tensor of as many bytes"),
            (&huge[1], "an integer that is not too large"),
            (&huge[2], "an integer that is not too large"),
            (&changed("F32", "F31"), "a tensor of a type of safetensors"),
            (&changed("F32", ""), "a tensor of a type of safetensors"),
            (&changed("F32\"", "F32\\\""), "a type"),
            (&changed("F32", "F4"), "a tensor of as many bytes"),
            (&changed(r#""F32""#, "32"), "a type"),
            (&changed("dtype", "d\\u0074ype"), "`dtype`, `shape` and `data_offsets`, each once"),
            (&changed("dtype", "type"), "`dtype`, `shape` and `data_offsets`, each once"),
            (&changed("dtype", "shape"), "`[`"),
            (&changed("\"dtype\":\"F32\",", ""), "a tensor with `dtype`"),
            (&changed("\"shape\":[1,2],", ""), "a tensor with `dtype`"),
            (&changed(",\"data_offsets\":[0,8]", ""), "a tensor with `dtype`"),
            (&changed("\"shape\":[1,2]", "\"shape\":[1,2],\"shape\":[1,2]"), "`dtype`, `shape` and"),
            (&changed("\"shape\":[1,2]", "\"shape\":[1,2],\"more\":0"), "`dtype`, `shape` and"),
            (&changed("{\"dtype", "[\"dtype"), "`{` and what is said of a tensor"),
            (&changed(":{", "{"), "`:`"),
            (&changed("weight", "w\\u0065ight"), "a name without escapes"),
            (&changed("weight", "wei\nght"), "a name without escapes"),
            (&changed("\"weight\"", "weight"), "a name without escapes"),
            (r#"{"a"#, "a name without escapes"),
            (r#"{"__metadata__":{},"__metadata__":{}}"#, "`__metadata__` once"),
            (r#"{"__metadata__":null}"#, "`{` and strings with names"),
            (r#"{"__metadata__":{"a":1}}"#, "a string in quotation marks"),
            (r#"{"__metadata__":{"a":{}}}"#, "a string in quotation marks"),
            (r#"{"__metadata__":{"a":"b}}"#, "a string in quotation marks"),
            (r#"{"__metadata__":{"a":"b","#, "a string in quotation marks"),
            (r#"{"__metadata__":{"a":"\x"}}"#, "an escape of JSON"),
            (r#"{"__metadata__":{"a":"\u12g4"}}"#, "an escape of JSON"),
            (r#"{"__metadata__":{"a":"\u12"#, "an escape of JSON"),
            (r#"{"__metadata__":{"a":"\"#, "an escape of JSON"),
            (r#"{"__metadata__":{"a" "b"}}"#, "`:`"),
            (r#"{"__metadata__":{"a":"b" "c":"d"}}"#, "`,` or `}`"),
            (&deep, "`dtype`, `shape` and"),
            (&"{".repeat(100_000), "a name without escapes"),
            (&format!("{{\"a\":{}", "[".repeat(100_000)), "`{` and what is said of a tensor"),
        ] {
            let found = says(header);
            assert!(
                found.starts_with(&format!("expected {expected}")),
                "{}\n{found}",
                header.get(..99).unwrap_or(header)
            );
        }
    }

    #[test]
    fn a_length_that_does_not_fit_is_refused() {
        let whole = file(&format!("{{{WEIGHT},{BIAS}}}"), &f32s(&[1.0, 2.0, 3.0]));
        for len in 0..whole.len() {
            let found = says_of(&whole[..len]);
            let expected = match len {
                ..8 => "the length of a header in eight bytes".to_string(),
                _ if len < whole.len() - 12 => "the header as long as the file says".into(),
                _ => format!("{} bytes, found {len}", whole.len()),
            };
            assert!(found.starts_with(&format!("expected {expected}")), "{found}");
        }
        let more = [&whole[..], &[0]].concat();
        assert_eq!(says_of(&more), format!("expected {} bytes, found {}", whole.len(), more.len()));
        for len in [1 << 63, u64::MAX, u64::MAX - 7, (1 << 18) + 1, 1 << 32] {
            let hostile = [&len.to_le_bytes(), &whole[8..]].concat();
            assert!(says_of(&hostile).starts_with("expected the length of a header of at most 262144 bytes at byte 0"));
        }
        let at_most = [&(1u64 << 18).to_le_bytes(), &whole[8..]].concat();
        assert!(says_of(&at_most).starts_with("expected the header as long as the file says"));
        let mut other = whole.clone();
        other[10] = 0xff;
        assert!(says_of(&other).starts_with("expected UTF-8 at byte 10, found `?"), "{}", says_of(&other));
    }

    #[test]
    fn names_that_no_file_can_have_are_refused() {
        for (rename, expected) in [
            ("a\"", "names without quotation marks, backslashes and control characters, found `a\"`"),
            ("a\\", "names without quotation marks, backslashes and control characters, found `a\\`"),
            ("a\n", "names without quotation marks, backslashes and control characters, found `a?`"),
            ("__metadata__", "names other than `__metadata__`, found `__metadata__`"),
            ("same", "a name of its own for each array, found `same`"),
            (&"long".repeat(101), "a function that renames, and at most 400 bytes of each name, found `weight`"),
        ] {
            let rename = |_: &str, to: &mut dyn core::fmt::Write| to.write_str(rename);
            let names = Names::PYTORCH.renamed(&rename);
            let (mut bytes, mut dense) = ([0xff; 2000], DENSE);
            let error = DENSE.write_safetensors(&mut bytes, &names).unwrap_err();
            assert_eq!(error.to_string(), format!("expected {expected}"));
            assert!(bytes.iter().all(|&byte| byte == 0xff));
            assert_eq!(Dense::safetensors_bytes(&names), Err(error));
            let whole = file(&format!("{{{WEIGHT},{BIAS}}}"), &f32s(&[1.0, 2.0, 3.0]));
            assert_eq!(dense.read_safetensors(&whole, &names), Err(error));
            assert_eq!(dense, DENSE);
        }
        // the longest name, and one that is not ASCII
        for name in ["n".repeat(394), "é".into()] {
            let rename = |array: &str, to: &mut dyn core::fmt::Write| write!(to, "{name}{array}");
            let names = Names::PYTORCH.renamed(&rename);
            let (mut bytes, mut back) = ([0; 2000], Dense::ZERO);
            let len = DENSE.write_safetensors(&mut bytes, &names).unwrap();
            back.read_safetensors(&bytes[..len], &names).unwrap();
            assert_eq!(back, DENSE);
        }
    }

    #[test]
    fn any_other_byte_is_read_or_changes_nothing() {
        let mut whole = [0; Dense::SAFETENSORS_BYTES];
        DENSE.write_safetensors(&mut whole, &Names::PYTORCH).unwrap();
        let header = whole.len() - 12;
        for place in 0..whole.len() {
            for byte in 0..=255 {
                let (mut bytes, mut dense) = (whole, Dense::ZERO);
                bytes[place] = byte;
                if dense.read_safetensors(&bytes, &Names::PYTORCH).is_err() {
                    assert_eq!(dense, Dense::ZERO, "{place} {byte}");
                } else if place < header {
                    assert_eq!(dense, DENSE, "{place} {byte}");
                }
            }
        }
    }
}
