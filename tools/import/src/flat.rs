//! Reads FlatBuffers, in which TFLite's files are: every place is checked before it is read.

use std::cell::Cell;

use crate::error::{Error, Result};

/// How many numbers, letters and tables are read of a file at most, constants aside: they may share their bytes.
pub const MAX_READ: usize = 1 << 22;

/// What a table counts as: more than it takes as such, since it becomes a tensor or a node.
const TABLE: usize = 16;

/// A table: fields, each of which may be left out.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How much may still be read of the file.
    left: &'a Cell<usize>,
}

/// A vector: where its first value lies, and how many there are.
#[derive(Clone, Copy)]
pub struct Vector<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many values there are.
    pub len: usize,
}

/// The bytes at a place.
fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N]> {
    let found = at.checked_add(N).and_then(|end| bytes.get(at..end)).and_then(|bytes| bytes.as_array());
    found.copied().map_or_else(|| Error::format("TFLite: it ends before what it says"), Ok)
}

/// The place that an offset at `at` leads to.
fn follow(bytes: &[u8], at: usize) -> Result<usize> {
    let offset = u32::from_le_bytes(take(bytes, at)?) as usize;
    at.checked_add(offset).map_or_else(|| Error::format("TFLite: an offset leads nowhere"), Ok)
}

impl<'a> Table<'a> {
    /// The table that a file is; `left` is how much may be read of it.
    pub fn root(bytes: &'a [u8], left: &'a Cell<usize>) -> Result<Table<'a>> {
        Ok(Table { bytes, at: follow(bytes, 0)?, left })
    }

    /// Counts what is read.
    fn count(self, count: usize) -> Result<()> {
        let Some(left) = self.left.get().checked_sub(count) else {
            return Error::format(format!(
                "TFLite: its lists and names are longer in all than the {MAX_READ} that are read"
            ));
        };
        self.left.set(left);
        Ok(())
    }

    /// Where a field lies, if it is there.
    fn field(self, n: usize) -> Result<Option<usize>> {
        let back = i64::from(i32::from_le_bytes(take(self.bytes, self.at)?));
        let Some(fields) = (self.at as i64).checked_sub(back).and_then(|at| usize::try_from(at).ok()) else {
            return Error::format("TFLite: an offset leads nowhere");
        };
        let len = usize::from(u16::from_le_bytes(take(self.bytes, fields)?));
        if 4 + 2 * n + 2 > len {
            return Ok(None);
        }
        let offset = usize::from(u16::from_le_bytes(take(self.bytes, fields + 4 + 2 * n)?));
        Ok((offset > 0).then_some(self.at + offset))
    }

    fn number<const N: usize, T>(self, n: usize, default: T, read: fn([u8; N]) -> T) -> Result<T> {
        self.field(n)?.map_or(Ok(default), |at| Ok(read(take(self.bytes, at)?)))
    }

    /// A field of one byte.
    pub fn byte(self, n: usize, default: u8) -> Result<u8> {
        self.number(n, default, u8::from_le_bytes)
    }

    /// A field of four bytes.
    pub fn int(self, n: usize, default: i32) -> Result<i32> {
        self.number(n, default, i32::from_le_bytes)
    }

    /// A float.
    pub fn float(self, n: usize, default: f32) -> Result<f32> {
        self.number(n, default, f32::from_le_bytes)
    }

    /// A table in a field.
    pub fn table(self, n: usize) -> Result<Option<Table<'a>>> {
        self.field(n)?.map(|at| Ok(Table { at: follow(self.bytes, at)?, ..self })).transpose()
    }

    /// A vector in a field, of values of `size` bytes, all of which are there.
    pub fn vector(self, n: usize, size: usize) -> Result<Vector<'a>> {
        let Some(at) = self.field(n)? else { return Ok(Vector { bytes: self.bytes, at: 0, len: 0 }) };
        let at = follow(self.bytes, at)?;
        let len = u32::from_le_bytes(take(self.bytes, at)?) as usize;
        match len.checked_mul(size).and_then(|len| len.checked_add(at + 4)) {
            Some(end) if end <= self.bytes.len() => Ok(Vector { bytes: self.bytes, at: at + 4, len }),
            _ => Error::format("TFLite: it ends before what it says"),
        }
    }

    /// Tables in a field.
    pub fn tables(self, n: usize) -> Result<Vec<Table<'a>>> {
        let vector = self.vector(n, 4)?;
        self.count(vector.len.saturating_mul(TABLE))?;
        (0..vector.len).map(|n| Ok(Table { at: follow(self.bytes, vector.at + 4 * n)?, ..self })).collect()
    }

    /// Integers of four bytes.
    pub fn ints(self, n: usize) -> Result<Vec<i32>> {
        let vector = self.vector(n, 4)?;
        self.count(vector.len)?;
        (0..vector.len).map(|n| Ok(i32::from_le_bytes(take(self.bytes, vector.at + 4 * n)?))).collect()
    }

    /// Integers of eight bytes.
    pub fn longs(self, n: usize) -> Result<Vec<i64>> {
        let vector = self.vector(n, 8)?;
        self.count(vector.len)?;
        (0..vector.len).map(|n| Ok(i64::from_le_bytes(take(self.bytes, vector.at + 8 * n)?))).collect()
    }

    /// Floats.
    pub fn floats(self, n: usize) -> Result<Vec<f32>> {
        Ok(self.ints(n)?.into_iter().map(|bits| f32::from_bits(bits as u32)).collect())
    }

    /// Bytes.
    pub fn bytes(self, n: usize) -> Result<&'a [u8]> {
        let vector = self.vector(n, 1)?;
        Ok(&vector.bytes[vector.at..vector.at + vector.len]) // `vector` has looked
    }

    /// A text.
    pub fn text(self, n: usize) -> Result<String> {
        let bytes = self.bytes(n)?;
        self.count(bytes.len())?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}
