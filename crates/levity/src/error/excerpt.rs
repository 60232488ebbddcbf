/// The line at a position, which is counted in characters from 1, and a caret below it.
pub(super) fn excerpt(text: &str, position: u32) -> Option<String> {
    let position = usize::try_from(position).ok()?.checked_sub(1)?;
    // The end of the text is a place as well.
    let offset = text.char_indices().map(|(offset, _)| offset).chain([text.len()]).nth(position)?;
    let (before, after) = text.split_at(offset);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = &text[start..offset + after.find('\n').unwrap_or(after.len())];
    let label = format!("line {}: ", before.matches('\n').count() + 1);
    let margin = " ".repeat(label.len());
    // A tab is as wide below as above.
    let indent: String = text[start..offset].chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
    Some(format!("{label}{}\n{margin}{indent}^", line.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn the_caret_stands_below_the_character() {
        let text = "SELECT 'ä',\n\tnmae\nFROM authors";
        assert_eq!(excerpt(text, 14).unwrap(), "line 2: \tnmae\n        \t^");
        assert_eq!(excerpt(text, 11).unwrap(), "line 1: SELECT 'ä',\n                  ^");
    }

    #[test]
    fn the_end_is_a_place_and_beyond_it_there_is_none() {
        assert_eq!(excerpt("SELECT (", 9).unwrap(), "line 1: SELECT (\n                ^");
        assert_eq!(excerpt("SELECT (", 10), None);
        assert_eq!(excerpt("SELECT", 0), None);
    }
}
