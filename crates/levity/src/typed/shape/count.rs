use super::{LevelColumn, Shape};
use crate::{
    Error,
    query::Level,
    typed::{Attach, Expression, InSchema, Related, Relation, tree::Tree},
};

/// A shape with the number of a relation's rows, made by `with_count`.
pub struct WithCount<S, R: Relation> {
    base: S,
    relation: Related<R>,
}

impl<S, R: Relation> WithCount<S, R> {
    pub(in crate::typed) fn new(base: S, relation: Related<R>) -> Self {
        Self { base, relation }
    }

    pub(super) fn map_base<Next>(self, change: impl FnOnce(S) -> Next) -> WithCount<Next, R> {
        WithCount { base: change(self.base), relation: self.relation }
    }
}

impl<S, R> Shape for WithCount<S, R>
where
    S: Shape<Base = R::Parent>,
    R: Relation<Child: InSchema>,
    S::Output: Attach<R, i64>,
{
    type Base = S::Base;
    type Output = <S::Output as Attach<R, i64>>::Output;

    const LEVELS: usize = S::LEVELS;
    const COUNTS: usize = S::COUNTS + 1;

    fn describe(self, base: usize, levels: &mut Vec<Level>) {
        self.base.describe(base, levels);
        let expr = self.relation.count().into_ast();
        let placeholder = Some("NULL::pg_catalog.int8");
        levels[base].columns.push(LevelColumn { expr, name: None, placeholder });
        levels[base].counts += 1;
    }

    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<Self::Output, Error> {
        let parent = S::assemble(tree, base, row)?;
        Ok(parent.attach(tree.count(base, row, S::COUNTS)?))
    }
}
