//! The grammar that all attributes share: options by name, each at most once, as in `#[table(name = "…", unlogged)]`.

use syn::{Attribute, LitStr, meta::ParseNestedMeta};

/// Reads the options of all attributes of this name.
pub(crate) fn each(
    attributes: &[Attribute],
    attribute: &str,
    mut read: impl FnMut(&str, &ParseNestedMeta) -> syn::Result<()>,
) -> syn::Result<()> {
    for found in attributes.iter().filter(|found| found.path().is_ident(attribute)) {
        found.parse_nested_meta(|option| {
            let name = option.path.get_ident().map(ToString::to_string);
            read(&name.ok_or_else(|| option.error("expected the name of an option"))?, &option)
        })?;
    }
    Ok(())
}

pub(crate) fn once<T>(option: &ParseNestedMeta, slot: &mut Option<T>, value: T) -> syn::Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(option.error("this option is given twice")),
    }
}

pub(crate) fn text(option: &ParseNestedMeta, slot: &mut Option<String>) -> syn::Result<()> {
    once(option, slot, option.value()?.parse::<LitStr>()?.value())
}

pub(crate) fn flag(option: &ParseNestedMeta, slot: &mut bool) -> syn::Result<()> {
    if std::mem::replace(slot, true) { Err(option.error("this option is given twice")) } else { Ok(()) }
}
