//! Columns whose values the database gives.

use syn::{Error, Ident, Type};

use super::attribute::ColumnOptions;

/// Where a column gets its values from is said once.
pub(super) fn check(ident: &Ident, ty: &Type, nullable: bool, options: &ColumnOptions) -> syn::Result<()> {
    let fail = |problem: &str| Err(Error::new(ident.span(), problem));
    if options.identity.is_some() {
        if options.default.is_some() {
            return fail("an identity column has no default: the database numbers its rows");
        }
        if nullable {
            return Err(Error::new_spanned(ty, "an identity column cannot be an `Option`"));
        }
    }
    if options.generated.is_none() {
        return if options.is_virtual { fail("`virtual` belongs to `generated = \"…\"`") } else { Ok(()) };
    }
    let others = [
        ("identity", options.identity.is_some()),
        ("default", options.default.is_some()),
        ("on_update", options.on_update.is_some()),
    ];
    match others.into_iter().find(|(_, given)| *given) {
        Some((other, _)) => {
            fail(&format!("a generated column has no `{other}`: its expression gives the value"))
        }
        None => Ok(()),
    }
}
