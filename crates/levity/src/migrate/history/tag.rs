use std::{fmt, str::FromStr};

/// The length of `<YYYYMMDDHHMMSS>`.
const TIMESTAMP: usize = 14;

/// The name of a migration's directory: `<YYYYMMDDHHMMSS>_<name>`, the name in letters, digits, `_`, `-` and `.`.
///
/// The timestamp is for people who list the directory; it has no part in the order of migrations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationTag(String);

/// The text is no tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no migration tag: it has the form `<YYYYMMDDHHMMSS>_<name>`, the name in letters, digits, `_`, `-` and `.`"
)]
pub struct TagError(String);

impl MigrationTag {
    /// The tag's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag without the timestamp.
    pub fn name(&self) -> &str {
        &self.0[TIMESTAMP + 1..]
    }
}

impl FromStr for MigrationTag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let name = text.get(TIMESTAMP..).and_then(|rest| rest.strip_prefix('_')).unwrap_or_default();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if digits == TIMESTAMP && !name.is_empty() && name.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TagError(text.to_owned()))
        }
    }
}

impl fmt::Display for MigrationTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
