//! Areas of 64-bit words, little endian, with texts behind them: what crosses the border of a module.
//!
//! A *reference* is a word that says where bytes or elements lie: offset in bytes from the start of the area in its lower half, length
//! (bytes of a text, elements of a list) in its upper half. [`ABSENT`] stands for a value that is not there.

use std::fmt;

/// A value that is not there.
pub const ABSENT: i64 = i64::MIN;
/// Instead of a number of a request: as much as there may be.
pub const MOST: i64 = i64::MIN + 1;
/// Bytes of a word.
pub const WORD: usize = 8;

/// An area whose words do not hold together: which place, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

/// An area under construction.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Room for so many words at the end of the area, all absent; the offset of the first.
    pub fn reserve(&mut self, words: usize) -> usize {
        self.bytes.resize(self.bytes.len().next_multiple_of(WORD), 0);
        let at = self.bytes.len();
        for _ in 0..words {
            self.bytes.extend_from_slice(&ABSENT.to_le_bytes());
        }
        at
    }

    /// Writes a word at an offset that was reserved.
    pub fn set(&mut self, at: usize, word: i64) {
        if let Some(place) = self.bytes.get_mut(at..at.saturating_add(WORD)) {
            place.copy_from_slice(&word.to_le_bytes());
        }
    }

    /// Adds a text; its reference.
    pub fn text(&mut self, text: &str) -> i64 {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        reference(at, text.len())
    }

    /// Room for a list of so many elements; the offset of the first and the reference to all.
    pub fn list(&mut self, elements: usize, stride: usize) -> (usize, i64) {
        let at = self.reserve(elements.saturating_mul(stride));
        (at, reference(at, elements))
    }

    /// The area.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A reference. Areas are smaller than 2 GiB, which the writer of a module sees to.
fn reference(at: usize, length: usize) -> i64 {
    let half = |value: usize| i64::from(u32::try_from(value).unwrap_or(u32::MAX) & 0x7fff_ffff);
    half(at) | (half(length) << 32)
}

/// An area that is read. Nothing that it says is trusted.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of an area.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The word at an offset in bytes.
    ///
    /// # Errors
    /// It lies outside the area.
    pub fn word(&self, at: usize) -> Result<i64, Broken> {
        let word = self.bytes.get(at..at.saturating_add(WORD)).and_then(|bytes| bytes.try_into().ok());
        word.map(i64::from_le_bytes).ok_or_else(|| Broken(format!("the word at byte {at} lies outside the area")))
    }

    /// The text of a reference; none where it is absent.
    ///
    /// # Errors
    /// It lies outside the area, or is no UTF-8.
    pub fn text(&self, reference: i64) -> Result<Option<&'a str>, Broken> {
        if reference == ABSENT {
            return Ok(None);
        }
        let (at, length) = parts(reference)?;
        let bytes = self.bytes.get(at..at.saturating_add(length));
        let bytes = bytes.ok_or_else(|| Broken(format!("the text at byte {at} lies outside the area")))?;
        let text = std::str::from_utf8(bytes).map_err(|_| Broken(format!("the text at byte {at} is no UTF-8")))?;
        Ok(Some(text))
    }

    /// The offsets of a list's elements; none where it is absent.
    ///
    /// # Errors
    /// They lie outside the area.
    pub fn list(&self, reference: i64, stride: usize) -> Result<Vec<usize>, Broken> {
        if reference == ABSENT {
            return Ok(vec![]);
        }
        let (at, count) = parts(reference)?;
        let size = stride.saturating_mul(WORD);
        let end = count.checked_mul(size).and_then(|length| length.checked_add(at));
        if stride == 0 || end.is_none_or(|end| end > self.bytes.len()) {
            return Err(Broken(format!("the list at byte {at} lies outside the area")));
        }
        Ok((0..count).map(|element| at.saturating_add(element.saturating_mul(size))).collect())
    }
}

fn parts(reference: i64) -> Result<(usize, usize), Broken> {
    let half = |value: i64| usize::try_from(value & 0xffff_ffff).ok();
    match (half(reference), half(reference >> 32)) {
        (Some(at), Some(length)) if reference >= 0 => Ok((at, length)),
        _ => Err(Broken(format!("{reference} is no reference"))),
    }
}
