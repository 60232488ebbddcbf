//! Projects and their tasks.

use levity::{
    PgEnum,
    schema::{
        Column, Domain, Expression, Extension, Index, IndexKey, Partition, PartitionBounds, PartitionBy,
        PartitionStrategy, Schema, Sequence, SqlType, Table, View, ViewColumn,
    },
};

/// What has become of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
pub(crate) enum TaskStatus {
    Open,
    Done,
}

#[derive(Debug, Clone, PartialEq, levity::Table)]
#[table(name = "projects")]
pub(crate) struct Project {
    #[column(primary_key, identity)]
    pub(crate) id: i64,
    pub(crate) name: String,
}

#[derive(Debug, Clone, PartialEq, levity::Table)]
#[table(name = "tasks")]
#[index(project_id)]
pub(crate) struct Task {
    #[column(primary_key, identity)]
    pub(crate) id: i64,
    #[column(references(Project::id, on_delete = cascade))]
    pub(crate) project_id: i64,
    pub(crate) title: String,
    #[column(default = TaskStatus::Open)]
    pub(crate) status: TaskStatus,
}

levity::schema! { Project, Task }

/// A column more.
pub(crate) fn add_priority(schema: &mut Schema) {
    let mut column = Column::new("priority", SqlType::Integer);
    column.default = Some(Expression::new("0"));
    tasks(schema).push(column);
}

/// A column more, whose default calls a function that the model does not hold.
pub(crate) fn add_zero(schema: &mut Schema) {
    let mut column = Column::new("priority", SqlType::Integer);
    column.default = Some(Expression::new("zero()"));
    tasks(schema).push(column);
}

/// An object of each kind that `schema!` lists beside tables.
pub(crate) fn add_objects(schema: &mut Schema) {
    schema.extensions.push(Extension::new("citext"));
    schema.declared_namespaces.push("audit".to_owned());
    schema.domains.push(Domain::new("title", SqlType::parse("citext")));
    schema.sequences.push(Sequence::new("task_number", SqlType::BigInt));
    let mut column = Column::new("number", SqlType::BigInt);
    column.default = Some(Expression::new("nextval('task_number')"));
    tasks(schema).push(column);
    let mut column = Column::new("subtitle", SqlType::Domain("title".into()));
    column.nullable = true;
    tasks(schema).push(column);
}

/// A mistake.
pub(crate) fn add_column_twice(schema: &mut Schema) {
    let column = Column::new("title", SqlType::Text);
    tasks(schema).push(column);
}

/// So many tables that creating them takes some seconds.
pub(crate) fn add_tables(schema: &mut Schema) {
    for number in 0..2000 {
        let mut table = schema.tables[0].clone();
        table.name.name = format!("projects_{number}");
        table.primary_key.as_mut().unwrap().name = format!("projects_{number}_pkey");
        schema.tables.push(table);
    }
}

/// A view, a materialized one over it, and a view over that.
pub(crate) fn add_views(schema: &mut Schema) {
    let column = |name: &str, sql_type: SqlType| ViewColumn::new(name, sql_type);
    schema.views = vec![
        View {
            columns: vec![column("project_id", SqlType::BigInt), column("title", SqlType::Text)],
            ..View::new("open_tasks", "SELECT project_id, title FROM tasks WHERE status = 'open'")
        },
        View {
            columns: vec![column("project_id", SqlType::BigInt), column("tasks", SqlType::BigInt)],
            materialized: true,
            ..View::new("sizes", "SELECT project_id, count(*) AS tasks FROM open_tasks GROUP BY project_id")
        },
        View {
            columns: vec![column("project_id", SqlType::BigInt)],
            ..View::new("large_projects", "SELECT project_id FROM sizes WHERE tasks > 10")
        },
    ];
}

/// The same, and another type of a column that the first one reads.
pub(crate) fn change_under_views(schema: &mut Schema) {
    add_views(schema);
    let title = SqlType::Varchar(Some(100));
    schema.views[0].columns[1].sql_type = title.clone();
    tasks(schema).iter_mut().find(|column| column.name == "title").unwrap().sql_type = title;
}

/// A partitioned table.
pub(crate) fn add_events(schema: &mut Schema) {
    let mut events = Table::new("events");
    events.columns = vec![Column::new("id", SqlType::BigInt), Column::new("kind", SqlType::Text)];
    let (strategy, keys) = (PartitionStrategy::List, vec![IndexKey::column("kind")]);
    events.partition_by = Some(PartitionBy { strategy, keys });
    let partition = |name: &str, values| Partition::new(name, PartitionBounds::List(Expression::new(values)));
    events.partitions = vec![partition("events_a", "'a'"), partition("events_b", "'b'")];
    schema.tables.push(events);
}

/// The same with an index more and a partition less.
pub(crate) fn change_events(schema: &mut Schema) {
    add_events(schema);
    let events = schema.tables.last_mut().unwrap();
    events.indexes = vec![Index::new("events_id_idx", vec![IndexKey::column("id")])];
    events.partitions.pop();
}

/// A column that could be a new one, or an old one under a new name.
pub(crate) fn rename_title(schema: &mut Schema) {
    let columns = tasks(schema);
    let title = columns.iter_mut().find(|column| column.name == "title").unwrap();
    "name".clone_into(&mut title.name);
}

/// A value less.
pub(crate) fn remove_done(schema: &mut Schema) {
    schema.enum_types[0].values.retain(|value| value.label != "done");
}

/// A value that could be a new one, or an old one under a new name.
pub(crate) fn replace_done(schema: &mut Schema) {
    let done = schema.enum_types[0].values.iter_mut().find(|value| value.label == "done").unwrap();
    "finished".clone_into(&mut done.label);
}

fn tasks(schema: &mut Schema) -> &mut Vec<Column> {
    &mut schema.tables.iter_mut().find(|table| table.name.name == "tasks").unwrap().columns
}
