use levity::schema::Extension;
use tokio_postgres::Row;

use super::DEFAULT_NAMESPACE;

pub(super) fn extension(row: &Row) -> Extension {
    let namespace = Some(row.get(1)).filter(|namespace| namespace != DEFAULT_NAMESPACE);
    Extension { name: row.get(0), namespace }
}
