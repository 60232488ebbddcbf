use std::collections::BTreeSet;

use levity::schema::{ObjectName, Schema};

use crate::introspect::{Introspected, Unsupported};

/// Takes the partitions out of what was found that no schema declares, whatever their table is called: others have made
/// them, which is no difference.
pub(super) fn leave_to_others(found: &mut Introspected, known: &[&Schema]) {
    let tables = known.iter().flat_map(|schema| &schema.tables);
    let declared: BTreeSet<ObjectName> = tables
        .flat_map(|table| table.partitions.iter().map(|partition| table.name.sibling(&partition.name)))
        .collect();
    for table in &mut found.schema.tables {
        let name = &table.name;
        table.partitions.retain(|partition| {
            let partition = name.sibling(&partition.name);
            let is_declared = declared.contains(&partition);
            if !is_declared {
                let (kind, name) = ("partition".to_owned(), partition.to_string());
                found.unsupported.push(Unsupported { kind, name });
            }
            is_declared
        });
    }
    found.unsupported.sort();
}
