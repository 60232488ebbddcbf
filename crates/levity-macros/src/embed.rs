//! `embed_migrations!`: the files of a directory as an array.

use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, parse2};

const MIGRATION_FILE: &str = "migration.sql";
const SNAPSHOT_FILE: &str = "snapshot.jsonl";

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    parse2::<LitStr>(input)
        .and_then(|literal| {
            let found = directories(&root(&literal.value()))
                .and_then(|found| found.iter().map(|path| migration(path)).collect::<Result<Vec<_>, _>>());
            found.map_err(|problem| syn::Error::new(literal.span(), problem))
        })
        .map_or_else(syn::Error::into_compile_error, |migrations| {
            quote!({
                const MIGRATIONS: &[::levity::migrate::EmbeddedMigration] = &[#(#migrations),*];
                MIGRATIONS
            })
        })
}

fn root(path: &str) -> PathBuf {
    // Cargo sets it; without Cargo, paths are relative to where the compiler runs.
    Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(path)
}

/// The directories of migrations, by the rules of `History::read`, in the order of their names.
fn directories(root: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!(
            "there is no directory `{}`: create it; it can be empty before the first migration",
            root.display()
        ),
        _ => format!("cannot read `{}`: {error}", root.display()),
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(root).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            let files = [MIGRATION_FILE, SNAPSHOT_FILE].map(|file| path.join(file).exists());
            match files {
                [true, true] => found.push(path),
                [false, false] if !is_tag(&name) => {}
                [sql, _] => {
                    let missing = if sql { SNAPSHOT_FILE } else { MIGRATION_FILE };
                    return Err(format!("`{}` has no `{missing}`; restore it", path.display()));
                }
            }
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            return Err(format!(
                "`{}` would never be applied: a migration is a directory with `{MIGRATION_FILE}` and `{SNAPSHOT_FILE}`",
                path.display()
            ));
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a name begins as a migration's does: `<YYYYMMDDHHMMSS>_`.
fn is_tag(name: &str) -> bool {
    name.split_once('_')
        .is_some_and(|(time, _)| time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit()))
}

fn migration(directory: &Path) -> Result<TokenStream, String> {
    let utf8 = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| format!("`{}` is not UTF-8", path.display()))
    };
    let snapshot = directory.join(SNAPSHOT_FILE);
    let mut head = String::new();
    fs::File::open(&snapshot)
        .and_then(|file| BufReader::new(file).read_line(&mut head))
        .map_err(|error| format!("cannot read `{}`: {error}", snapshot.display()))?;
    let tag = utf8(Path::new(directory.file_name().unwrap_or_default()))?;
    let (sql, snapshot) = (utf8(&directory.join(MIGRATION_FILE))?, utf8(&snapshot)?);
    Ok(quote!(::levity::migrate::EmbeddedMigration {
        tag: #tag,
        sql: ::core::include_str!(#sql),
        snapshot_head: {
            // Makes the compiler look at the file again when it has changed; it is not part of the binary.
            const _: &[u8] = ::core::include_bytes!(#snapshot);
            #head
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_missing_is_to_be_created() {
        let text = expand(quote!("no/such/directory")).to_string();
        assert!(text.contains("no/such/directory`: create it"), "{text}");
    }
}
