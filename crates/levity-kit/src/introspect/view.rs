use levity::schema::{CheckOption, View, ViewOptions};
use tokio_postgres::Row;

use super::read::object_name;

pub(super) fn view(row: &Row) -> View {
    View {
        materialized: row.get(3),
        options: ViewOptions {
            security_barrier: row.get(5),
            security_invoker: row.get(6),
            check_option: match row.get(7) {
                Some("local") => Some(CheckOption::Local),
                Some("cascaded") => Some(CheckOption::Cascaded),
                _ => None,
            },
        },
        ..View::new(object_name(row.get(1), row.get(2)), row.get(4))
    }
}
