use std::marker::PhantomData;

use crate::{
    query,
    typed::{
        Alias, Attach, ChooseColumns, Covers, InSchema, Loaded, Many, Ordering, Plain, Predicate, Queryable,
        RelatedColumns, Relation, RelationOf, Select, Selection, Shape, With, WithCount,
        relation::Filterable, select,
    },
};

/// The rows that a relation leads to: which, in which order, how many, and what they bring along.
///
/// Made by the relation's function, such as `Execution::steps()`. It is passed to `with`, or asked about in a condition on
/// the rows that it starts from: [`some`](Self::some), [`count`](Self::count) and so on.
///
/// Where a link table stands between (`has_many(tags = Tag::id through BookTag(book_id, tag_id))`), its columns can be
/// filtered and ordered by like those of the rows themselves, and each of its rows counts: a row that is linked twice is
/// there twice. A column that `sql!` names without its table can be either's.
#[must_use = "a relation does nothing until it is passed to `with`"]
pub struct Related<R: Relation, S = Plain<<R as Relation>::Child>, P = <R as Relation>::Parent> {
    pub(in crate::typed) rows: query::Rows,
    pub(in crate::typed) shape: S,
    marker: PhantomData<fn() -> (R, P)>,
}

impl<R: Relation> Related<R> {
    /// All rows of the relation.
    #[doc(hidden)]
    pub fn new() -> Self {
        Self { rows: query::Rows::default(), shape: Plain::new(), marker: PhantomData }
    }
}

impl<R: Relation> Default for Related<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Relation, S: Shape<Base = R::Child>, P> Related<R, S, P> {
    /// Takes only the rows for which the condition holds. Called twice, both conditions must hold.
    pub fn filter<C, Positions>(mut self, condition: C) -> Self
    where
        R::Cardinality: Filterable,
        C: Predicate,
        R::Scope: Covers<C::Scope, Positions>,
    {
        query::and(&mut self.rows.filter, condition.into_condition());
        self
    }

    /// The same relation of an [`alias!`](crate::alias!) of the table, for conditions in a query that reads the table twice.
    pub fn of<A: Alias<Of = R::Parent>>(self) -> Related<R, S, A> {
        Related { rows: self.rows, shape: self.shape, marker: PhantomData }
    }
}

impl<R: Relation, S: Shape<Base = R::Child>> Related<R, S> {
    /// Loads another relation of these rows along with them.
    pub fn with<Next, Inner>(self, relation: Related<Next, Inner>) -> Related<R, With<S, Next, Inner>>
    where
        Next: RelationOf<R::Child>,
        Next::Child: InSchema,
        Inner: Shape<Base = Next::Child>,
        S::Output: Attach<Next, Loaded<Next, Inner::Output>>,
    {
        self.reshape(|shape| With::new(shape, relation))
    }

    /// Counts the rows of another relation: the field holds an `i64` instead of the rows. A relation that is counted is not
    /// loaded; [`count`](Related::count) is an expression for the places where both are wanted.
    pub fn with_count<Next>(self, relation: Related<Next>) -> Related<R, WithCount<S, Next>>
    where
        Next: RelationOf<R::Child, Cardinality = Many>,
        Next::Child: InSchema,
        S::Output: Attach<Next, i64>,
    {
        self.reshape(|shape| WithCount::new(shape, relation))
    }

    fn reshape<Next>(self, change: impl FnOnce(S) -> Next) -> Related<R, Next> {
        Related { rows: self.rows, shape: change(self.shape), marker: PhantomData }
    }
}

