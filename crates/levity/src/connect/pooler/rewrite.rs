//! The translation between what the driver says and what the server hears.
//!
//! The driver prepares a statement under a name, and later binds values to that name. On the wire, preparing makes the
//! statement without a name, and its text is remembered here. Binding sends the text again, with the types that the
//! parameters had when it was prepared, and a question for the columns of the result; then the values. All of it is in the
//! message that the driver sends anyway, so it costs no round trip, and a pooler keeps one connection of the server for the
//! whole message. What the server answers to the additions is taken out again.
//!
//! Columns that are no longer those that were prepared end the connection: the driver would read their values as what they
//! were before.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    io,
};

use bytes::{Buf, BufMut, Bytes, BytesMut};

#[derive(Default)]
pub(super) struct Rewriter {
    /// Whether the login is behind us. Its first message has no tag.
    logged_in: bool,
    /// Whether the connection has to end.
    over: bool,
    statements: HashMap<Bytes, Prepared>,
    /// What the server has yet to answer, oldest first.
    batches: VecDeque<Batch>,
}

struct Prepared {
    text: Bytes,
    parameters: Vec<u32>,
    columns: Vec<(Bytes, u32)>,
    /// Whether it copies into a table.
    copies: bool,
}

/// All that the server answers with one `ReadyForQuery`.
#[derive(Default)]
struct Batch {
    expected: VecDeque<Expected>,
    /// Whether its `Sync` was sent.
    complete: bool,
    /// How far it is, where it copies into a table.
    copy: Option<CopyPhase>,
}

/// The driver sends a `Sync` before the data of a copy and one after them. A server that refuses the copy before it has looked
/// for data would answer both, the driver expects one answer, and PgBouncer loses count and gives what is left to its next
/// client. So the first one stays here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CopyPhase {
    BeforeData,
    Data,
}

enum Expected {
    Parsed { ours: bool },
    Described { statement: Bytes, ours: bool },
}

/// Tags of messages, by who sends them.
mod driver {
    pub(super) const PARSE: u8 = b'P';
    pub(super) const BIND: u8 = b'B';
    pub(super) const DESCRIBE: u8 = b'D';
    pub(super) const CLOSE: u8 = b'C';
    pub(super) const SYNC: u8 = b'S';
    pub(super) const QUERY: u8 = b'Q';
}
mod server {
    pub(super) const PARSE_COMPLETE: u8 = b'1';
    pub(super) const PARAMETER_DESCRIPTION: u8 = b't';
    pub(super) const ROW_DESCRIPTION: u8 = b'T';
    pub(super) const NO_DATA: u8 = b'n';
    pub(super) const READY: u8 = b'Z';
}

const STATEMENT: u8 = b'S';

/// An error as the server would send it; "fatal" says that the connection is gone.
const CHANGED: &[u8] =
    b"SFATAL\0VFATAL\0C0A000\0Mthe schema has changed since this statement was prepared, and its result has \
other columns now; whether the statement took effect is not known\0\0";

