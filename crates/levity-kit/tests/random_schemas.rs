//! Random pairs of schemas: whatever the difference is, its plan must lead from one to the other.
//!
//! `LEVITY_RANDOM_PAIRS` is how many pairs are tried, `LEVITY_RANDOM_SEED` the first seed. A failure names its seed.

use std::{env, fmt::Write};

use levity::{
    Config,
    migrate::{EmbeddedMigration, History},
    schema::{
        Check, Column, EnumType, EnumValue, Expression, ForeignKey, Identity, Index, IndexKey, IndexMethod,
        IndexPart, NullsOrder, ObjectName, PrimaryKey, RangeOf, ReferentialAction, Schema, SqlType, Table,
        Unique, generated_name,
    },
};
use levity_kit::{
    diff::{DiffError, RenameHints, UnsupportedChange},
    generate::{GenerateError, Generated, generate},
    prove::{Parent, prove},
    snapshot::Snapshot,
};
use levity_local::TestDatabase;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_leads_from_any_schema_to_any_other() {
    let number = |name: &str, default| env::var(name).map_or(default, |value| value.parse().unwrap());
    let (first, pairs): (u64, u64) = (number("LEVITY_RANDOM_SEED", 1), number("LEVITY_RANDOM_PAIRS", 24));
    let database = TestDatabase::empty().await.unwrap();
    let config = Config::from_url(database.url()).unwrap();

    let mut seeds = first..first + pairs;
    let mut running = tokio::task::JoinSet::new();
    let mut failures = Vec::new();
    loop {
        while running.len() < 4
            && let Some(seed) = seeds.next()
        {
            let config = config.clone();
            running.spawn(async move { try_pair(&config, seed).await });
        }
        let Some(outcome) = running.join_next().await else { break };
        failures.extend(outcome.unwrap().err());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

async fn try_pair(config: &Config, seed: u64) -> Result<(), String> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (previous, next) = (schema(&mut random), schema(&mut random));
    next.validate().map_err(|error| format!("seed {seed}: {error}"))?;
    let Some(generated) = plan(&previous, &next, &mut random) else { return Ok(()) };
    let history = history(&previous);
    let parent = Parent { history: &history, schema: &previous };
    prove(config, &parent, &next, &generated.file).await.map(drop).map_err(|error| {
        let mut report = format!("seed {seed}: {error}\n");
        for (side, schema) in [("previous", &previous), ("next", &next)] {
            let text = Snapshot::new(Vec::new(), schema.clone()).render();
            writeln!(report, "{side}:\n{text}").unwrap();
        }
        report + &generated.file.render().unwrap()
    })
}

/// One migration that makes the schema.
fn history(schema: &Schema) -> History {
    let hints = RenameHints::default();
    let Some(all) = generate(&Schema::default(), schema, &hints, None).unwrap() else {
        return History::default();
    };
    let sql = all.file.render().unwrap().leak();
    let snapshot_head = r#"{"version":1,"id":"00000000000000000000000000000001","parents":[]}"#;
    History::embedded(&[EmbeddedMigration { tag: "20260101000000_init", sql, snapshot_head }]).unwrap()
}

/// The migration, with every question answered by chance.
fn plan(previous: &Schema, next: &Schema, random: &mut Random) -> Option<Generated> {
    let mut hints = RenameHints::default();
    loop {
        match generate(previous, next, &hints, None) {
            Ok(generated) => return generated,
            Err(GenerateError::Diff(DiffError::Ambiguous { questions })) => {
                let question = &questions[0];
                let free = question
                    .candidates
                    .iter()
                    .find(|name| !hints.renamed.values().any(|other| other == *name));
                match free.filter(|_| random.chance(50)) {
                    Some(name) => drop(hints.renamed.insert(question.previous.clone(), name.clone())),
                    None => drop(hints.dropped.insert(question.previous.clone())),
                }
            }
            Err(GenerateError::Diff(DiffError::Unsupported { changes })) => {
                for change in changes {
                    match change {
                        UnsupportedChange::MissingCast { column, next, .. } => {
                            hints.using.insert(column, format!("NULL::{next}"));
                        }
                        UnsupportedChange::OtherNamespace { previous, .. } => {
                            hints.dropped.insert(previous);
                        }
                        other => panic!("{other}"),
                    }
                }
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn schema(random: &mut Random) -> Schema {
    let namespace = |random: &mut Random| random.chance(15).then(|| "billing".to_owned());
    let mut schema = Schema::default();
    for name in ["state", "mood"] {
        if random.chance(60) {
            let namespace = namespace(random);
            let values = random.some(&["new", "open", "it's", "done", "gone"]);
            schema.enum_types.push(EnumType {
                name: ObjectName { namespace, name: name.to_owned() },
                renamed_from: None,
                values: values.into_iter().map(EnumValue::new).collect(),
            });
        }
    }
    for name in ["a", "b", "Odd name"] {
        if random.chance(75) {
            let name = ObjectName { namespace: namespace(random), name: name.to_owned() };
            let table = table(name, &schema.enum_types, random);
            schema.tables.push(table);
        }
    }
    add_foreign_keys(&mut schema, random);
    schema
}

fn table(name: ObjectName, enum_types: &[EnumType], random: &mut Random) -> Table {
    let mut table = Table::new(name);
    for name in random.some(&["id", "x", "y", "z", "the \"w\""]) {
        let column = column(name, enum_types, random);
        table.columns.push(column);
    }
    let base = table.name.name.clone();
    let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    // What has no order has no index.
    let comparable: Vec<String> = (table.columns.iter())
        .filter(|column| !matches!(column.sql_type, SqlType::Json))
        .map(|column| column.name.clone())
        .collect();
    let comparable: Vec<&str> = comparable.iter().map(String::as_str).collect();
    if random.chance(60) && !comparable.is_empty() {
        let key = random.some(&comparable);
        for column in table.columns.iter_mut().filter(|column| key.contains(&&*column.name)) {
            column.nullable = false;
        }
        let columns = key.into_iter().map(str::to_owned).collect();
        table.primary_key = Some(PrimaryKey { name: generated_name(&[&base, "pkey"]), columns });
    }
    if random.chance(40) && !comparable.is_empty() {
        let columns: Vec<String> = random.some(&comparable).into_iter().map(str::to_owned).collect();
        let name = if random.chance(30) { format!("{base} once") } else { key_name(&base, &columns, "key") };
        table.uniques.push(Unique { name, columns, nulls_not_distinct: random.chance(30) });
    }
    for number in 0..2 {
        if random.chance(40) && !comparable.is_empty() {
            let index = index(&base, number, &comparable, &table, random);
            if table.indexes.iter().all(|other| other.name != index.name) {
                table.indexes.push(index);
            }
        }
    }
    if random.chance(30) {
        let column = quote(random.pick::<String>(&columns));
        let condition = *random.pick(&["IS NOT NULL", "IS NULL"]);
        let expression = Expression(format!("{column} {condition} OR true"));
        table
            .checks
            .push(Check { name: generated_name(&[&base, *random.pick(&["check", "sane"])]), expression });
    }
    table
}

fn column(name: &str, enum_types: &[EnumType], random: &mut Random) -> Column {
    let mut types = vec![
        (SqlType::Boolean, "false"),
        (SqlType::SmallInt, "1"),
        (SqlType::Integer, "1"),
        (SqlType::BigInt, "1"),
        (SqlType::DoublePrecision, "1"),
        (SqlType::Numeric(None), "1"),
        (SqlType::Numeric(Some((8, 2))), "1"),
        (SqlType::Text, "'1'"),
        (SqlType::Varchar(Some(9)), "'1'"),
        (SqlType::Char(3), "'1'"),
        (SqlType::Bytea, "'\\x00'"),
        (SqlType::Uuid, "gen_random_uuid()"),
        (SqlType::Date, "current_date"),
        (SqlType::Timestamp, "now() AT TIME ZONE 'UTC'"),
        (SqlType::Timestamptz, "now()"),
        (SqlType::Json, "'{}'"),
        (SqlType::Jsonb, "'{}'"),
        (SqlType::Array(Box::new(SqlType::Text)), "'{}'"),
        (SqlType::Array(Box::new(SqlType::Integer)), "'{}'"),
        (SqlType::Interval, "'1 day'"),
        (SqlType::Inet, "'::1'"),
        (SqlType::Cidr, "'::/0'"),
        (SqlType::MacAddr, "'08:00:2b:01:02:03'"),
        (SqlType::Range(RangeOf::Date), "'empty'"),
        (SqlType::Multirange(RangeOf::Numeric), "'{}'"),
        (SqlType::Array(Box::new(SqlType::Range(RangeOf::Timestamptz))), "'{}'"),
        (SqlType::parse("timestamptz(3)"), "now()"),
    ];
    let labels: Vec<String> =
        enum_types.iter().map(|e| format!("'{}'", e.values[0].label.replace('\'', "''"))).collect();
    for (enum_type, label) in enum_types.iter().zip(&labels) {
        let sql_type = SqlType::Enum(enum_type.name.clone());
        types.push((SqlType::Array(Box::new(sql_type.clone())), "'{}'"));
        types.push((sql_type.clone(), label));
        types.push((sql_type, label));
    }
    let (sql_type, default) = random.pick(&types).clone();
    let mut column = Column { nullable: random.chance(50), ..Column::new(name, sql_type) };
    let is_integer = matches!(column.sql_type, SqlType::SmallInt | SqlType::Integer | SqlType::BigInt);
    if is_integer && random.chance(40) {
        column.nullable = false;
        column.identity = Some(*random.pick(&[Identity::Always, Identity::ByDefault]));
    } else if random.chance(40) {
        column.default = Some(Expression::new(default));
    }
    column
}

fn index(base: &str, number: usize, comparable: &[&str], table: &Table, random: &mut Random) -> Index {
    let columns: Vec<String> = random.some(comparable).into_iter().map(str::to_owned).collect();
    let mut keys: Vec<IndexKey> = columns.iter().map(IndexKey::column).collect();
    for key in &mut keys {
        key.descending = random.chance(20);
        key.nulls = random.chance(20).then(|| *random.pick(&[NullsOrder::First, NullsOrder::Last]));
        if let IndexPart::Column(name) = &key.part
            && random.chance(15)
        {
            key.part = IndexPart::Expression(Expression(format!("({} IS NULL)", quote(name))));
        }
    }
    let simple = keys.len() == 1 && !keys[0].descending && keys[0].nulls.is_none();
    let hash = simple && random.chance(20);
    let predicate = random.chance(25).then(|| {
        let column = random.pick(&table.columns);
        match (&column.sql_type, &column.default) {
            (SqlType::Enum(_) | SqlType::Text, Some(default)) => {
                Expression(format!("{} = {}", quote(&column.name), default.0))
            }
            _ => Expression(format!("{} IS NOT NULL", quote(&column.name))),
        }
    });
    Index {
        name: if random.chance(30) {
            format!("{base} index {number}")
        } else {
            key_name(base, &columns, "idx")
        },
        unique: !hash && random.chance(30),
        method: if hash { IndexMethod::Hash } else { IndexMethod::Btree },
        keys,
        predicate,
    }
}

fn add_foreign_keys(schema: &mut Schema, random: &mut Random) {
    let tables = schema.tables.clone();
    for table in &mut schema.tables {
        for target in &tables {
            let keys = target
                .primary_key
                .iter()
                .map(|key| &key.columns)
                .chain(target.uniques.iter().map(|key| &key.columns));
            for key in keys {
                // Columns of the very same types, each once.
                let mut columns: Vec<String> = Vec::new();
                for name in key {
                    let wanted = &target.column(name).unwrap().sql_type;
                    let found =
                        table.columns.iter().find(|c| c.sql_type == *wanted && !columns.contains(&c.name));
                    columns.extend(found.map(|column| column.name.clone()));
                }
                let name = key_name(&table.name.name, &columns, "fkey");
                let is_new = table.foreign_keys.iter().all(|other| other.name != name);
                if columns.len() == key.len() && is_new && random.chance(70) {
                    table.foreign_keys.push(ForeignKey {
                        name,
                        columns,
                        references: target.name.clone(),
                        referenced_columns: key.clone(),
                        on_delete: *random.pick(&[ReferentialAction::NoAction, ReferentialAction::Cascade]),
                        on_update: *random.pick(&[ReferentialAction::NoAction, ReferentialAction::Restrict]),
                    });
                }
            }
        }
    }
}

fn key_name(base: &str, columns: &[String], suffix: &str) -> String {
    let mut parts = vec![base];
    parts.extend(columns.iter().map(String::as_str));
    parts.push(suffix);
    generated_name(&parts)
}

fn quote(name: &str) -> String {
    levity::sql::quote_ident(name)
}

/// xorshift64*: the same schemas on every machine and with every release.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(value).unwrap() % limit
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// At least one of the items, in any order.
    fn some<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> Vec<&'a T> {
        let mut rest = items.to_vec();
        let count = 1 + self.below(items.len());
        (0..count).map(|_| rest.remove(self.below(rest.len()))).collect()
    }
}
