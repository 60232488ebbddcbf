//! What is finite where a column can also hold infinity.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use tokio_postgres::types::{Date, Timestamp};

use crate::{IntoValue, Never, Operand, query::Expr};

macro_rules! finite {
    ($($finite:ty => $wrapper:ident;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl IntoValue<$wrapper<$finite>> for $finite {
                fn into_value(self) -> $wrapper<$finite> {
                    $wrapper::Value(self)
                }
            }

            #[diagnostic::do_not_recommend]
            impl IntoValue<Option<$wrapper<$finite>>> for $finite {
                fn into_value(self) -> Option<$wrapper<$finite>> {
                    Some($wrapper::Value(self))
                }
            }

            #[diagnostic::do_not_recommend]
            impl Operand<$wrapper<$finite>> for $finite {
                type Scope = ();
                type Nullability = Never;

                fn into_operand(self) -> Expr {
                    Expr::Parameter(Arc::new(self))
                }
            }
        )*
    };
}

finite! {
    NaiveDate => Date;
    NaiveDateTime => Timestamp;
    DateTime<Utc> => Timestamp;
}
