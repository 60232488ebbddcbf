use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{Database, Error, error::Kind, pool::PooledConnection};

/// What the levels of one transaction share.
pub(crate) struct Session {
    pub(crate) connection: PooledConnection,
    pub(super) database: Database,
    levels: Mutex<Levels>,
}

/// What is open on the connection.
pub(crate) struct Levels {
    /// The levels, outermost first. A number is never used twice, so that one that has ended cannot be taken for its
    /// successor.
    open: Vec<u32>,
    next: u32,
    /// The numbers of cursors that can exist. They are used again, so that a statement is prepared once.
    cursors: BTreeSet<u32>,
    /// Whether the server reads the data of a `COPY`, and nothing else.
    copying: bool,
}

pub(super) const OUTERMOST: u32 = 0;

impl Session {
    pub(super) fn new(connection: PooledConnection, database: Database) -> Self {
        let levels =
            Levels { open: vec![OUTERMOST], next: OUTERMOST + 1, cursors: BTreeSet::new(), copying: false };
        Self { connection, database, levels: Mutex::new(levels) }
    }

    pub(crate) fn levels(&self) -> MutexGuard<'_, Levels> {
        self.levels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a statement may run at this level now.
    pub(super) fn check(&self, level: u32) -> Result<(), Error> {
        let levels = self.levels();
        if !levels.is_open(level) {
            Err(Error::new(Kind::OuterEnded))
        } else if !levels.is_innermost(level) {
            Err(Error::new(Kind::NestedOpen))
        } else if levels.copying {
            Err(Error::new(Kind::CopyOpen))
        } else {
            Ok(())
        }
    }
}

impl Levels {
    pub(super) fn open_next(&mut self) -> u32 {
        let level = self.next;
        self.next += 1;
        self.open.push(level);
        level
    }

    /// Ends a level and all inside it; says whether it was open.
    pub(super) fn end(&mut self, level: u32) -> bool {
        let position = self.open.iter().position(|open| *open == level);
        if let Some(position) = position {
            self.open.truncate(position);
        }
        position.is_some()
    }

    pub(super) fn is_open(&self, level: u32) -> bool {
        self.open.contains(&level)
    }

    pub(super) fn is_innermost(&self, level: u32) -> bool {
        self.open.last() == Some(&level)
    }

    /// The smallest number that no cursor has.
    pub(super) fn take_cursor(&mut self) -> u32 {
        let mut number = 0;
        while !self.cursors.insert(number) {
            number += 1;
        }
        number
    }

    pub(super) fn free_cursor(&mut self, number: u32) {
        self.cursors.remove(&number);
    }

    pub(crate) fn set_copying(&mut self, copying: bool) {
        self.copying = copying;
    }
}
