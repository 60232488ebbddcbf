//! The text of a migration, cut where the markers are.

use std::ops::Range;

use levity::migrate::file::{STAGE, STATEMENT_BREAKPOINT};

pub(super) struct Text<'a> {
    pub(super) whole: &'a str,
    pub(super) header: Range<usize>,
    /// For each stage, where its statements are, with the white space around them.
    pub(super) stages: Vec<Vec<Range<usize>>>,
}

impl<'a> Text<'a> {
    /// Cuts a text that has been read without an error.
    pub(super) fn new(whole: &'a str) -> Self {
        let mut header = 0..0;
        let mut stages = vec![Vec::new()];
        let mut start = 0;
        let mut offset = 0;
        let mut is_header = true;
        for line in whole.split_inclusive('\n') {
            let (begin, end) = (offset, offset + line.len());
            offset = end;
            is_header &=
                line.starts_with("--") && !line.starts_with(STATEMENT_BREAKPOINT) && !line.starts_with(STAGE);
            if is_header {
                header.end = end;
                start = end;
            } else if line.starts_with(STATEMENT_BREAKPOINT) {
                stages.last_mut().expect("there is one").push(start..begin);
                start = end;
            } else if line.starts_with(STAGE) {
                stages.last_mut().expect("there is one").push(start..begin);
                stages.push(Vec::new());
                start = end;
            }
        }
        stages.last_mut().expect("there is one").push(start..whole.len());
        // Before the first line that begins a stage there need not be one.
        stages.retain(|statements| statements.iter().any(|range| !whole[range.clone()].trim().is_empty()));
        Self { whole, header, stages }
    }

    /// The text with nothing but these statements, each at its place and ended by a semicolon.
    pub(super) fn only(&self, statements: &[Range<usize>]) -> String {
        let mut bytes: Vec<u8> =
            self.whole.bytes().map(|byte| if byte == b'\n' { b'\n' } else { b' ' }).collect();
        for range in statements {
            bytes[range.clone()].copy_from_slice(&self.whole.as_bytes()[range.clone()]);
            // What follows is a marker.
            if let Some(next) = bytes.get_mut(range.end)
                && !self.whole[range.clone()].trim_end().ends_with(';')
            {
                *next = b';';
            }
        }
        String::from_utf8(bytes).expect("a statement begins and ends with a line")
    }

    /// The line and the column of a byte, from 1.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let before = &self.whole[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}
