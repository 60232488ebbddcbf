//! From the derive's input to the model. All checks are here, so that the expansion cannot fail.

use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, ext::IdentExt, spanned::Spanned};

use super::{
    attribute::{
        self, ColumnOptions, TableOptions, exclusion, index, primary_key, table_check, table_foreign_key,
        unique,
    },
    computed,
    model::{
        Cardinality, Check, Collection, Column, ForeignKey, Generated, IndexPart, KeyList, Keys, PrimaryKey,
        Reference, Relation, Table, Unique,
    },
    partition,
};
use crate::{
    errors::Errors,
    names::{option_value, snake_case},
};

pub(super) fn parse(input: DeriveInput) -> syn::Result<Table> {
    let options = TableOptions::parse(&input.attrs);
    let table = parse_rows(input, "Table", "table", options)?;
    let mut errors = Errors::default();
    check_setters(&table, &mut errors);
    errors.finish(table)
}

/// A struct whose fields are columns. `kind` is what a person calls it.
pub(super) fn parse_rows(
    input: DeriveInput,
    derive: &str,
    kind: &str,
    options: syn::Result<TableOptions>,
) -> syn::Result<Table> {
    let refuse = |span, message: String| Err(Error::new(span, message));
    let Data::Struct(data) = input.data else {
        return refuse(input.ident.span(), format!("`{derive}` can only be derived for a struct"));
    };
    let Fields::Named(fields) = data.fields else {
        return refuse(input.ident.span(), format!("a {kind} needs named fields: one for each column"));
    };
    if fields.named.is_empty() {
        return refuse(input.ident.span(), format!("a {kind} needs at least one column"));
    }
    if !input.generics.params.is_empty() {
        return refuse(input.generics.span(), format!("a {kind} cannot be generic"));
    }
    let mut errors = Errors::default();
    let options = errors.take(options).unwrap_or_default();
    let mut table = Table {
        name: options.name.unwrap_or_else(|| snake_case(&input.ident.to_string())),
        ident: input.ident,
        vis: input.vis,
        namespace: options.namespace,
        renamed_from: options.renamed_from,
        comment: options.comment,
        unlogged: options.unlogged,
        storage: options.storage,
        partition_by: None,
        partitions: Vec::new(),
        columns: Vec::new(),
        primary_key: PrimaryKey::default(),
        uniques: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        exclusions: Vec::new(),
        foreign_keys: Vec::new(),
        relations: Vec::new(),
    };
    let names: Vec<Ident> = fields.named.iter().filter_map(|field| field.ident.clone()).collect();
    for field in fields.named {
        errors.take(column(&mut table, field));
    }
    for attribute in &input.attrs {
        errors.take(table_attribute(&mut table, attribute));
    }
    for collection in options.collections {
        errors.take(collection_relation(&mut table, collection));
    }
    check_columns_exist(&table, kind, &names, &mut errors);
    check_names(&table, &mut errors);
    partition::check(&table, &mut errors);
    errors.finish(table)
}

fn column(table: &mut Table, field: syn::Field) -> syn::Result<()> {
    let ident = field.ident.expect("named fields have names");
    let options = ColumnOptions::parse(&field.attrs)?;
    let nullable = option_value(&field.ty).cloned();
    if options.primary_key {
        if nullable.is_some() {
            return Err(Error::new_spanned(&field.ty, "a column of the primary key cannot be an `Option`"));
        }
        if !table.primary_key.columns.is_empty() {
            return Err(Error::new(
                ident.span(),
                "a key of several columns is written `#[primary_key(a, b)]` on the struct",
            ));
        }
        table.primary_key.columns.push(ident.clone());
    }
    computed::check(&ident, &field.ty, nullable.is_some(), &options)?;
    if options.unique {
        table.uniques.push(Unique { columns: vec![ident.clone()], ..Unique::default() });
    }
    if let Some(expression) = options.check {
        table.checks.push(Check { name: None, column: Some(ident.clone()), expression, no_inherit: false });
    }
    if let Some(reference) = options.references {
        foreign_key(table, vec![ident.clone()], reference, nullable.is_some())?;
    }
    table.columns.push(Column {
        vis: field.vis,
        docs: field.attrs.into_iter().filter(|attribute| attribute.path().is_ident("doc")).collect(),
        name: options.name.unwrap_or_else(|| ident.unraw().to_string()),
        ident,
        nullable: nullable.is_some(),
        value: nullable.unwrap_or_else(|| field.ty.clone()),
        ty: field.ty,
        identity: options.identity,
        identity_options: options.identity_options,
        collation: options.collation,
        comment: options.comment,
        default: options.default,
        generated: options
            .generated
            .map(|expression| Generated { expression, is_virtual: options.is_virtual }),
        on_update: options.on_update,
        renamed_from: options.renamed_from,
        sql_type: options.sql_type,
    });
    Ok(())
}

