use crate::Error;

/// How many rows an insert returns, in its type: [`OneRow`], [`AtMostOneRow`] or [`ManyRows`].
pub trait Amount {
    /// What `returning` gives.
    type Of<R>;
    /// What `execute` gives.
    type Written;
    /// When some of the rows may be left out.
    type Fewer: Amount;

    /// Rows in the order of the input.
    ///
    /// # Errors
    ///
    /// Another number of rows than this one.
    fn returned<R>(rows: Vec<R>, table: &'static str) -> Result<Self::Of<R>, Error>;

    /// The number of rows that were written.
    fn written(rows: u64) -> Self::Written;
}

/// In the type of an insert: it writes its row.
#[derive(Debug)]
pub enum OneRow {}

/// In the type of an insert: it writes its row, or leaves it out because of a conflict.
#[derive(Debug)]
pub enum AtMostOneRow {}

/// In the type of an insert: it writes any number of rows.
#[derive(Debug)]
pub enum ManyRows {}

impl Amount for OneRow {
    type Of<R> = R;
    type Written = ();
    type Fewer = AtMostOneRow;

    fn returned<R>(rows: Vec<R>, table: &'static str) -> Result<R, Error> {
        super::super::select::only(rows, table)
    }

    fn written(_: u64) {}
}

impl Amount for AtMostOneRow {
    type Of<R> = Option<R>;
    type Written = bool;
    type Fewer = Self;

    fn returned<R>(rows: Vec<R>, _: &'static str) -> Result<Option<R>, Error> {
        Ok(rows.into_iter().next())
    }

    fn written(rows: u64) -> bool {
        rows > 0
    }
}

impl Amount for ManyRows {
    type Of<R> = Vec<R>;
    type Written = u64;
    type Fewer = Self;

    fn returned<R>(rows: Vec<R>, _: &'static str) -> Result<Vec<R>, Error> {
        Ok(rows)
    }

    fn written(rows: u64) -> u64 {
        rows
    }
}
