use levity::schema::{
    Expression, IndexKey, IndexPart, OperatorClass, Partition, PartitionBounds, PartitionBy,
    PartitionStrategy, Table,
};
use tokio_postgres::Row;

use super::index::optional_name;

/// One key of a partitioned table. The keys of one follow each other.
pub(super) fn add_key(table: &mut Table, row: &Row) {
    let strategy = match row.get(1) {
        "l" => PartitionStrategy::List,
        "h" => PartitionStrategy::Hash,
        _ => PartitionStrategy::Range,
    };
    let partition_by = table.partition_by.get_or_insert(PartitionBy { strategy, keys: Vec::new() });
    let part = match row.get(2) {
        Some(column) => IndexPart::Column(column),
        None => {
            let before = partition_by.keys.iter().filter(|key| key.part.expression().is_some()).count();
            let expressions: &str = row.get(3);
            IndexPart::Expression(Expression::new(items(expressions).nth(before).unwrap_or(expressions)))
        }
    };
    partition_by.keys.push(IndexKey {
        collation: optional_name(row.get(4), row.get(5)),
        operator_class: optional_name(row.get(6), row.get(7)).map(OperatorClass::new),
        ..IndexKey::new(part)
    });
}

/// Nothing where the server has bounds of a kind that is not known here.
pub(super) fn partition(row: &Row) -> Option<Partition> {
    Some(Partition::new(row.get::<_, &str>(1), bounds(row.get(2))?))
}

/// Reads the bounds as the server prints them.
fn bounds(text: &str) -> Option<PartitionBounds> {
    if text == "DEFAULT" {
        return Some(PartitionBounds::Default);
    }
    let text = text.strip_prefix("FOR VALUES ")?;
    if let Some(values) = text.strip_prefix("IN (") {
        return Some(PartitionBounds::List(Expression::new(values.strip_suffix(')')?)));
    }
    if let Some(hash) = text.strip_prefix("WITH (modulus ") {
        let (modulus, remainder) = hash.strip_suffix(')')?.split_once(", remainder ")?;
        return Some(PartitionBounds::Hash {
            modulus: modulus.parse().ok()?,
            remainder: remainder.parse().ok()?,
        });
    }
    let range = text.strip_prefix("FROM (")?.strip_suffix(')')?;
    let end = outside(range).find(|(place, _)| range[*place..].starts_with(") TO ("))?.0;
    Some(PartitionBounds::Range {
        from: Expression::new(&range[..end]),
        to: Expression::new(&range[end + ") TO (".len()..]),
    })
}

/// The expressions of a list.
fn items(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let mut ends: Vec<usize> = Vec::new();
    for (place, character) in outside(list) {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => ends.push(place),
            _ => {}
        }
    }
    ends.push(list.len());
    let mut start = 0;
    ends.into_iter().map(move |end| list[std::mem::replace(&mut start, end + 1)..end].trim())
}

/// The characters outside quotes, with their places. A quote that stands for itself is doubled, so it changes nothing.
fn outside(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, character)| match quote {
        Some(open) => {
            if open == *character {
                quote = None;
            }
            false
        }
        None if *character == '\'' || *character == '"' => {
            quote = Some(*character);
            false
        }
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_as_the_server_prints_them() {
        let texts = [
            "DEFAULT",
            "FOR VALUES IN ('x', NULL, 'y) TO (''z')",
            "FOR VALUES FROM (1, 'a) TO (b''\\', MINVALUE) TO (2, 'b', MAXVALUE)",
        ];
        for text in texts {
            assert_eq!(bounds(text).unwrap().to_string(), text);
        }
        let hash = PartitionBounds::Hash { modulus: 4, remainder: 1 };
        assert_eq!(bounds("FOR VALUES WITH (modulus 4, remainder 1)"), Some(hash));
        assert_eq!(bounds("FOR VALUES OF ANOTHER KIND"), None);
    }

    #[test]
    fn expressions_are_told_apart() {
        let list = "lower(b), (a + 1), replace(\"odd, name\", ', (', ''::text)";
        let expected = ["lower(b)", "(a + 1)", "replace(\"odd, name\", ', (', ''::text)"];
        assert_eq!(items(list).collect::<Vec<_>>(), expected);
    }
}
