use levity::{schema::Extension, sql::quote_ident};

use crate::step::ExtensionStep;

pub(crate) fn extension(step: &ExtensionStep) -> String {
    match step {
        ExtensionStep::Create(Extension { name, namespace }) => {
            let namespace =
                namespace.as_ref().map_or_else(String::new, |name| format!(" SCHEMA {}", quote_ident(name)));
            // It can be there already: extensions are shared with other projects, or an administrator's matter.
            format!("CREATE EXTENSION IF NOT EXISTS {}{namespace}", quote_ident(name))
        }
        ExtensionStep::Move { name, namespace } => {
            let namespace = namespace.as_deref().unwrap_or("public");
            format!("ALTER EXTENSION {} SET SCHEMA {}", quote_ident(name), quote_ident(namespace))
        }
    }
}
