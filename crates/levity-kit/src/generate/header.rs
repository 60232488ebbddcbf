use levity::migrate::file::Stage;

use crate::{hazard::Hazard, lint::generated_line};

/// The longest line of the header, so that it can be read in a review.
const WIDTH: usize = 100;

/// What the reviewer reads first: the changes, and what they risk; then the line that says that the stages are generated.
pub(super) fn lines(changes: &[String], hazards: &[Hazard], stages: &[Stage]) -> Vec<String> {
    let mut lines = vec!["Changes:".to_owned()];
    for change in changes {
        push_wrapped(&format!("- {change}"), "", &mut lines);
    }
    if !hazards.is_empty() {
        lines.extend([String::new(), "Hazards:".to_owned()]);
    }
    for hazard in hazards {
        let Hazard { kind, step, safer_way, .. } = hazard;
        let accepted = hazard.accepted.as_ref().map_or_else(String::new, |why| format!(" Accepted: {why}."));
        let reason = hazard.reason();
        push_wrapped(&format!("- {kind}: {step}: {reason}. Safer: {safer_way}.{accepted}"), "", &mut lines);
        for (number, step) in (1..).zip(&hazard.steps) {
            push_wrapped(&format!("{number}. {step}"), "  ", &mut lines);
        }
    }
    lines.extend([String::new(), generated_line(stages)]);
    lines
}

/// A list item at some depth, its further lines indented. A line break inside of a name or an expression becomes a space:
/// the header is a comment, and only whole lines of it are.
fn push_wrapped(item: &str, indent: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in item.split_whitespace() {
        if line.is_empty() {
            line = format!("{indent}{word}");
        } else if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{indent}  {word}")));
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.push(line);
}