impl<R: Relation> Related<R> {
    /// Loads these columns and expressions instead of the rows: one, a tuple, or the `…Columns` of a struct that derives
    /// [`FromRow`](crate::FromRow). Behind a link table, its columns can be among them.
    ///
    /// Each row becomes what was chosen, which brings nothing along; where a relation is to come with it, `with` goes first.
    /// An aggregate cannot be chosen: [`with_count`](Self::with_count) counts, and a query of the rows does the rest.
    ///
    /// ```
    /// # use levity::{Database, FromRow, Table, schema};
    /// #[derive(Table)]
    /// #[table(name = "books", has_many(tags = Tag::id through BookTag(book_id, tag_id)))]
    /// struct Book {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     title: String,
    /// }
    ///
    /// #[derive(Table)]
    /// #[table(name = "book_tags")]
    /// #[primary_key(book_id, tag_id)]
    /// struct BookTag {
    ///     #[column(references(Book::id))]
    ///     book_id: i64,
    ///     #[column(references(Tag::id))]
    ///     tag_id: i64,
    ///     weight: i32,
    /// }
    ///
    /// #[derive(Table)]
    /// #[table(name = "tags")]
    /// struct Tag {
    ///     #[column(primary_key)]
    ///     id: i64,
    ///     name: String,
    /// }
    ///
    /// schema! { Book, BookTag, Tag }
    ///
    /// #[derive(FromRow)]
    /// struct Label {
    ///     name: String,
    ///     weight: i32,
    /// }
    ///
    /// # async fn example(db: Database) -> Result<(), levity::Error> {
    /// let books = db
    ///     .select::<Book>()
    ///     .with(Book::tags().columns(LabelColumns { name: Tag::name, weight: BookTag::weight }))
    ///     .all()
    ///     .await?;
    /// let label: &Label = &books[0].tags[0];
    /// # Ok(())
    /// # }
    /// ```
    pub fn columns<Selected, Positions>(
        self,
        columns: Selected,
    ) -> Related<R, RelatedColumns<R, Selected, Positions>>
    where
        Selected: Selection<R::Scope, Positions>,
    {
        self.reshape(|_| RelatedColumns::new(columns))
    }
}

/// Choices of columns for rows that bring relations along, which are then attached to what was chosen: where that is a struct
/// with the field `title`, `book.title` and `book.author` are both there.
macro_rules! columns_with_relations {
    ($([$($generics:tt)*] $shape:ty;)+) => {
        $(
            impl<R: Relation, $($generics)*> Related<R, $shape> {
                /// Loads these columns and expressions instead of the rows, with the relations that come along.
                pub fn columns<Selected, Positions>(
                    self,
                    columns: Selected,
                ) -> Related<R, <$shape as ChooseColumns<Selected, Positions>>::Chosen>
                where
                    Selected: Selection<(R::Child, ()), Positions>,
                    $shape: ChooseColumns<Selected, Positions, Base = R::Child>,
                {
                    Related { rows: self.rows, shape: self.shape.choose(columns), marker: PhantomData }
                }
            }

            impl<E, T: Queryable, $($generics)*> Select<E, T, $shape> {
                /// Returns these columns and expressions instead of the rows, with the relations that are loaded.
                pub fn columns<Selected, Positions>(
                    self,
                    columns: Selected,
                ) -> Select<E, T, <$shape as ChooseColumns<Selected, Positions>>::Chosen>
                where
                    Selected: Selection<(T, ()), Positions>,
                    $shape: ChooseColumns<Selected, Positions, Base = T>,
                {
                    self.reshape(|shape| shape.choose(columns))
                }
            }
        )+
    };
}

columns_with_relations! {
    [S, Next: Relation, C] With<S, Next, C>;
    [S, Next: Relation] WithCount<S, Next>;
}

impl<R: Relation<Cardinality = Many>, S: Shape<Base = R::Child>, P> Related<R, S, P> {
    /// Orders the rows of each parent. Called again, the next criterion decides between rows that are equal so far.
    pub fn order_by<O, Positions>(mut self, order: O) -> Self
    where
        O: Ordering,
        R::Scope: Covers<O::Scope, Positions>,
    {
        self.rows.order_by.extend(order.into_order());
        self
    }

    /// Takes at most this many rows of each parent.
    pub fn limit(mut self, rows: u64) -> Self {
        self.rows.limit = Some(select::count(rows));
        self
    }

    /// Skips this many rows of each parent.
    pub fn offset(mut self, rows: u64) -> Self {
        self.rows.offset = Some(select::count(rows));
        self
    }
}
