use super::{SchemaError, check_object_name};
use crate::schema::{Schema, Sequence};

pub(super) fn validate(schema: &Schema, sequence: &Sequence, problems: &mut Vec<SchemaError>) {
    check_object_name("a sequence", &sequence.name, problems);
    let name = || sequence.name.clone();
    let Some((lowest, highest)) = Sequence::limits(&sequence.sql_type) else {
        let sql_type = sequence.sql_type.to_string();
        problems.push(SchemaError::SequenceType { sequence: name(), sql_type });
        return;
    };
    let wrong = if sequence.increment == 0 {
        Some("its increment is 0")
    } else if sequence.min < lowest || sequence.max > highest {
        Some("its limits are beyond those of its type")
    } else if sequence.min >= sequence.max {
        Some("its smallest number is not below its largest")
    } else if sequence.start < sequence.min || sequence.start > sequence.max {
        Some("it starts outside of its limits")
    } else if sequence.cache < 1 {
        Some("its cache holds less than one number")
    } else {
        None
    };
    if let Some(problem) = wrong {
        problems.push(SchemaError::SequenceOptions { sequence: name(), problem });
    }

    let Some(owner) = &sequence.owned_by else { return };
    let (table, column) = (owner.table.clone(), owner.column.clone());
    match schema.table(&table).map(|table| table.column(&column)) {
        None | Some(None) => {
            problems.push(SchemaError::UnknownSequenceOwner { sequence: name(), table, column });
        }
        Some(Some(found)) if found.identity.is_some() => {
            problems.push(SchemaError::SequenceOfIdentity { sequence: name(), table, column });
        }
        Some(Some(_)) if table.namespace != sequence.name.namespace => {
            problems.push(SchemaError::SequenceNamespace { sequence: name(), table });
        }
        Some(Some(_)) => {}
    }
}
