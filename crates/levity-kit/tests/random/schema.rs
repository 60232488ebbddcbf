//! Schemas by chance.

use std::collections::BTreeMap;

use levity::{
    schema::{
        Check, Column, Deferrable, Domain, EnumType, EnumValue, Exclusion, ExclusionElement, Expression,
        ForeignKey, GeneratedKind, GeneratedValue, Identity, IdentityOptions, Index, IndexKey, IndexMethod,
        IndexPart, NullsOrder, ObjectName, OperatorClass, PrimaryKey, RangeOf, ReferentialAction, Schema,
        Sequence, SequenceOwner, SqlType, Table, Unique, generated_name,
    },
    sql::{quote_literal, quote_name},
};

use crate::{chance::Random, partition, view};

pub(crate) fn schema(random: &mut Random) -> Schema {
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
    for (name, base_type, default, check) in
        [("label", SqlType::Text, "'1'", "VALUE <> 'never'"), ("amount", SqlType::Integer, "1", "VALUE > -9")]
    {
        if random.chance(40) {
            let namespace = namespace(random);
            let mut domain = Domain::new(ObjectName { namespace, name: name.to_owned() }, base_type);
            domain.default = random.chance(40).then(|| Expression::new(default));
            domain.not_null = random.chance(20);
            if random.chance(40) {
                let name = (*random.pick(&["one", "other"])).to_owned();
                domain.checks.push(Check::new(name, check));
            }
            schema.domains.push(domain);
        }
    }
    for name in ["numbers", "Odd numbers"] {
        if random.chance(35) {
            let namespace = namespace(random);
            let sql_type = random.pick(&[SqlType::SmallInt, SqlType::Integer, SqlType::BigInt]).clone();
            let mut sequence = Sequence::new(ObjectName { namespace, name: name.to_owned() }, sql_type);
            sequence.increment = *random.pick(&[1, 1, 3]);
            sequence.cycle = random.chance(20);
            schema.sequences.push(sequence);
        }
    }
    for name in ["a", "b", "Odd name"] {
        if random.chance(75) {
            let name = ObjectName { namespace: namespace(random), name: name.to_owned() };
            let table = table(name, &schema, random);
            schema.tables.push(table);
        }
    }
    own_sequences(&mut schema, random);
    add_foreign_keys(&mut schema, random);
    view::add_views(&mut schema, random);
    schema
}

/// Gives sequences to columns of their namespace that the database does not number itself.
fn own_sequences(schema: &mut Schema, random: &mut Random) {
    for sequence in &mut schema.sequences {
        let tables = schema.tables.iter().filter(|table| table.name.namespace == sequence.name.namespace);
        let columns = tables.flat_map(|table| table.columns.iter().map(move |column| (table, column)));
        let columns: Vec<_> = columns.filter(|(_, column)| column.identity.is_none()).collect();
        if !columns.is_empty() && random.chance(40) {
            let (table, column) = *random.pick(&columns);
            sequence.owned_by =
                Some(SequenceOwner { table: table.name.clone(), column: column.name.clone() });
        }
    }
}

fn table(name: ObjectName, schema: &Schema, random: &mut Random) -> Table {
    let mut table = Table::new(name);
    for name in random.some(&["id", "x", "y", "z", "the \"w\""]) {
        let column = column(name, schema, random);
        table.columns.push(column);
    }
    add_generated_column(&mut table, random);
    table.comment = random.chance(20).then(|| (*random.pick(&["a table", "it's"])).to_owned());
    table.unlogged = random.chance(10);
    if random.chance(20) {
        let value = (*random.pick(&["70", "80"])).to_owned();
        table.storage =
            [((*random.pick(&["fillfactor", "autovacuum_vacuum_threshold"])).to_owned(), value)].into();
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
        table.primary_key = Some(PrimaryKey {
            include: include(&table, random),
            storage: storage(random),
            deferrable: deferrable(random),
            ..PrimaryKey::new(generated_name(&[&base, "pkey"]), columns)
        });
    }
    if random.chance(40) && !comparable.is_empty() {
        let columns: Vec<String> = random.some(&comparable).into_iter().map(str::to_owned).collect();
        let name = if random.chance(30) { format!("{base} once") } else { key_name(&base, &columns, "key") };
        table.uniques.push(Unique {
            nulls_not_distinct: random.chance(30),
            include: include(&table, random),
            storage: storage(random),
            deferrable: deferrable(random),
            ..Unique::new(name, columns)
        });
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
        let name = generated_name(&[&base, *random.pick(&["check", "sane"])]);
        let check = Check::new(name, format!("{column} {condition} OR true"));
        table.checks.push(Check { no_inherit: random.chance(20), ..check });
    }
    if random.chance(30) {
        let exclusion = exclusion(&base, &table, random);
        table.exclusions.extend(exclusion);
    }
    if random.chance(10) {
        partition::divide(&mut table, random);
    }
    table
}