impl Rewriter {
    pub(super) fn is_logged_in(&self) -> bool {
        self.logged_in
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Takes the complete messages out of `given`; those for which it is too early stay there.
    pub(super) fn translate_requests(
        &mut self,
        given: &mut BytesMut,
        outgoing: &mut BytesMut,
    ) -> io::Result<()> {
        if !self.logged_in {
            outgoing.unsplit(given.split());
            return Ok(());
        }
        while !self.holds()
            && let Some((tag, body)) = take(given)?
        {
            match tag {
                driver::PARSE => self.parse(body, outgoing)?,
                driver::BIND => self.bind(body, outgoing)?,
                driver::DESCRIBE => {
                    let (kind, name) = named(body.clone())?;
                    let statement = if kind == STATEMENT { name } else { Bytes::new() };
                    let ours = false;
                    self.expect(Expected::Described { statement: statement.clone(), ours });
                    put(outgoing, tag, if statement.is_empty() { &body } else { b"S\0" });
                }
                driver::CLOSE => {
                    let (kind, name) = named(body.clone())?;
                    let known = kind == STATEMENT && self.statements.remove(&name).is_some();
                    // There is nothing to close, but an answer to be had.
                    put(outgoing, tag, if known { b"S\0" } else { &body });
                }
                driver::SYNC if self.open_batch().copy == Some(CopyPhase::BeforeData) => {
                    self.open_batch().copy = Some(CopyPhase::Data);
                }
                driver::SYNC | driver::QUERY => {
                    self.open_batch().complete = true;
                    put(outgoing, tag, &body);
                }
                _ => put(outgoing, tag, &body),
            }
        }
        Ok(())
    }

    /// Takes the complete messages out of `arrived`.
    pub(super) fn translate_answers(
        &mut self,
        arrived: &mut BytesMut,
        readable: &mut BytesMut,
    ) -> io::Result<()> {
        while !self.over
            && let Some((tag, body)) = take(arrived)?
        {
            let ours = match tag {
                server::PARSE_COMPLETE => match self.answered() {
                    Some(Expected::Parsed { ours }) => ours,
                    Some(Expected::Described { .. }) | None => return Err(malformed()),
                },
                server::PARAMETER_DESCRIPTION => self.parameters(body.clone())?,
                server::ROW_DESCRIPTION | server::NO_DATA if self.is_describing() => {
                    self.columns(tag, body.clone())?
                }
                server::READY => {
                    self.logged_in = true;
                    if let Some(batch) = self.batches.pop_front() {
                        self.forget_refused(batch);
                    }
                    false
                }
                _ => false,
            };
            if self.over {
                put(readable, b'E', CHANGED);
            } else if !ours {
                put(readable, tag, &body);
            }
        }
        Ok(())
    }

    /// Whether nothing more may be sent before the answer to a copy has come to its end. PgBouncer gives up counting answers
    /// when a copy fails, and would take the answer to what follows for nobody's.
    fn holds(&self) -> bool {
        self.batches.back().is_some_and(|batch| batch.complete && batch.copy.is_some())
    }

    fn parse(&mut self, body: Bytes, outgoing: &mut BytesMut) -> io::Result<()> {
        let mut rest = body;
        let name = text(&mut rest)?;
        put_parts(outgoing, driver::PARSE, &[b"\0", &rest]);
        if !name.is_empty() {
            let text = text(&mut rest)?;
            let copies = copies_in(&text);
            let prepared = Prepared { text, parameters: Vec::new(), columns: Vec::new(), copies };
            self.statements.insert(name, prepared);
        }
        self.expect(Expected::Parsed { ours: false });
        Ok(())
    }

    fn bind(&mut self, body: Bytes, outgoing: &mut BytesMut) -> io::Result<()> {
        let mut rest = body;
        let portal = text(&mut rest)?;
        let name = text(&mut rest)?;
        if !name.is_empty() {
            // The driver uses only what it has prepared on this connection.
            let prepared = self.statements.get(&name).ok_or_else(malformed)?;
            let mut types = BytesMut::new();
            types.put_u16(u16::try_from(prepared.parameters.len()).map_err(|_| malformed())?);
            for parameter in &prepared.parameters {
                types.put_u32(*parameter);
            }
            put_parts(outgoing, driver::PARSE, &[b"\0", &prepared.text, b"\0", &types]);
            put(outgoing, driver::DESCRIBE, b"S\0");
            let copies = prepared.copies;
            self.expect(Expected::Parsed { ours: true });
            self.expect(Expected::Described { statement: name, ours: true });
            if copies {
                self.open_batch().copy = Some(CopyPhase::BeforeData);
            }
        }
        put_parts(outgoing, driver::BIND, &[&portal, b"\0\0", &rest]);
        Ok(())
    }

    /// The driver never closes what the server did not prepare.
    fn forget_refused(&mut self, batch: Batch) {
        for expected in batch.expected {
            if let Expected::Described { statement, ours: false } = expected {
                self.statements.remove(&statement);
            }
        }
    }

    fn open_batch(&mut self) -> &mut Batch {
        if self.batches.back().is_none_or(|batch| batch.complete) {
            self.batches.push_back(Batch::default());
        }
        self.batches.back_mut().expect("one was just added if there was none")
    }

    fn expect(&mut self, answer: Expected) {
        self.open_batch().expected.push_back(answer);
    }

    fn answered(&mut self) -> Option<Expected> {
        self.batches.front_mut()?.expected.pop_front()
    }

    fn is_describing(&self) -> bool {
        let expected = self.batches.front().and_then(|batch| batch.expected.front());
        matches!(expected, Some(Expected::Described { .. }))
    }

    /// The types of parameters, which come before the columns. Says whether the answer is to an addition.
    fn parameters(&mut self, mut body: Bytes) -> io::Result<bool> {
        let expected = self.batches.front().and_then(|batch| batch.expected.front());
        let Some(Expected::Described { statement, ours }) = expected else { return Err(malformed()) };
        if !ours && let Some(prepared) = self.statements.get_mut(statement) {
            let count = body.try_get_u16().map_err(|_| malformed())?;
            let types = (0..count).map(|_| body.try_get_u32().map_err(|_| malformed()));
            prepared.parameters = types.collect::<io::Result<_>>()?;
        }
        Ok(*ours)
    }

    fn columns(&mut self, tag: u8, body: Bytes) -> io::Result<bool> {
        let Some(Expected::Described { statement, ours }) = self.answered() else { return Err(malformed()) };
        if let Some(prepared) = self.statements.get_mut(&statement) {
            let columns = if tag == server::NO_DATA { Vec::new() } else { columns(body)? };
            if ours {
                self.over = columns != prepared.columns;
            } else {
                prepared.columns = columns;
            }
        }
        Ok(ours)
    }
}

/// The names and types of a result's columns.
fn columns(mut body: Bytes) -> io::Result<Vec<(Bytes, u32)>> {
    let count = body.try_get_u16().map_err(|_| malformed())?;
    let column = |_| {
        let name = text(&mut body)?;
        // The table and the number of the column; then, after the type, its length, modifier and format.
        if body.remaining() < 18 {
            return Err(malformed());
        }
        body.advance(6);
        let type_oid = body.get_u32();
        body.advance(8);
        Ok((name, type_oid))
    };
    (0..count).map(column).collect()
}

/// The next message, if it is complete: its tag and what follows its length.
fn take(bytes: &mut BytesMut) -> io::Result<Option<(u8, Bytes)>> {
    let Some((header, _)) = bytes.split_first_chunk::<5>() else { return Ok(None) };
    let [tag, length @ ..] = *header;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| malformed())?;
    if length < 4 {
        return Err(malformed());
    }
    if bytes.len() <= length {
        return Ok(None);
    }
    let mut message = bytes.split_to(length + 1).freeze();
    message.advance(5);
    Ok(Some((tag, message)))
}

