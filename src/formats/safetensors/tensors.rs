//! The header of a file: which tensors there are, and where their numbers lie.
//!
//! A file is the length of its header, as eight little-endian bytes, the header, and the numbers. The header is JSON,
//! `{"conv.bias":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}, ..}`, that may end in spaces; `__metadata__` is no tensor
//! but strings, each with a name. Tensors lie one after the other, in any order, without a gap.
//!
//! The header is read anew each time that something is looked for: so nothing is kept, and nesting is as deep as this.

use super::SafetensorsError;
use super::names::METADATA;
use super::number::{bits, number};
use crate::Line;

/// The bytes before the header.
pub(super) const LENGTH: usize = 8;

/// The most bytes of a header that is read. Each tensor is compared with each other: this bounds how long it takes.
const MAX_HEADER: usize = 1 << 18;

/// So many bytes hold the header of any file.
#[cfg(feature = "std")]
pub const START_BYTES: usize = LENGTH + MAX_HEADER;

/// How many bytes the file has that begins so.
#[cfg(feature = "std")]
pub fn bytes_of(start: &[u8]) -> Result<usize, SafetensorsError> {
    let (header, data) = split(start)?;
    Ok((start.len() - data.len()).saturating_add(check(header)?))
}

/// A file whose header is sound, and whose tensors fill it.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    header: &'a str,
    data: &'a [u8],
}

impl<'a> File<'a> {
    /// Checks all of a file but what its numbers are.
    pub(super) fn new(bytes: &'a [u8]) -> Result<File<'a>, SafetensorsError> {
        let (header, data) = split(bytes)?;
        let (expected, found) = ((bytes.len() - data.len()).saturating_add(check(header)?), bytes.len());
        if found == expected { Ok(File { header, data }) } else { Err(SafetensorsError::Bytes { expected, found }) }
    }

    /// The tensors, in the order of the header.
    pub(super) fn tensors(&self) -> Tensors<'a> {
        Tensors::new(self.header)
    }

    /// The tensor of a name.
    pub(super) fn find(&self, name: &str) -> Result<Option<Tensor<'a>>, SafetensorsError> {
        let mut tensors = self.tensors();
        while let Some(tensor) = tensors.next()? {
            if tensor.name == name {
                return Ok(Some(tensor));
            }
        }
        Ok(None)
    }

    /// The numbers of a tensor of a type that is read.
    pub(super) fn numbers(&self, tensor: &Tensor<'a>) -> impl Iterator<Item = f32> + 'a {
        let bytes = self.data.get(tensor.begin..tensor.end).unwrap_or(&[]);
        let dtype = tensor.dtype;
        (0..).map_while(move |n| number(dtype, bytes, n))
    }
}

/// The header and what comes after it.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), SafetensorsError> {
    let fails = |at, expected| Err(SafetensorsError::Header { at, expected, found: Line::at(bytes, at) });
    let Some((len, rest)) = bytes.split_first_chunk() else {
        return fails(0, "the length of a header in eight bytes");
    };
    let len = u64::from_le_bytes(*len);
    if len > MAX_HEADER as u64 {
        return fails(0, "the length of a header of at most 262144 bytes");
    }
    let Some((header, data)) = rest.split_at_checked(len as usize) else {
        return fails(bytes.len(), "the header as long as the file says");
    };
    match core::str::from_utf8(header) {
        Ok(header) => Ok((header, data)),
        Err(error) => fails(LENGTH + error.valid_up_to(), "UTF-8"),
    }
}

/// How many bytes the tensors of a header have, which lie one after the other.
///
/// Each is compared with each before it, of which a few are kept at a time: so the header is read as often as there are
/// such few.
fn check(header: &str) -> Result<usize, SafetensorsError> {
    const KEPT: usize = 16;
    let (mut tensors, mut sum, mut end) = (Tensors::new(header), 0usize, 0);
    while tensors.place != Place::End {
        let (mut kept, mut count, mut others): ([Option<Tensor>; KEPT], _, _) = ([None; KEPT], 0, tensors);
        while let Some(other) = others.next()? {
            for tensor in kept.iter().flatten() {
                if other.name == tensor.name {
                    return Err(other.start.fails("a tensor of another name"));
                }
                if other.begin < tensor.end && tensor.begin < other.end {
                    return Err(other.start.fails("a tensor that shares no bytes with another"));
                }
            }
            if let Some(place) = kept.get_mut(count) {
                *place = Some(other);
                (count, tensors) = (count + 1, others);
                // without overlap the sum is at most where the last one ends
                sum = sum.saturating_add(other.end - other.begin);
                end = end.max(other.end);
            }
        }
        if count < KEPT {
            tensors = others;
        }
    }
    if sum == end { Ok(end) } else { Err(tensors.cursor.fails("a header whose tensors leave no gap between them")) }
}

