use levity::schema::Schema;

use super::{
    order::{Phase, Steps},
    pair::Pair,
};
use crate::step::{ExtensionStep, Step};

/// An extension that is no longer listed stays, like a namespace: others can use it, and dropping it would drop every
/// column of its types, or fail.
pub(super) fn push_steps(schemas: Pair<&Schema>, steps: &mut Steps) {
    for extension in &schemas.next.extensions {
        let before = schemas.previous.extensions.iter().find(|before| before.name == extension.name);
        let step = match before {
            None => ExtensionStep::Create(extension.clone()),
            Some(before) if before.namespace != extension.namespace => {
                ExtensionStep::Move { name: extension.name.clone(), namespace: extension.namespace.clone() }
            }
            Some(_) => continue,
        };
        steps.push(Phase::CreateExtensions, Step::Extension(step));
    }
}
