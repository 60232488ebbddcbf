use levity::{
    schema::{EnumType, ObjectName},
    sql::{quote_literal, quote_name},
};

use crate::step::EnumPlace;

pub(crate) fn create_enum_type(enum_type: &EnumType) -> String {
    let labels: Vec<String> =
        enum_type.values.iter().map(|value| format!("  {}", quote_literal(&value.label))).collect();
    format!("CREATE TYPE {} AS ENUM (\n{}\n)", quote_name(&enum_type.name), labels.join(",\n"))
}

pub(crate) fn add_enum_value(enum_type: &ObjectName, label: &str, place: &EnumPlace) -> String {
    let place = match place {
        EnumPlace::Last => String::new(),
        EnumPlace::Before(other) => format!(" BEFORE {}", quote_literal(other)),
        EnumPlace::After(other) => format!(" AFTER {}", quote_literal(other)),
    };
    format!("ALTER TYPE {} ADD VALUE {}{place}", quote_name(enum_type), quote_literal(label))
}