/// What a header says of a tensor.
#[derive(Clone, Copy)]
pub(super) struct Tensor<'a> {
    pub name: &'a str,
    pub dtype: &'a str,
    start: Cursor<'a>,
    /// Behind the bracket in which the dimensions begin.
    shape: Cursor<'a>,
    /// Where its numbers begin and end, counted from the header's end.
    begin: usize,
    end: usize,
}

impl<'a> Tensor<'a> {
    /// The dimensions.
    pub(super) fn dims(&self) -> Dims<'a> {
        Dims(self.shape)
    }
}

/// The tensors of a header, one after the other.
#[derive(Clone, Copy)]
pub(super) struct Tensors<'a> {
    cursor: Cursor<'a>,
    place: Place,
    had_metadata: bool,
}

/// Where in a list a reader is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    Inside,
    End,
}

impl<'a> Tensors<'a> {
    fn new(text: &'a str) -> Tensors<'a> {
        Tensors { cursor: Cursor { text, at: 0 }, place: Place::Start, had_metadata: false }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> Result<Option<Tensor<'a>>, SafetensorsError> {
        loop {
            match self.place {
                Place::Start if !self.cursor.text.starts_with('{') => return Err(self.cursor.fails("`{`")),
                Place::Start => {
                    self.cursor.at = 1;
                    self.place = Place::Inside;
                    if self.cursor.takes(b'}') {
                        self.place = Place::End;
                    }
                }
                Place::Inside if self.cursor.takes(b'}') => self.place = Place::End,
                Place::Inside => self.cursor.expect(b',', "`,` or `}`")?,
                Place::End => {}
            }
            if self.place == Place::End {
                self.cursor.space();
                let is_end = self.cursor.peek().is_none();
                return if is_end { Ok(None) } else { Err(self.cursor.fails("the end of the header")) };
            }
            self.cursor.space();
            let start = self.cursor;
            let name = self.cursor.string("a name without escapes in quotation marks")?;
            self.cursor.expect(b':', "`:`")?;
            if name != METADATA {
                return self.cursor.tensor(start, name).map(Some);
            }
            if self.had_metadata {
                return Err(start.fails("`__metadata__` once"));
            }
            self.had_metadata = true;
            self.cursor.metadata()?;
        }
    }
}

/// The dimensions of a tensor, one after the other.
#[derive(Clone)]
pub(super) struct Dims<'a>(Cursor<'a>);

impl Iterator for Dims<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.0.takes(b',');
        self.0.number().ok()
    }
}

