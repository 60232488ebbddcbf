//! What a database holds, the model's objects and all others.

use std::collections::BTreeSet;

use tokio_postgres::{Client, Row};

use crate::introspect::IntrospectError;

/// Everything in a database that has a name.
#[derive(Debug)]
pub(super) struct Inventory(Vec<Object>);

#[derive(Debug)]
struct Object {
    name: Name,
    /// What it keeps when it is renamed: catalog, row, column.
    number: Number,
    /// What it goes with, such as its table.
    owner: Option<Number>,
}

type Number = (u32, u32, i32);

/// What it is, and how PostgreSQL names it.
pub(super) type Name = (String, String);

impl Inventory {
    pub(super) async fn read(client: &Client) -> Result<Self, IntrospectError> {
        let rows = client.query(include_str!("inventory.sql"), &[]).await;
        let rows = rows.map_err(|source| IntrospectError::Query { what: "objects", source })?;
        Ok(Self(rows.iter().map(object).collect()))
    }

    pub(super) fn names(&self) -> BTreeSet<Name> {
        self.0.iter().map(|object| object.name.clone()).collect()
    }

    /// What a later inventory of the same database lacks. What went with its owner is not listed.
    pub(super) fn gone(&self, later: &Self) -> BTreeSet<Name> {
        let gone = self.without(later);
        let numbers: BTreeSet<Number> = gone.iter().map(|object| object.number).collect();
        let on_its_own = |object: &&Object| object.owner.is_none_or(|owner| !numbers.contains(&owner));
        gone.into_iter().filter(on_its_own).map(|object| object.name.clone()).collect()
    }

    /// What an earlier inventory of the same database lacks.
    pub(super) fn added(&self, earlier: &Self) -> BTreeSet<Name> {
        self.without(earlier).into_iter().map(|object| object.name.clone()).collect()
    }

    /// An object is the same under another name, and also when it was made anew under its name.
    fn without(&self, other: &Self) -> Vec<&Object> {
        let (names, numbers) = (other.names(), other.numbers());
        let is_same = |object: &Object| numbers.contains(&object.number) || names.contains(&object.name);
        self.0.iter().filter(|object| !is_same(object)).collect()
    }

    fn numbers(&self) -> BTreeSet<Number> {
        self.0.iter().map(|object| object.number).collect()
    }
}

fn object(row: &Row) -> Object {
    let owner: Option<u32> = row.get(6);
    Object {
        name: (row.get(0), row.get(1)),
        number: (row.get(2), row.get(3), row.get(4)),
        owner: owner.map(|owner| (row.get(5), owner, row.get(7))),
    }
}
