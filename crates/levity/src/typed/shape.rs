//! What a query returns for each row: the plain row, or the row with relations.

mod columns;
mod count;

use std::marker::PhantomData;

use super::{
    Attach, Cardinality, Loaded, Queryable, Relation, RelationKeys, Source, relation::Related, tree::Tree,
};
use crate::{
    Error,
    query::{Expr, Level, LevelColumn, Link, LinkTable, Rows},
};

pub use columns::{BaseColumns, ChooseColumns, ChosenRow, RelatedColumns};
pub use count::WithCount;

/// What comes back for each row of a table.
pub trait Shape {
    /// The table.
    type Base: Queryable;
    /// What a row becomes.
    type Output;
    /// The number of levels: the table itself and every relation below it.
    const LEVELS: usize;
    /// The number of relations of the table that are counted.
    const COUNTS: usize;

    /// Appends the levels of the relations; the base's own level, with all its columns, is at the position `base` already.
    fn describe(self, base: usize, levels: &mut Vec<Level>);

    /// Builds what the row at `row` of the level `base` becomes.
    ///
    /// # Errors
    ///
    /// A value that is not of its column's type; a required relation without its row.
    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<Self::Output, Error>;
}

/// The row as it is.
#[derive(Debug)]
pub struct Plain<T>(PhantomData<fn() -> T>);

impl<T> Plain<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Queryable> Shape for Plain<T> {
    type Base = T;
    type Output = T;

    const LEVELS: usize = 1;
    const COUNTS: usize = 0;

    fn describe(self, _base: usize, _levels: &mut Vec<Level>) {}

    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<T, Error> {
        tree.read(base, row, T::from_row)
    }
}

/// A shape with one more relation, made by `with`.
pub struct With<S, R: Relation, C> {
    base: S,
    relation: Related<R, C>,
}

impl<S, R: Relation, C> With<S, R, C> {
    pub(super) fn new(base: S, relation: Related<R, C>) -> Self {
        Self { base, relation }
    }
}

impl<S, R, C> Shape for With<S, R, C>
where
    S: Shape<Base = R::Parent>,
    R: Relation,
    C: Shape<Base = R::Child>,
    S::Output: Attach<R, Loaded<R, C::Output>>,
{
    type Base = S::Base;
    type Output = <S::Output as Attach<R, Loaded<R, C::Output>>>::Output;

    const LEVELS: usize = S::LEVELS + C::LEVELS;
    const COUNTS: usize = S::COUNTS;

    fn describe(self, base: usize, levels: &mut Vec<Level>) {
        self.base.describe(base, levels);
        let link = link::<R>(base, &mut levels[base]);
        let child = levels.len();
        levels.push(level::<R::Child>(self.relation.rows, Some(link)));
        self.relation.shape.describe(child, levels);
    }

    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<Self::Output, Error> {
        let parent = S::assemble(tree, base, row)?;
        let level = base + S::LEVELS;
        let children = tree
            .children(level, row)
            .iter()
            .map(|&child| C::assemble(tree, level, child))
            .collect::<Result<Vec<_>, _>>()?;
        let found = children.len();
        let loaded = R::Cardinality::collect(children).ok_or_else(|| {
            Error::invalid(format!(
                "a row of `{}` has {found} rows for `{}`, where the schema says one: does the database lack the foreign \
                 key or the unique constraint that the relation rests on?",
                R::Parent::NAME,
                R::NAME
            ))
        })?;
        Ok(parent.attach(loaded))
    }
}

/// How the rows of a relation belong to those of its parent, which is the level at the position `parent`.
fn link<R: Relation>(parent: usize, level: &mut Level) -> Link {
    let (pairs, through, shared) = match R::KEYS {
        RelationKeys::InChild(pairs) => (pairs, None, false),
        RelationKeys::InParent(pairs) => (pairs, None, true),
        RelationKeys::Between { table, parent, child } => {
            (parent, Some(LinkTable { table: table().source(), columns: child.to_vec() }), true)
        }
    };
    let columns = pairs.iter().map(|&(own, other)| (level.key(own), other)).collect();
    Link { parent, columns, through, shared }
}

/// One level of a relational query, with all columns of its table.
pub(super) fn level<T: Queryable>(rows: Rows, link: Option<Link>) -> Level {
    let columns = T::info().columns.iter().map(|column| LevelColumn {
        expr: Expr::Column { table: T::ALIAS, name: column.name },
        name: Some(column.name),
        placeholder: Some(&column.placeholder),
    });
    let table = T::info().source();
    Level { table, columns: columns.collect(), counts: 0, keys: Vec::new(), link, rows }
}
