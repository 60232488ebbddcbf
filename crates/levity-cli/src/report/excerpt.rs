use std::fmt;

use crate::printer::{BLUE, RED, styled};

/// How many characters of a line are shown.
const WIDTH: usize = 100;

/// One line of SQL, with a caret where the server found the fault.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The line's number in its file, where it has one.
    number: Option<usize>,
    text: String,
    /// Characters before the caret.
    caret: Option<usize>,
}

impl Excerpt {
    /// A line of a file, from 1; the column counts characters from 1.
    pub(super) fn of_line(text: &str, line: usize, column: Option<usize>) -> Option<Self> {
        let text = text.lines().nth(line.checked_sub(1)?)?;
        Some(Self::cut(text, Some(line), column.map(|column| column.saturating_sub(1))))
    }

    /// The line of a statement that has the character at a position, from 1.
    pub(super) fn at_position(statement: &str, position: u32) -> Option<Self> {
        let mut before = usize::try_from(position).ok()?.checked_sub(1)?;
        for line in statement.split('\n') {
            let length = line.chars().count();
            if before <= length {
                return Some(Self::cut(line, None, Some(before)));
            }
            before -= length + 1;
        }
        None
    }

    /// Keeps what is around the caret of a long line. A tab becomes a space, so that the caret stands right.
    fn cut(line: &str, number: Option<usize>, caret: Option<usize>) -> Self {
        let characters: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let caret = caret.map(|caret| caret.min(characters.len()));
        let start = caret.unwrap_or(0).saturating_sub(WIDTH / 2).min(characters.len().saturating_sub(WIDTH));
        let end = (start + WIDTH).min(characters.len());
        let mut text = String::new();
        let mut shift = 0;
        if start > 0 {
            text.push('…');
            shift = 1;
        }
        text.extend(&characters[start..end]);
        if end < characters.len() {
            text.push('…');
        }
        Self { number, text, caret: caret.map(|caret| caret - start + shift) }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        let margin = number.len();
        let bar = styled(BLUE, "|");
        writeln!(f, " {:margin$} {bar}", "")?;
        writeln!(f, " {} {bar} {}", styled(BLUE, &number), self.text)?;
        if let Some(caret) = self.caret {
            writeln!(f, " {:margin$} {bar} {:caret$}{}", "", "", styled(RED.bold(), "^"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    fn plain(excerpt: &Excerpt) -> String {
        anstream::adapter::strip_str(&excerpt.to_string()).to_string()
    }

    #[test]
    fn caret_stands_below_the_fault_counted_in_characters() {
        let excerpt = Excerpt::of_line("-- é\nALTER TABLE \"é\" ADD x;", 2, Some(17)).unwrap();
        insta::assert_snapshot!(plain(&excerpt), @r#"
           |
         2 | ALTER TABLE "é" ADD x;
           |                 ^
        "#);
    }

    #[test]
    fn position_finds_its_line() {
        let excerpt = Excerpt::at_position("select 1,\n  nope\nfrom t", 13).unwrap();
        insta::assert_snapshot!(plain(&excerpt), @r"
          |
          |   nope
          |   ^
        ");
    }

    #[test]
    fn long_line_is_cut_around_the_caret() {
        let line = format!("{}nope{}", "a, ".repeat(100), ", b".repeat(100));
        let excerpt = Excerpt::of_line(&line, 1, Some(301)).unwrap();
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
        assert_eq!(excerpt.text.chars().skip(excerpt.caret.unwrap()).take(4).collect::<String>(), "nope");
    }

    #[test]
    fn place_outside_of_the_text_is_none() {
        assert_eq!(Excerpt::of_line("a", 2, None), None);
        assert_eq!(Excerpt::at_position("a", 9), None);
        assert_eq!(Excerpt::at_position("a", 0), None);
    }
}
