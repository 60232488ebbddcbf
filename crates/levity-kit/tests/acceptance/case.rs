//! The text of the cases.

use std::fmt::Write;

/// The sections that are expectations, in the order in which they are written.
pub(crate) const EXPECTATIONS: [&str; 5] = ["sql", "hazards", "stages", "error", "refused"];

/// The other ones.
const INPUTS: [&str; 13] = [
    "since",
    "setup",
    "previous",
    "rows",
    "others",
    "left-alone",
    "next",
    "hints",
    "holds",
    "data-loss",
    "fails-on-existing-rows",
    "breaks-running-code",
    "breaks-replication",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// The sections by name, in the order of the file.
    sections: Vec<(String, String)>,
}

impl Case {
    pub(crate) fn section(&self, name: &str) -> &str {
        self.sections.iter().find(|(section, _)| section == name).map_or("", |(_, text)| text)
    }

    pub(crate) fn expectations(&self) -> String {
        let kept = self.sections.iter().filter(|(name, _)| EXPECTATIONS.contains(&name.as_str()));
        kept.map(|(name, text)| ["--- ", name, "\n", text, "\n"].concat()).collect()
    }

    /// The case with other expectations; empty ones are left out.
    pub(crate) fn with_expectations(&self, expectations: &[(&'static str, String)]) -> Self {
        let inputs = self.sections.iter().filter(|(name, _)| !EXPECTATIONS.contains(&name.as_str())).cloned();
        let expected = EXPECTATIONS.iter().filter_map(|name| {
            let (_, text) = expectations.iter().find(|(section, _)| section == name)?;
            let text = text.trim().to_owned();
            (!text.is_empty()).then(|| ((*name).to_owned(), text))
        });
        Self { name: self.name.clone(), sections: inputs.chain(expected).collect() }
    }
}

pub(crate) fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: name.to_owned(), sections: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(name) = line.strip_prefix("--- ") {
            assert!(INPUTS.contains(&name) || EXPECTATIONS.contains(&name), "unknown section `{name}`");
            case.sections.push((name.to_owned(), String::new()));
        } else if let Some((_, body)) = case.sections.last_mut() {
            body.push_str(line);
            body.push('\n');
        }
    }
    for (_, body) in cases.iter_mut().flat_map(|case| &mut case.sections) {
        *body = body.trim().to_owned();
    }
    cases
}

pub(crate) fn render(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        if !text.is_empty() {
            text.push('\n');
        }
        writeln!(text, "=== {}", case.name).unwrap();
        for (name, body) in &case.sections {
            writeln!(text, "--- {name}\n{body}").unwrap();
        }
    }
    text
}
