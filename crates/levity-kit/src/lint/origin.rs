//! Whether a migration is as it was generated.

use std::fmt::Write;

use levity::migrate::file::{MigrationFile, STAGE, STATEMENT_BREAKPOINT, Stage};
use sha2::{Digest, Sha256};

/// The line of the header that says that these stages are generated.
pub(crate) fn generated_line(stages: &[Stage]) -> String {
    let mut hash = Sha256::new();
    for stage in stages {
        hash.update(format!("{STAGE}\n"));
        for statement in &stage.statements {
            hash.update(format!("{statement}\n{STATEMENT_BREAKPOINT}\n"));
        }
    }
    hash.finalize()[..8].iter().fold("levity:generated ".to_owned(), |mut line, byte| {
        let _ = write!(line, "{byte:02x}");
        line
    })
}

pub(super) fn is_generated(file: &MigrationFile) -> bool {
    file.header.contains(&generated_line(&file.stages))
}
