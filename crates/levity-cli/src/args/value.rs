//! Values of arguments that have a form of their own.

use levity_kit::hazard::HazardKind;

/// Hazards that a person accepts, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acceptance {
    pub(crate) kinds: Vec<HazardKind>,
    pub(crate) reason: String,
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            Ok((left.to_owned(), right.to_owned()))
        }
        _ => Err("expected `old=new`".to_owned()),
    }
}

pub(super) fn acceptance(text: &str) -> Result<Acceptance, String> {
    let (kinds, reason) = text.split_once('=').ok_or("expected `hazard=reason`")?;
    let kinds = kinds.split(',').map(str::trim).map(kind).collect::<Result<_, _>>()?;
    Ok(Acceptance {
        kinds,
        reason: one_line(reason).ok_or("a hazard is accepted for a reason: `hazard=reason`")?,
    })
}

fn kind(name: &str) -> Result<HazardKind, String> {
    HazardKind::parse(name).ok_or_else(|| {
        let names: Vec<&str> = HazardKind::ALL.iter().map(|kind| kind.name()).collect();
        format!("no hazard is called `{name}`; they are {}", names.join(", "))
    })
}

/// The words of a text, in one line: it stands in a comment and in an option of a stage. Nothing where there are none.
pub(crate) fn one_line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazards_are_accepted_for_a_reason() {
        let accepted = acceptance("data-loss, breaks-running-code = unused\tsince\n release=12 ").unwrap();
        assert_eq!(accepted.kinds, [HazardKind::DataLoss, HazardKind::BreaksRunningCode]);
        assert_eq!(accepted.reason, "unused since release=12");
        for wrong in
            ["data-loss", "data-loss=", "data-loss= \n", "loss=unused", "=unused", "data-loss,=unused"]
        {
            acceptance(wrong).unwrap_err();
        }
    }
}
