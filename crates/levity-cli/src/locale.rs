//! Which characters the terminal can show.

use std::env;

/// Whether the locale is one of UTF-8, by the variables that decide it.
pub(crate) fn is_utf8() -> bool {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(env::var_os)
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    let value = value.to_string_lossy().to_lowercase();
    value.contains("utf-8") || value.contains("utf8")
}
