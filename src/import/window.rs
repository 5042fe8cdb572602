//! A bounded view of the input: whatever the file holds, this is all of it that is in memory.

use std::io::{self, ErrorKind, Read};

/// The longest record, in bytes with its line end. An unclosed quotation mark is looked for no
/// further.
pub const MAX_RECORD: usize = 64 * 1024;

const CAPACITY: usize = 2 * MAX_RECORD;

/// The part of the input that is being read, and the number of its first line.
pub struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    line: u64,
}

impl<R: Read> Window<R> {
    /// At the start of `input`.
    pub fn new(input: R) -> Self {
        Self { input, buffer: vec![0; CAPACITY], start: 0, end: 0, ended: false, line: 1 }
    }

    /// The line (from 1) of the first byte of the view.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// What comes next: [`MAX_RECORD`] bytes, or all that is left, and whether it is all.
    ///
    /// # Errors
    /// The input's.
    pub fn view(&mut self) -> io::Result<(&[u8], bool)> {
        if !self.ended && self.end - self.start <= MAX_RECORD {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            while !self.ended && self.end < CAPACITY {
                match self.input.read(&mut self.buffer[self.end..]) {
                    Ok(0) => self.ended = true,
                    Ok(count) => self.end += count,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let is_all = self.ended && self.end - self.start <= MAX_RECORD;
        Ok((&self.buffer[self.start..self.end.min(self.start + MAX_RECORD)], is_all))
    }

    /// Goes on after `count` bytes of the view.
    pub fn advance(&mut self, count: usize) {
        let passed = &self.buffer[self.start..self.start + count];
        self.line += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.start += count;
    }

    /// Goes on after the end of the line, however far it is. Gives the start of the line: all of it
    /// if it fits into the view.
    ///
    /// # Errors
    /// The input's.
    pub fn skip_line(&mut self) -> io::Result<(Vec<u8>, bool)> {
        /// What is kept of a line that does not fit: enough to find it again.
        const EXCERPT: usize = 1000;
        let (view, is_all) = self.view()?;
        let (length, end) = (view.len(), line_end(view));
        if end.is_some() || is_all {
            let line = view[..end.unwrap_or(length)].to_vec();
            self.advance(end.map_or(length, |at| at + 1));
            return Ok((line, true));
        }
        let excerpt = view[..EXCERPT.min(length)].to_vec();
        loop {
            let (view, is_all) = self.view()?;
            let (length, end) = (view.len(), line_end(view));
            self.advance(end.map_or(length, |at| at + 1));
            if end.is_some() || is_all {
                return Ok((excerpt, false));
            }
        }
    }
}

/// Where the first line feed is.
pub fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_passed_in_little_memory() {
        let mut input = vec![b'x'; 1_000_000];
        input.extend(b"\nshort\nlast");
        let mut window = Window::new(input.as_slice());
        let (excerpt, whole) = window.skip_line().unwrap();
        assert_eq!((excerpt.len(), whole, window.line()), (1000, false, 2));
        assert_eq!(window.skip_line().unwrap(), (b"short".to_vec(), true));
        assert_eq!(window.line(), 3);
        assert_eq!(window.skip_line().unwrap(), (b"last".to_vec(), true));
        assert_eq!(window.view().unwrap(), (b"".as_slice(), true));
        assert_eq!(window.buffer.len(), CAPACITY);
    }

    #[test]
    fn a_line_that_just_fits_or_just_does_not() {
        for (length, whole) in [(MAX_RECORD - 1, true), (MAX_RECORD, false)] {
            let mut input = vec![b'x'; length];
            input.extend(b"\nnext\n");
            input.extend(vec![b'y'; MAX_RECORD]);
            let mut window = Window::new(input.as_slice());
            assert_eq!(window.skip_line().unwrap().1, whole, "{length}");
            assert_eq!(window.skip_line().unwrap(), (b"next".to_vec(), true), "{length}");
        }
    }
}
