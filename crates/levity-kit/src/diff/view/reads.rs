use std::collections::BTreeSet;

use levity::schema::{ObjectName, View};

use super::super::rename::Renames;
use crate::words::{Word, words};

/// What a view may read, as far as the words of its query tell. It can be more than it reads, never less: then a view is
/// built again without need.
pub(super) struct Reads<'a> {
    names: BTreeSet<String>,
    /// The names in literals, as in `nextval('numbers')`.
    quoted_names: BTreeSet<String>,
    /// Whether it takes all columns of something.
    pub(super) all_columns: bool,
    /// Whether it has groups, which can rest on the primary key of a table.
    pub(super) groups: bool,
    /// What has happened to the names since the query was written. Objects are asked for by their names today.
    renames: Option<&'a Renames>,
}

impl<'a> Reads<'a> {
    pub(super) fn of(view: &View, renames: Option<&'a Renames>) -> Self {
        let significant: Vec<Word<'_>> = words(&view.definition.0).filter(|word| !word.is_space()).collect();
        let has = |keyword: &str| significant.iter().any(|word| word.text().eq_ignore_ascii_case(keyword));
        let stars = (0..significant.len()).any(|position| is_star(&significant, position));
        Self {
            names: significant.iter().filter_map(|word| word.identifier()).collect(),
            quoted_names: significant.iter().filter_map(|word| name_in_literal(*word)).collect(),
            all_columns: stars || has("natural") || has("table"),
            groups: has("group"),
            renames,
        }
    }

    pub(super) fn mentions_table(&self, table: &ObjectName) -> bool {
        let name = self.renames.map_or(table, |renames| renames.previous_table(table));
        self.names.contains(&name.name)
    }

    pub(super) fn mentions_view(&self, view: &ObjectName) -> bool {
        let name = self.renames.map_or(view, |renames| renames.previous_view(view));
        self.names.contains(&name.name)
    }

    /// A sequence is a relation, and most often named by a text.
    pub(super) fn mentions_sequence(&self, sequence: &ObjectName) -> bool {
        let name = self.renames.map_or(sequence, |renames| renames.previous_sequence(sequence));
        self.names.contains(&name.name) || self.quoted_names.contains(&name.name)
    }

    /// An enum type or a domain.
    pub(super) fn mentions_type(&self, name: &ObjectName) -> bool {
        let name = self.renames.map_or(name, |renames| renames.previous_type(name));
        self.names.contains(&name.name)
    }

    pub(super) fn mentions_column(&self, table: &ObjectName, column: &str) -> bool {
        let name = self.renames.map_or(column, |renames| renames.previous_column(table, column));
        self.mentions_table(table) && (self.all_columns || self.names.contains(name))
    }
}

/// The last part of the name that a literal can be.
fn name_in_literal(word: Word<'_>) -> Option<String> {
    let Word::Literal(text) = word else { return None };
    let text = text.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'");
    words(&text).last().and_then(Word::identifier)
}

/// What can follow the `*` that stands for all columns, and never a multiplication.
const AFTER_STAR: [&str; 14] = [
    ",",
    ")",
    "from",
    "into",
    "where",
    "group",
    "having",
    "union",
    "intersect",
    "except",
    "order",
    "limit",
    "offset",
    "fetch",
];

/// Whether the word is a `*` that stands for columns: neither `count(*)` nor a multiplication.
fn is_star(words: &[Word<'_>], position: usize) -> bool {
    let text = |position: usize| words.get(position).map(|word| word.text().to_ascii_lowercase());
    if text(position).as_deref() != Some("*") {
        return false;
    }
    let before = position.checked_sub(1).and_then(text);
    let after = text(position + 1);
    before.as_deref() != Some("(") && after.is_none_or(|after| AFTER_STAR.contains(&after.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(query: &str) -> Reads<'static> {
        Reads::of(&View::new("v", query), None)
    }

    #[test]
    fn all_columns_are_told_from_a_count_and_a_product() {
        for query in
            ["SELECT * FROM t", "SELECT t.*, 1 FROM t", "SELECT a, (SELECT DISTINCT u.* ) FROM t", "TABLE t"]
        {
            assert!(reads(query).all_columns, "{query}");
        }
        for query in ["SELECT count(*) FROM t", "SELECT a * b, 2*c FROM t", "SELECT a /* * */ FROM t"] {
            assert!(!reads(query).all_columns, "{query}");
        }
    }

    #[test]
    fn names_are_whole_words_outside_of_literals_and_comments() {
        let reads = reads("SELECT Id, \"Name\" FROM users -- orders\n WHERE kind = 'total'");
        let column = |name: &str| reads.mentions_column(&"users".into(), name);
        assert!(column("id") && column("Name"));
        assert!(!column("name") && !column("total") && !reads.mentions_table(&"orders".into()));
    }

    #[test]
    fn a_sequence_is_a_relation_or_a_text() {
        for query in [
            "SELECT nextval('numbers')",
            "SELECT nextval('a.\"numbers\"'::regclass)",
            "SELECT * FROM numbers",
        ] {
            assert!(reads(query).mentions_sequence(&"numbers".into()), "{query}");
        }
        assert!(!reads("SELECT 'numbers of a'").mentions_sequence(&"numbers".into()));
    }
}
