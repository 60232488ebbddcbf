//! The order of objects that need each other.

/// The items, each after the ones that it depends on. Where nothing decides they keep their order, and so do those of a
/// circle.
pub(super) fn dependencies_first<T>(items: Vec<T>, depends_on: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let needs: Vec<Vec<usize>> = (items.iter().enumerate())
        .map(|(position, item)| {
            let others = items.iter().enumerate().filter(|(other, _)| *other != position);
            others.filter(|(_, other)| depends_on(item, other)).map(|(other, _)| other).collect()
        })
        .collect();
    let mut is_placed = vec![false; items.len()];
    let mut order = Vec::with_capacity(items.len());
    while order.len() < items.len() {
        let left = || (0..items.len()).filter(|position| !is_placed[*position]);
        let ready = left().find(|position| needs[*position].iter().all(|other| is_placed[*other]));
        let Some(next) = ready.or_else(|| left().next()) else { break };
        is_placed[next] = true;
        order.push(next);
    }
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|position| items[position].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(items: &str, edges: &[(char, char)]) -> String {
        let ordered =
            dependencies_first(items.chars().collect(), |item, other| edges.contains(&(*item, *other)));
        ordered.into_iter().collect()
    }

    #[test]
    fn dependencies_come_first_and_the_rest_keeps_its_order() {
        assert_eq!(order("abcd", &[('a', 'd'), ('d', 'c')]), "bcda");
        assert_eq!(order("abcd", &[]), "abcd");
    }

    #[test]
    fn a_circle_is_opened_at_the_first_item_that_is_left() {
        assert_eq!(order("abcd", &[('b', 'c'), ('c', 'b'), ('a', 'c')]), "dabc");
    }
}
