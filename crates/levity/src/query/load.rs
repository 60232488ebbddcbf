use super::Rows;
use crate::typed::TableInfo;

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
    pub table: &'static TableInfo,
    /// How its rows belong to their parents; `None` for the root.
    pub link: Option<Link>,
    /// Which of its rows, per parent.
    pub rows: Rows,
}

/// How the rows of a level belong to the rows of its parent level.
#[derive(Clone)]
pub struct Link {
    /// The position of the parent in [`Load::levels`].
    pub parent: usize,
    /// The pairs of columns that are equal: the position of the parent's, the name of the child's. All of them, for a
    /// composite key.
    pub columns: Vec<(usize, &'static str)>,
    /// Whether several parents can share a row (the parent holds the foreign key).
    pub shared: bool,
}