/// A column over one of the others, often under a name that is that of a plain column on the other side.
fn add_generated_column(table: &mut Table, random: &mut Random) {
    let name = *random.pick(&["x", "y", "computed"]);
    if random.chance(60) || table.column(name).is_some() {
        return;
    }
    let read = random.pick(&table.columns).clone();
    let quoted = quote(&read.name);
    let (sql_type, expression) = match &read.sql_type {
        sql_type @ (SqlType::Integer | SqlType::BigInt | SqlType::Numeric(_)) => {
            (sql_type.clone(), format!("{quoted} * {}", random.pick(&["1", "2"])))
        }
        SqlType::Text | SqlType::Varchar(_) => (SqlType::Varchar(Some(99)), format!("lower({quoted})")),
        _ => (SqlType::Boolean, format!("{quoted} IS NULL")),
    };
    let (expression, kind) = (Expression(expression), GeneratedKind::Stored);
    table.columns.push(Column {
        nullable: random.chance(50),
        generated: Some(GeneratedValue { expression, kind }),
        ..Column::new(name, sql_type)
    });
}

pub(crate) fn column(name: &str, schema: &Schema, random: &mut Random) -> Column {
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
    for domain in &schema.domains {
        let sql_type = SqlType::Domain(domain.name.clone());
        types.push((SqlType::Array(Box::new(sql_type.clone())), "'{}'"));
        types.extend([(sql_type.clone(), "'1'"), (sql_type, "'1'")]);
    }
    let labels: Vec<String> =
        schema.enum_types.iter().map(|e| format!("'{}'", e.values[0].label.replace('\'', "''"))).collect();
    for (enum_type, label) in schema.enum_types.iter().zip(&labels) {
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
        if random.chance(30) {
            column.identity_options = IdentityOptions {
                start: random.chance(50).then_some(40),
                increment: random.chance(50).then_some(2),
                max: random.chance(30).then_some(30_000),
                cycle: random.chance(30),
                ..IdentityOptions::default()
            };
        }
    } else if is_integer && random.chance(40) && !schema.sequences.is_empty() {
        let sequence = quote_literal(&quote_name(&random.pick(&schema.sequences).name));
        column.default = Some(Expression(format!("nextval({sequence}::regclass)")));
    } else if random.chance(40) {
        column.default = Some(Expression::new(default));
    }
    let is_text = matches!(column.sql_type, SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_));
    column.collation = (is_text && random.chance(30)).then(|| "C".into());
    column.comment = random.chance(15).then(|| (*random.pick(&["a comment", "it's"])).to_owned());
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
    for key in &mut keys {
        let column = key.part.column().and_then(|name| table.column(name));
        if column.is_some_and(|column| column.sql_type == SqlType::Text) && random.chance(30) {
            key.collation = random.chance(50).then(|| "C".into());
            key.operator_class = random.chance(50).then(|| OperatorClass::new("text_pattern_ops"));
        }
    }
    let simple =
        keys.len() == 1 && !keys[0].descending && keys[0].nulls.is_none() && keys[0].operator_class.is_none();
    let hash = simple && random.chance(20);
    let unique = !hash && random.chance(30);
    let predicate = random.chance(25).then(|| {
        let column = random.pick(&table.columns);
        match (&column.sql_type, &column.default) {
            (SqlType::Enum(_) | SqlType::Text, Some(default)) => {
                Expression(format!("{} = {}", quote(&column.name), default.0))
            }
            _ => Expression(format!("{} IS NOT NULL", quote(&column.name))),
        }
    });
    let name =
        if random.chance(30) { format!("{base} index {number}") } else { key_name(base, &columns, "idx") };
    Index {
        unique,
        nulls_not_distinct: unique && random.chance(30),
        method: if hash { IndexMethod::Hash } else { IndexMethod::Btree },
        include: if hash { Vec::new() } else { include(table, random) },
        storage: storage(random),
        predicate,
        ..Index::new(name, keys)
    }
}

