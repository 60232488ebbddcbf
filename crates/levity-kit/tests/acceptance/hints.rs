//! The hints of a case.

use levity_kit::diff::RenameHints;

pub(crate) fn hints(text: &str) -> RenameHints {
    let mut hints = RenameHints::default();
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap();
        let pair = || rest.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
        match kind {
            "rename" => hints.renamed.extend([pair()]),
            "map" => hints.mapped.extend([pair()]),
            "using" => hints.using.extend([pair()]),
            "drop" => hints.dropped.extend([rest.to_owned()]),
            _ => panic!("unknown hint `{line}`"),
        }
    }
    hints
}
