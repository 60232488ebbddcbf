//! How a table is partitioned, as its author described it.

use proc_macro2::Span;
use syn::{Error, Expr, Ident};

use super::model::{IndexKey, Table};
use crate::errors::Errors;

pub(super) struct PartitionBy {
    /// A variant of `PartitionStrategy`.
    pub(super) strategy: Ident,
    pub(super) keys: Vec<IndexKey>,
}

pub(super) struct Partition {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) bounds: Bounds,
}

/// The rows of a partition.
pub(super) enum Bounds {
    Range { from: Vec<Bound>, to: Vec<Bound> },
    List(Vec<Bound>),
    Hash { modulus: u32, remainder: u32 },
    Default,
}

pub(super) enum Bound {
    Value(Expr),
    Sql(String),
}

/// What of a schema's validation can point to the attribute.
pub(super) fn check(table: &Table, errors: &mut Errors) {
    for (position, partition) in table.partitions.iter().enumerate() {
        let Some(partition_by) = &table.partition_by else {
            errors.push(Error::new(
                partition.span,
                "a partition of a table that is not partitioned: say by what, `#[partition_by(range(…))]`",
            ));
            continue;
        };
        let (strategy, keys) = (partition_by.strategy.to_string(), partition_by.keys.len());
        let problem = match (&partition.bounds, strategy.as_str()) {
            (Bounds::Range { from, to }, "Range") if from.len() != keys || to.len() != keys => {
                Some("`from` and `to` have a value for each key of `partition_by`: `from = (1, minvalue)`")
            }
            (Bounds::Range { .. }, "Range") | (Bounds::List(_), "List") | (Bounds::Hash { .. }, "Hash") => {
                None
            }
            (Bounds::Default, "Range" | "List") => None,
            (Bounds::Default, _) => Some("a table that is partitioned by hash has no default partition"),
            (_, "Range") => Some("a table that is partitioned by range has partitions `from = …, to = …`"),
            (_, "List") => Some("a table that is partitioned by a list has partitions of `values(…)`"),
            _ => Some("a table that is partitioned by hash has partitions of a `modulus` and a `remainder`"),
        };
        if let Some(problem) = problem {
            errors.push(Error::new(partition.span, problem));
        }
        if table.partitions[..position].iter().any(|other| other.name == partition.name) {
            let message = format!("two partitions have the name `{}`", partition.name);
            errors.push(Error::new(partition.span, message));
        }
    }
}