fn table_attribute(table: &mut Table, attribute: &Attribute) -> syn::Result<()> {
    let path = attribute.path();
    if path.is_ident("primary_key") {
        let key = attribute.parse_args_with(primary_key)?;
        if !table.primary_key.columns.is_empty() {
            return Err(Error::new_spanned(attribute, "the table has a primary key already"));
        }
        for ident in &key.columns {
            let found = table.columns.iter().find(|column| column.ident == *ident);
            if found.is_some_and(|column| column.nullable) {
                return Err(Error::new(ident.span(), "a column of the primary key cannot be an `Option`"));
            }
        }
        table.primary_key = key;
    } else if path.is_ident("unique") {
        table.uniques.push(attribute.parse_args_with(unique)?);
    } else if path.is_ident("index") {
        table.indexes.push(attribute.parse_args_with(index)?);
    } else if path.is_ident("exclude") {
        table.exclusions.push(attribute.parse_args_with(exclusion)?);
    } else if path.is_ident("check") {
        table.checks.push(attribute.parse_args_with(table_check)?);
    } else if path.is_ident("partition_by") {
        if table.partition_by.replace(attribute.parse_args_with(attribute::partition_by)?).is_some() {
            return Err(Error::new_spanned(attribute, "the table is partitioned already"));
        }
    } else if path.is_ident("partition") {
        table.partitions.push(attribute.parse_args_with(attribute::partition)?);
    } else if path.is_ident("foreign_key") {
        let (columns, reference) = attribute.parse_args_with(table_foreign_key)?;
        let nullable = table.columns.iter().any(|column| column.nullable && columns.contains(&column.ident));
        foreign_key(table, columns, reference, nullable)?;
    }
    Ok(())
}

/// A foreign key and the to-one relation that it gives.
fn foreign_key(
    table: &mut Table,
    columns: Vec<Ident>,
    reference: Reference,
    nullable: bool,
) -> syn::Result<()> {
    let KeyList { table: other, columns: referenced } = reference.key;
    if columns.len() != referenced.len() {
        return Err(Error::new_spanned(&other, "a foreign key has as many columns as it references"));
    }
    let name = match (reference.relation, columns.as_slice()) {
        (Some(name), _) => name,
        (None, [column]) => {
            let column_name = column.unraw().to_string();
            let name = column_name.strip_suffix("_id").filter(|name| !name.is_empty()).ok_or_else(|| {
                Error::new(
                    column.span(),
                    format!(
                        "what is the relation of `{column_name}` called? name it: `references(…, relation = …)`; only a column \
                         that ends in `_id` gives its relation a name"
                    ),
                )
            })?;
            syn::parse_str::<Ident>(name).map_or_else(
                |_| Ident::new_raw(name, column.span()),
                |mut ident| {
                    ident.set_span(column.span());
                    ident
                },
            )
        }
        (None, _) => {
            return Err(Error::new_spanned(&other, "name the relation of this foreign key: `relation = …`"));
        }
    };
    table.relations.push(Relation {
        name,
        cardinality: if nullable { Cardinality::Optional } else { Cardinality::Required },
        other: other.clone(),
        keys: Keys::InParent(columns.iter().cloned().zip(referenced.iter().cloned()).collect()),
    });
    if let Some(other) = reference.on_delete_columns.iter().find(|column| !columns.contains(column)) {
        return Err(Error::new(other.span(), format!("`{other}` is no column of this foreign key")));
    }
    table.foreign_keys.push(ForeignKey {
        name: reference.name,
        columns,
        table: other,
        referenced,
        on_delete: reference.on_delete,
        on_delete_columns: reference.on_delete_columns,
        on_update: reference.on_update,
        match_full: reference.match_full,
        deferrable: reference.deferrable,
    });
    Ok(())
}