/// Equal values of one column, or ranges that overlap.
fn exclusion(base: &str, table: &Table, random: &mut Random) -> Option<Exclusion> {
    let column = random.pick(&table.columns);
    let (method, operator) = match &column.sql_type {
        SqlType::Range(_) => (IndexMethod::Gist, "&&"),
        SqlType::Integer | SqlType::BigInt | SqlType::Text | SqlType::Uuid => (IndexMethod::Btree, "="),
        _ => return None,
    };
    let element = ExclusionElement { key: IndexKey::column(&column.name), operator: operator.into() };
    let condition = random.chance(30).then(|| quote(&random.pick(&table.columns).name));
    let name = if random.chance(50) { format!("{base} excl") } else { key_name(base, &[], "excl") };
    Some(Exclusion {
        include: include(table, random),
        storage: storage(random),
        predicate: condition.map(|column| Expression(format!("{column} IS NOT NULL"))),
        deferrable: deferrable(random),
        ..Exclusion::new(name, method, vec![element])
    })
}

fn deferrable(random: &mut Random) -> Deferrable {
    if random.chance(80) {
        return Deferrable::No;
    }
    *random.pick(&[Deferrable::InitiallyImmediate, Deferrable::InitiallyDeferred])
}

fn include(table: &Table, random: &mut Random) -> Vec<String> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    if random.chance(20) {
        random.some(&columns).into_iter().map(str::to_owned).collect()
    } else {
        Vec::new()
    }
}

fn storage(random: &mut Random) -> BTreeMap<String, String> {
    let value = *random.pick(&["50", "70", "", "", "", ""]);
    if value.is_empty() { BTreeMap::new() } else { [("fillfactor".to_owned(), value.to_owned())].into() }
}

fn add_foreign_keys(schema: &mut Schema, random: &mut Random) {
    let tables = schema.tables.clone();
    for table in &mut schema.tables {
        for target in &tables {
            let primary_key = target.primary_key.iter().filter(|key| key.deferrable == Deferrable::No);
            let uniques = target.uniques.iter().filter(|unique| unique.deferrable == Deferrable::No);
            let keys = primary_key.map(|key| &key.columns).chain(uniques.map(|unique| &unique.columns));
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
                // With a list of ranges in it, PostgreSQL itself fails when another column of the key gets another type ("could
                // not find cast from 3911 to 2277").
                let is_sound =
                    |name: &String| !matches!(table.column(name).unwrap().sql_type, SqlType::Array(_));
                let is_logged = table.unlogged || !target.unlogged;
                if is_logged
                    && columns.len() == key.len()
                    && is_new
                    && columns.iter().all(is_sound)
                    && random.chance(70)
                {
                    let on_delete = *random.pick(&[ReferentialAction::NoAction, ReferentialAction::Cascade]);
                    table.foreign_keys.push(ForeignKey {
                        match_full: random.chance(15),
                        on_delete,
                        on_update: *random.pick(&[ReferentialAction::NoAction, ReferentialAction::Restrict]),
                        deferrable: deferrable(random),
                        ..ForeignKey::new(name, columns, target.name.clone(), key.clone())
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
