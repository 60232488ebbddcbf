//! Draws a showcase as a tree.

use std::fmt::Write as _;

use anstyle::Style;

use crate::{
    locale,
    printer::{BLUE, DIM, GREEN, Printer, RED, YELLOW, styled},
    project::{Node, Showcase, Tone},
};

/// What a tree is drawn with.
struct Lines {
    branch: &'static str,
    last: &'static str,
    through: &'static str,
}

const UNICODE: Lines = Lines { branch: "├─ ", last: "└─ ", through: "│  " };
const ASCII: Lines = Lines { branch: "|- ", last: "`- ", through: "|  " };

pub(crate) fn draw(printer: &Printer, showcase: &Showcase) {
    for line in showcase.query.lines() {
        printer.line(styled(DIM, line));
    }
    printer.line("");
    for line in lines(&showcase.nodes, if locale::is_utf8() { &UNICODE } else { &ASCII }) {
        printer.line(line);
    }
}

fn lines(nodes: &[Node], drawing: &Lines) -> Vec<String> {
    let mut lines = Vec::new();
    for node in nodes {
        push(node, "", "", drawing, &mut lines);
    }
    lines
}

/// `first` stands before the node's own line, `rest` before those of its children.
fn push(node: &Node, first: &str, rest: &str, drawing: &Lines, lines: &mut Vec<String>) {
    let Node { label, status, tone, note, children } = node;
    let mut line = format!("{}{label}", styled(DIM, first));
    if let Some(status) = status {
        let _ = write!(line, "  {}", styled(style(*tone), status));
    }
    if let Some(note) = note {
        let _ = write!(line, "  {}", styled(DIM, note));
    }
    lines.push(line);
    for (index, child) in children.iter().enumerate() {
        let (branch, through) = if index + 1 == children.len() {
            (drawing.last, "   ")
        } else {
            (drawing.branch, drawing.through)
        };
        push(child, &format!("{rest}{branch}"), &format!("{rest}{through}"), drawing, lines);
    }
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Neutral => Style::new(),
        Tone::Good => GREEN,
        Tone::Active => BLUE,
        Tone::Waiting => YELLOW,
        Tone::Bad => RED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(drawing: &Lines) -> String {
        let tree = [Node::new("workflow 1").children([
            Node::new("execution 1")
                .status("failed", Tone::Bad)
                .children([Node::new("step a").status("completed", Tone::Good), Node::new("step b")]),
            Node::new("execution 2").note("no steps"),
        ])];
        anstream::adapter::strip_str(&lines(&tree, drawing).join("\n")).to_string()
    }

    #[test]
    fn tree_reads_without_colour() {
        insta::assert_snapshot!(plain(&UNICODE), @r"
        workflow 1
        ├─ execution 1  failed
        │  ├─ step a  completed
        │  └─ step b
        └─ execution 2  no steps
        ");
    }

    #[test]
    fn tree_reads_in_ascii() {
        insta::assert_snapshot!(plain(&ASCII), @r"
        workflow 1
        |- execution 1  failed
        |  |- step a  completed
        |  `- step b
        `- execution 2  no steps
        ");
    }
}