fn collection_relation(table: &mut Table, collection: Collection) -> syn::Result<()> {
    let Collection { name, cardinality, child, through, key } = collection;
    let key = key.unwrap_or_else(|| table.primary_key.columns.clone());
    let other = child.table;
    let keys = match through {
        None => {
            if key.len() != child.columns.len() {
                return Err(Error::new(
                    name.span(),
                    format!(
                        "`{name}` names {} columns of the child and the key of this table has {}: name them all, \
                         `{name} = Child::(a, b)`, or another key, `key(a, b)`",
                        child.columns.len(),
                        key.len(),
                    ),
                ));
            }
            Keys::InChild(key.into_iter().zip(child.columns).collect())
        }
        Some(through) => {
            let sides = [(key.len(), through.parent.len()), (child.columns.len(), through.child.len())];
            if let Some((referenced, columns)) = sides.into_iter().find(|(key, columns)| key != columns) {
                return Err(Error::new_spanned(
                    &through.table,
                    format!(
                        "the link table has {columns} columns for a key of {referenced}: a composite key is \
                         `Link((a, b), (c, d))`, and this table's is its primary key or `key(a, b)`"
                    ),
                ));
            }
            let ends = [other.to_token_stream().to_string(), table.ident.to_string()];
            if ends.contains(&through.table.to_token_stream().to_string()) {
                return Err(Error::new_spanned(
                    &through.table,
                    "a link table is another table than the two that it links",
                ));
            }
            Keys::Between {
                table: through.table,
                parent: key.into_iter().zip(through.parent).collect(),
                child: through.child.into_iter().zip(child.columns).collect(),
            }
        }
    };
    table.relations.push(Relation { name, cardinality, other, keys });
    Ok(())
}

fn check_columns_exist(table: &Table, kind: &str, columns: &[Ident], errors: &mut Errors) {
    let keys = table.indexes.iter().flat_map(|index| &index.keys);
    let elements = table.exclusions.iter().flat_map(|exclusion| &exclusion.elements);
    let partition_keys = table.partition_by.iter().flat_map(|partition_by| &partition_by.keys);
    let keys = keys.chain(elements.map(|element| &element.key)).chain(partition_keys);
    let index_columns = keys.filter_map(|key| match &key.part {
        IndexPart::Column(ident) => Some(ident),
        IndexPart::Sql(_) => None,
    });
    let uniques = table.uniques.iter().map(|unique| &unique.backing);
    let indexes = table.indexes.iter().map(|index| &index.backing);
    let exclusions = table.exclusions.iter().map(|exclusion| &exclusion.backing);
    let included = (std::iter::once(&table.primary_key.backing).chain(uniques).chain(indexes))
        .chain(exclusions)
        .flat_map(|backing| &backing.include);
    let mentioned = index_columns
        .chain(included)
        .chain(&table.primary_key.columns)
        .chain(table.uniques.iter().flat_map(|unique| &unique.columns))
        .chain(table.foreign_keys.iter().flat_map(|key| &key.columns))
        .chain(table.relations.iter().flat_map(|relation| relation.own_pairs().iter().map(|(own, _)| own)));
    for ident in mentioned {
        if !columns.contains(ident) {
            errors.push(Error::new(ident.span(), format!("the {kind} has no column `{ident}`")));
        }
    }
}

/// Functions of what the derive makes, beside the setters that are named like the columns.
const TAKEN: [&str; 2] = ["build", "new"];

fn check_setters(table: &Table, errors: &mut Errors) {
    for column in &table.columns {
        if TAKEN.iter().any(|taken| column.ident == taken) {
            errors.push(Error::new(
                column.ident.span(),
                format!(
                    "`{0}` is a function of the builder; name the field otherwise, with `#[column(name = \"{0}\")]`",
                    column.ident
                ),
            ));
        }
    }
}

fn check_names(table: &Table, errors: &mut Errors) {
    for (position, column) in table.columns.iter().enumerate() {
        if table.columns[..position].iter().any(|other| other.name == column.name) {
            errors.push(Error::new(
                column.ident.span(),
                format!("two columns have the name `{}`", column.name),
            ));
        }
    }
    for (position, relation) in table.relations.iter().enumerate() {
        if table.columns.iter().any(|column| column.ident == relation.name) {
            errors.push(Error::new(
                relation.name.span(),
                format!("`{}` is a column already; give the relation another name", relation.name),
            ));
        }
        if table.relations[..position].iter().any(|other| other.name == relation.name) {
            errors.push(Error::new(
                relation.name.span(),
                format!("two relations have the name `{}`; name one of them: `relation = …`", relation.name),
            ));
        }
    }
}