/// A place in a header.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// What stands here instead of what is expected.
    fn fails(&self, expected: &'static str) -> SafetensorsError {
        SafetensorsError::Header { at: LENGTH + self.at, expected, found: Line::at(self.text.as_bytes(), self.at) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes over white space.
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes over a character, if it is the next one.
    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), SafetensorsError> {
        if self.takes(byte) { Ok(()) } else { Err(self.fails(expected)) }
    }

    /// A string, in which nothing is written by an escape.
    fn string(&mut self, expected: &'static str) -> Result<&'a str, SafetensorsError> {
        self.space();
        let start = *self;
        self.expect(b'"', expected)?;
        let begin = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    let text = self.text.get(begin..self.at).unwrap_or("");
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' | 0..b' ' => break,
                _ => self.at += 1,
            }
        }
        Err(start.fails(expected))
    }

    /// Goes over a string, whatever is in it.
    fn any_string(&mut self) -> Result<(), SafetensorsError> {
        const EXPECTED: &str = "a string in quotation marks";
        self.expect(b'"', EXPECTED)?;
        loop {
            let here = *self;
            let byte = self.peek();
            self.at += 1;
            match byte {
                Some(b'"') => return Ok(()),
                Some(b'\\') => {
                    let digits = match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
                        Some(b'u') => 4,
                        _ => return Err(here.fails("an escape of JSON")),
                    };
                    self.at += 1;
                    for _ in 0..digits {
                        if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                            return Err(here.fails("an escape of JSON"));
                        }
                        self.at += 1;
                    }
                }
                None | Some(0..b' ') => return Err(here.fails(EXPECTED)),
                Some(_) => {}
            }
        }
    }

    /// An integer that is not negative.
    fn number(&mut self) -> Result<usize, SafetensorsError> {
        self.space();
        let (start, mut number) = (*self, 0usize);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            // a number does not begin with 0, but for 0 itself
            let next = number.checked_mul(10).and_then(|tens| tens.checked_add(usize::from(digit - b'0')));
            let Some(next) = next.filter(|_| self.at == start.at || number > 0) else {
                return Err(start.fails("an integer that is not too large"));
            };
            number = next;
            self.at += 1;
        }
        if self.at > start.at { Ok(number) } else { Err(start.fails("an integer")) }
    }

    /// Goes over strings with names, in braces.
    fn metadata(&mut self) -> Result<(), SafetensorsError> {
        self.expect(b'{', "`{` and strings with names")?;
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            self.any_string()?;
            self.expect(b':', "`:`")?;
            self.any_string()?;
            if self.takes(b'}') {
                return Ok(());
            }
            self.expect(b',', "`,` or `}`")?;
        }
    }

    /// The numbers in brackets, of which a reader is given each: the place of the first.
    fn list(&mut self, mut read: impl FnMut(usize)) -> Result<Cursor<'a>, SafetensorsError> {
        self.expect(b'[', "`[`")?;
        let first = *self;
        if self.takes(b']') {
            return Ok(first);
        }
        loop {
            read(self.number()?);
            if self.takes(b']') {
                return Ok(first);
            }
            self.expect(b',', "`,` or `]`")?;
        }
    }

    /// What is said of a tensor called `name`, which begins at `start`.
    fn tensor(&mut self, start: Cursor<'a>, name: &'a str) -> Result<Tensor<'a>, SafetensorsError> {
        const KEYS: &str = "`dtype`, `shape` and `data_offsets`, each once";
        let (mut dtype, mut shape, mut range) = (None, None, None);
        self.expect(b'{', "`{` and what is said of a tensor")?;
        loop {
            self.space();
            let here = *self;
            let key = self.string(KEYS)?;
            self.expect(b':', "`:`")?;
            match key {
                "dtype" if dtype.is_none() => dtype = Some(self.string("a type")?),
                "shape" if shape.is_none() => {
                    let mut len = Some(1usize);
                    shape = Some((self.list(|dim| len = len.and_then(|len| len.checked_mul(dim)))?, len));
                }
                "data_offsets" if range.is_none() => {
                    let (mut offsets, mut count) = ([0; 2], 0);
                    self.space();
                    let here = *self;
                    self.list(|offset| {
                        if let Some(place) = offsets.get_mut(count) {
                            *place = offset;
                        }
                        count += 1;
                    })?;
                    if count != 2 || offsets[0] > offsets[1] {
                        return Err(here.fails("where a tensor begins and where it ends"));
                    }
                    range = Some(offsets);
                }
                _ => return Err(here.fails(KEYS)),
            }
            if self.takes(b'}') {
                break;
            }
            self.expect(b',', "`,` or `}`")?;
        }
        let (Some(dtype), Some((shape, len)), Some([begin, end])) = (dtype, shape, range) else {
            return Err(start.fails("a tensor with `dtype`, `shape` and `data_offsets`"));
        };
        let Some(bits) = bits(dtype) else { return Err(start.fails("a tensor of a type of safetensors")) };
        match len.and_then(|len| len.checked_mul(bits)) {
            Some(bits) if bits % 8 == 0 && bits / 8 == end - begin => {
                Ok(Tensor { name, dtype, start, shape, begin, end })
            }
            _ => Err(start.fails("a tensor of as many bytes as its shape and type say")),
        }
    }
}