fn put(bytes: &mut BytesMut, tag: u8, body: &[u8]) {
    put_parts(bytes, tag, &[body]);
}

fn put_parts(bytes: &mut BytesMut, tag: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    bytes.put_u8(tag);
    bytes.put_u32(u32::try_from(length + 4).expect("it was read with a length of 32 bits, or is short"));
    for part in parts {
        bytes.put_slice(part);
    }
}

/// Whether a statement is `COPY … FROM STDIN`.
fn copies_in(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let words: Vec<&str> = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let ends = |pair: [&str; 2]| words.windows(2).rposition(|words| words == pair);
    words.first() == Some(&"copy") && ends(["from", "stdin"]) > ends(["to", "stdout"])
}

/// Text up to its zero byte.
fn text(bytes: &mut Bytes) -> io::Result<Bytes> {
    let length = bytes.iter().position(|byte| *byte == 0).ok_or_else(malformed)?;
    let text = bytes.split_to(length);
    bytes.advance(1);
    Ok(text)
}

/// What `Describe` and `Close` say: whether a statement or a portal is meant, and its name.
fn named(mut body: Bytes) -> io::Result<(u8, Bytes)> {
    let kind = body.try_get_u8().map_err(|_| malformed())?;
    Ok((kind, text(&mut body)?))
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a message of the protocol is not understood")
}
