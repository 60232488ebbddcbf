use levity::{
    schema::{CheckOption, ObjectName, View, generated_name},
    sql::{quote_ident, quote_name},
};

use super::{Build, create_index};

/// `CREATE VIEW`, or `CREATE MATERIALIZED VIEW` and its indexes.
pub(crate) fn create_view(view: &View) -> Vec<String> {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let create =
        format!("CREATE {kind} {}{} AS\n{}", quote_name(&view.name), options(view), view.definition.0);
    let indexes = view.indexes.iter().map(|index| create_index(&view.name, index, &index.name, Build::Plain));
    std::iter::once(create).chain(indexes).collect()
}

/// `CREATE OR REPLACE VIEW`. PostgreSQL forgets the options that it does not name.
pub(crate) fn replace_view(view: &View) -> String {
    format!("CREATE OR REPLACE VIEW {}{} AS\n{}", quote_name(&view.name), options(view), view.definition.0)
}

/// A materialized view with its indexes under names that are free while the one in use has them.
pub(crate) fn build_view(view: &View) -> Vec<String> {
    let mut beside = view.clone();
    beside.name = view.name.sibling(new_name(&view.name.name));
    for index in &mut beside.indexes {
        index.name = new_name(&index.name);
    }
    create_view(&beside)
}

/// Gives what was built the names of what goes.
pub(crate) fn swap_view(previous: &View, next: &View) -> Vec<String> {
    let built = next.name.sibling(new_name(&next.name.name));
    let rename =
        format!("ALTER MATERIALIZED VIEW {} RENAME TO {}", quote_name(&built), quote_ident(&next.name.name));
    let indexes = next.indexes.iter().map(|index| {
        let built = next.name.sibling(new_name(&index.name));
        format!("ALTER INDEX {} RENAME TO {}", quote_name(&built), quote_ident(&index.name))
    });
    [drop_view(previous), rename].into_iter().chain(indexes).collect()
}

pub(crate) fn rename_view(view: &View, next: &ObjectName) -> String {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    format!("ALTER {kind} {} RENAME TO {}", quote_name(&view.name), quote_ident(&next.name))
}

pub(crate) fn drop_view(view: &View) -> String {
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    format!("DROP {kind} {}", quote_name(&view.name))
}

fn new_name(name: &str) -> String {
    generated_name(&[name, "new"])
}

/// ` WITH (…)`. The check option stands here and not behind the query, which can end in a comment.
fn options(view: &View) -> String {
    let mut options = Vec::new();
    if view.options.security_barrier {
        options.push("security_barrier");
    }
    if view.options.security_invoker {
        options.push("security_invoker");
    }
    match view.options.check_option {
        None => {}
        Some(CheckOption::Local) => options.push("check_option = local"),
        Some(CheckOption::Cascaded) => options.push("check_option = cascaded"),
    }
    if options.is_empty() { String::new() } else { format!(" WITH ({})", options.join(", ")) }
}
