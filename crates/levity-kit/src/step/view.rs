use std::fmt;

use levity::schema::{ObjectName, View};

/// A change of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewStep {
    /// Creates a view, with its indexes where it is materialized.
    Create {
        /// The view.
        view: View,
        /// Whether it was there before, and is only put back after a change of what it reads.
        again: bool,
        /// Whether rows are read that were there before the migration, to compute those of a materialized view.
        reads_rows: bool,
    },
    /// Gives a view that is not materialized another query, and perhaps more columns at its end.
    Replace(View),
    /// Computes the new rows of a materialized view beside the view that is in use.
    Build(View),
    /// Puts what was built into the place of a view.
    Swap {
        /// The view that goes.
        previous: View,
        /// The view that was built.
        next: View,
    },
    /// Renames a view.
    Rename {
        /// The view under its name before.
        view: View,
        /// Its name after.
        next: ObjectName,
    },
    /// Drops a view.
    Drop {
        /// The view, under its name after all renames.
        view: View,
        /// Whether it is created again after a change of what it reads.
        comes_back: bool,
    },
}

impl fmt::Display for ViewStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { view, again, .. } => {
                write!(f, "create {} `{}`{}", view.kind(), view.name, if *again { " again" } else { "" })
            }
            Self::Replace(view) => write!(f, "replace view `{}`", view.name),
            Self::Build(view) => write!(f, "compute new rows of {} `{}`", view.kind(), view.name),
            Self::Swap { next, .. } => write!(f, "replace {} `{}`", next.kind(), next.name),
            Self::Rename { view, next } => write!(f, "rename {} `{}` to `{next}`", view.kind(), view.name),
            Self::Drop { view, .. } => write!(f, "drop {} `{}`", view.kind(), view.name),
        }
    }
}
