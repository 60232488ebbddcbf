//! Views by chance, and what an edit of a table makes of them.

use levity::{
    schema::{Deferrable, Index, IndexKey, ObjectName, Schema, SqlType, View, ViewColumn, ViewOptions},
    sql::{quote_ident, quote_literal, quote_name},
};

use crate::chance::Random;

pub(crate) fn add_views(schema: &mut Schema, random: &mut Random) {
    for name in ["v", "w", "b", "Odd view"] {
        if random.chance(45) {
            let namespace = random.chance(15).then(|| "billing".to_owned());
            let name = ObjectName { namespace, name: name.to_owned() };
            let is_free = schema.tables.iter().all(|table| table.name.name != name.name);
            let view = view(name, schema, random);
            schema.views.extend(view.filter(|_| is_free));
        }
    }
}

/// A view over a table or over an earlier view.
pub(crate) fn view(name: ObjectName, schema: &Schema, random: &mut Random) -> Option<View> {
    let sources = sources(schema);
    let sources: Vec<_> = sources.iter().filter(|(source, _)| *source != name).collect();
    if sources.is_empty() {
        return None;
    }
    let (source, columns) = random.pick(&sources);
    let key = schema.table(source).and_then(|table| table.primary_key.as_ref());
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let mut chosen = random.some(&names);
    let alias = quote_ident(&source.name);
    let column = |name: &str| format!("{alias}.{}", quote_ident(name));
    let mut items: Vec<String> =
        chosen.iter().map(|name| format!("{} AS {}", column(name), quote_ident(name))).collect();
    let condition = format!(" WHERE {} IS NOT NULL", column(random.pick::<&str>(&names)));
    let mut tail = if random.chance(40) { condition } else { String::new() };
    if let Some(key) = key.filter(|key| random.chance(30) && key.deferrable == Deferrable::No) {
        // The other columns depend on the key, if it holds at each moment.
        let columns: Vec<String> = key.columns.iter().map(|name| column(name)).collect();
        tail.push_str(" GROUP BY ");
        tail.push_str(&columns.join(", "));
        items.push("count(*) AS number".to_owned());
    } else if random.chance(20) && !schema.sequences.is_empty() && !names.contains(&"number") {
        let sequence = quote_name(&random.pick(&schema.sequences).name);
        items.push(if random.chance(50) {
            format!("nextval({}) AS number", quote_literal(&sequence))
        } else {
            format!("(SELECT last_value FROM {sequence}) AS number")
        });
    }
    let mut sql = format!("SELECT {} FROM {}{tail}", items.join(", "), quote_name(source));
    let others: Vec<_> = sources.iter().filter(|(other, _)| other.name != source.name).collect();
    if tail.is_empty() && !others.is_empty() && random.chance(25) {
        let (other, _) = random.pick(&others);
        sql.push_str(" CROSS JOIN ");
        sql.push_str(&quote_name(other));
    }
    let of = |name: &str| columns.iter().find(|(column, _)| column == name).unwrap().1.clone();
    let mut view = View {
        materialized: random.chance(30),
        columns: chosen.drain(..).map(|name| ViewColumn::new(name, of(name))).collect(),
        ..View::new(name, &sql)
    };
    if items.last().is_some_and(|item| item.ends_with(" AS number")) {
        view.columns.push(ViewColumn::new("number", SqlType::BigInt));
    }
    if view.materialized {
        let comparable = view.columns.iter().find(|column| column.sql_type != SqlType::Json);
        if let Some(column) = comparable.filter(|_| random.chance(60)) {
            let name = format!("{} by {}", view.name.name, column.name.chars().count());
            view.indexes.push(Index::new(name, vec![IndexKey::column(&*column.name)]));
        }
    } else {
        view.options = ViewOptions { security_barrier: random.chance(20), ..ViewOptions::default() };
    }
    Some(view)
}

/// What can be read, with its columns.
fn sources(schema: &Schema) -> Vec<(ObjectName, Vec<(String, SqlType)>)> {
    let tables = schema.tables.iter().filter(|table| !table.columns.is_empty()).map(|table| {
        let columns = table.columns.iter().map(|column| (column.name.clone(), column.sql_type.clone()));
        (table.name.clone(), columns.collect())
    });
    let views = schema.views.iter().map(|view| {
        let columns = view.columns.iter().map(|column| (column.name.clone(), column.sql_type.clone()));
        (view.name.clone(), columns.collect())
    });
    tables.chain(views).collect()
}

/// Follows what an edit has done to the tables: renamed columns keep their name in the view, other types come through, and a
/// view of what is gone goes.
pub(crate) fn follow(schema: &mut Schema) {
    for mut view in std::mem::take(&mut schema.views) {
        let sources = sources(schema);
        let reads = |name: &ObjectName| view.definition.0.contains(&format!(" {}", quote_name(name)));
        let Some((source, columns)) = sources.iter().find(|(name, _)| reads(name)) else { continue };
        let alias = quote_ident(&source.name);
        let renamed =
            schema.table(source).into_iter().flat_map(|table| &table.columns).filter_map(|column| {
                let before = column.renamed_from.as_ref()?;
                Some((
                    format!("{alias}.{}", quote_ident(before)),
                    format!("{alias}.{}", quote_ident(&column.name)),
                ))
            });
        view.definition.0 =
            renamed.fold(view.definition.0.clone(), |sql, (before, after)| sql.replace(&before, &after));
        let given = |name: &str| {
            let item = |column: &str| format!("{alias}.{} AS {}", quote_ident(column), quote_ident(name));
            columns.iter().find(|(column, _)| view.definition.0.contains(&item(column)))
        };
        let types: Option<Vec<SqlType>> = (view.columns.iter())
            .map(|column| match column.name.as_str() {
                "number" => Some(SqlType::BigInt),
                name => given(name).map(|(_, sql_type)| sql_type.clone()),
            })
            .collect();
        let Some(types) = types else { continue };
        for (column, sql_type) in view.columns.iter_mut().zip(types) {
            column.sql_type = sql_type;
        }
        schema.views.push(view);
    }
}
