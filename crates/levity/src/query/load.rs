use super::{Expr, Rows, Source};

/// A relational query: a tree of tables, listed parents first, that becomes one statement.
#[derive(Clone)]
pub struct Load {
    /// The levels. The first is the root; every other one names an earlier one as its parent.
    pub levels: Vec<Level>,
}

/// One table of a relational query.
#[derive(Clone)]
pub struct Level {
    /// The table.
    pub table: Source,
    /// What it returns.
    pub columns: Vec<LevelColumn>,
    /// How many of the columns, from the end, count a relation.
    pub counts: usize,
    /// The columns of the table by which the levels below find their parents.
    pub keys: Vec<&'static str>,
    /// How its rows belong to their parents; `None` for the root.
    pub link: Option<Link>,
    /// Which of its rows, per parent.
    pub rows: Rows,
}

impl Level {
    /// The position of a column among the [`keys`](Self::keys), of which it becomes one.
    pub(crate) fn key(&mut self, name: &'static str) -> usize {
        self.keys.iter().position(|key| *key == name).unwrap_or_else(|| {
            self.keys.push(name);
            self.keys.len() - 1
        })
    }
}

/// Something that a level returns.
#[derive(Clone)]
pub struct LevelColumn {
    /// What it is.
    pub expr: Expr,
    /// The column's name, which errors of decoding mention; `None` for an expression.
    pub name: Option<&'static str>,
    /// A NULL of its type, where that is known without asking PostgreSQL.
    pub placeholder: Option<&'static str>,
}

/// How the rows of a level belong to the rows of its parent level.
#[derive(Clone)]
pub struct Link {
    /// The position of the parent in [`Load::levels`].
    pub parent: usize,
    /// The pairs of columns that are equal: the position in the parent's [`keys`](Level::keys), the name of the other one.
    /// All of them, for a composite key. The other one is the link table's, where there is one, and else the level's own.
    pub columns: Vec<(usize, &'static str)>,
    /// The table whose rows hold the keys of both.
    pub through: Option<LinkTable>,
    /// Whether a row comes once for all the parents that share it.
    pub shared: bool,
}

/// The table between two tables of which any row can belong to any row.
#[derive(Clone)]
pub struct LinkTable {
    /// The table.
    pub table: Source,
    /// The pairs of columns that are equal: this table's, the level's.
    pub columns: Vec<(&'static str, &'static str)>,
}
