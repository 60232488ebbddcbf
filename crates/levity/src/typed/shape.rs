//! What a query returns for each row: the plain row, or the row with relations.

use std::marker::PhantomData;

use super::{Attach, Cardinality, Relation, Table, relation::Related, tree::Tree};
use crate::{
    Error,
    query::{Level, Link, Rows},
};

/// What comes back for each row of a table.
pub trait Shape {
    /// The table.
    type Base: Table;
    /// What a row becomes.
    type Output;
    /// The number of levels: the table itself and every relation below it.
    const LEVELS: usize;

    /// Appends the levels of the relations; the base's own level is at the position `base` already.
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

impl<T: Table> Shape for Plain<T> {
    type Base = T;
    type Output = T;

    const LEVELS: usize = 1;

    fn describe(self, _base: usize, _levels: &mut Vec<Level>) {}

    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<T, Error> {
        tree.row(base, row)
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
    S::Output: Attach<R, C::Output>,
{
    type Base = S::Base;
    type Output = <S::Output as Attach<R, C::Output>>::Output;

    const LEVELS: usize = S::LEVELS + C::LEVELS;

    fn describe(self, base: usize, levels: &mut Vec<Level>) {
        self.base.describe(base, levels);
        let parent = R::Parent::info();
        let columns = R::COLUMNS.iter().map(|(own, child)| (parent.position(own), *child)).collect();
        let link = Link { parent: base, columns, shared: R::SHARED };
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

/// One level of a relational query.
pub(super) fn level<T: Table>(rows: Rows, link: Option<Link>) -> Level {
    Level { table: T::info(), link, rows }
}
