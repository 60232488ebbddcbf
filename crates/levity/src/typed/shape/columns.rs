//! Rows of which a query has chosen the columns.

use std::marker::PhantomData;

use super::{LevelColumn, Plain, Shape, With, WithCount};
use crate::{
    Error,
    query::{Expr, Level},
    typed::{Attach, AttachToColumns, Queryable, Relation, RelationKeys, Selection, TableInfo, tree::Tree},
};

/// The chosen columns of a relation's rows, which bring nothing along.
pub struct RelatedColumns<R, Selected, Positions> {
    columns: Selected,
    marker: PhantomData<fn() -> (R, Positions)>,
}

impl<R, Selected, Positions> RelatedColumns<R, Selected, Positions> {
    pub(in crate::typed) fn new(columns: Selected) -> Self {
        Self { columns, marker: PhantomData }
    }
}

impl<R, Selected, Positions> Shape for RelatedColumns<R, Selected, Positions>
where
    R: Relation,
    Selected: Selection<R::Scope, Positions>,
{
    type Base = R::Child;
    type Output = Selected::Output;

    const LEVELS: usize = 1;
    const COUNTS: usize = 0;

    fn describe(self, base: usize, levels: &mut Vec<Level>) {
        let level = &mut levels[base];
        let mut tables = vec![R::Child::info()];
        if let RelationKeys::Between { table, .. } = R::KEYS {
            tables.push(table());
            // The columns can be the link table's, so they are those of one of its rows.
            level.link.iter_mut().for_each(|link| link.shared = false);
        }
        level.columns = chosen(self.columns, &tables);
    }

    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<Self::Output, Error> {
        tree.read(base, row, |row, mut offset| Selected::decode(row, &mut offset))
    }
}

/// The chosen columns of a table's rows, to which relations are attached.
pub struct BaseColumns<T, Selected, Positions> {
    columns: Selected,
    marker: PhantomData<fn() -> (T, Positions)>,
}

impl<T, Selected, Positions> Shape for BaseColumns<T, Selected, Positions>
where
    T: Queryable,
    Selected: Selection<(T, ()), Positions>,
{
    type Base = T;
    type Output = ChosenRow<T, Selected::Output>;

    const LEVELS: usize = 1;
    const COUNTS: usize = 0;

    fn describe(self, base: usize, levels: &mut Vec<Level>) {
        levels[base].columns = chosen(self.columns, &[T::info()]);
    }

    fn assemble(tree: &Tree, base: usize, row: usize) -> Result<Self::Output, Error> {
        let read = tree.read(base, row, |row, mut offset| Selected::decode(row, &mut offset));
        Ok(ChosenRow { row: read?, marker: PhantomData })
    }
}

/// What a query has chosen of a row of `T`, as long as no relation is attached.
pub struct ChosenRow<T, Row> {
    row: Row,
    marker: PhantomData<fn() -> T>,
}

impl<T, Row, R, Loaded> Attach<R, Loaded> for ChosenRow<T, Row>
where
    T: AttachToColumns<R, Loaded>,
{
    type Output = T::Output<Row>;

    fn attach(self, loaded: Loaded) -> Self::Output {
        T::attach(self.row, loaded)
    }
}

/// A shape whose base can be a choice of columns instead of the whole row.
pub trait ChooseColumns<Selected, Positions>: Shape {
    /// The shape with these columns.
    type Chosen: Shape<Base = Self::Base>;

    /// Chooses the columns.
    fn choose(self, columns: Selected) -> Self::Chosen;
}

impl<T, Selected, Positions> ChooseColumns<Selected, Positions> for Plain<T>
where
    T: Queryable,
    Selected: Selection<(T, ()), Positions>,
{
    type Chosen = BaseColumns<T, Selected, Positions>;

    fn choose(self, columns: Selected) -> Self::Chosen {
        BaseColumns { columns, marker: PhantomData }
    }
}

impl<S, R, C, Selected, Positions> ChooseColumns<Selected, Positions> for With<S, R, C>
where
    Self: Shape,
    R: Relation,
    S: ChooseColumns<Selected, Positions>,
    With<S::Chosen, R, C>: Shape<Base = Self::Base>,
{
    type Chosen = With<S::Chosen, R, C>;

    fn choose(self, columns: Selected) -> Self::Chosen {
        With::new(self.base.choose(columns), self.relation)
    }
}

impl<S, R, Selected, Positions> ChooseColumns<Selected, Positions> for WithCount<S, R>
where
    Self: Shape,
    R: Relation,
    S: ChooseColumns<Selected, Positions>,
    WithCount<S::Chosen, R>: Shape<Base = Self::Base>,
{
    type Chosen = WithCount<S::Chosen, R>;

    fn choose(self, columns: Selected) -> Self::Chosen {
        self.map_base(|base| base.choose(columns))
    }
}

/// What a level returns instead of its table's columns; the expressions are made of the columns of these tables.
fn chosen<Tables, Positions>(
    selection: impl Selection<Tables, Positions>,
    tables: &[&'static TableInfo],
) -> Vec<LevelColumn> {
    let mut expressions = Vec::new();
    selection.describe(&mut expressions);
    let column = |expr| {
        let info = if let Expr::Column { table, name } = &expr {
            let mut columns =
                tables.iter().filter(|info| info.alias == *table).flat_map(|info| &info.columns);
            columns.find(|column| column.name == *name)
        } else {
            None
        };
        LevelColumn {
            expr,
            name: info.map(|column| column.name),
            placeholder: info.map(|column| column.placeholder.as_str()),
        }
    };
    expressions.into_iter().map(column).collect()
}
