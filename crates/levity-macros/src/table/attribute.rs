//! The grammar of the attributes.

mod index;
mod partition;

use proc_macro2::Span;
use syn::{
    Attribute, Error, Expr, ExprCall, ExprLit, Ident, Lit, LitStr, Path, Token, ext::IdentExt,
    meta::ParseNestedMeta, parenthesized, parse::ParseStream, punctuated::Punctuated, token,
};

use super::described::{collation, comment, identity, storage};
use super::model::{
    Cardinality, Check, Collection, Default, Identity, IdentityOptions, KeyList, Reference, Through,
};
use crate::options::{self, flag, once, text};
pub(super) use index::{exclusion, index, primary_key, unique};
pub(super) use partition::{partition, partition_by};

#[derive(std::default::Default)]
pub(super) struct TableOptions {
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    pub(super) renamed_from: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) unlogged: bool,
    pub(super) storage: Vec<(String, String)>,
    pub(super) collections: Vec<Collection>,
}

impl TableOptions {
    pub(super) fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut options = Self::default();
        options::each(attributes, "table", |option, meta| {
            match option {
                "name" => text(meta, &mut options.name),
                "namespace" => text(meta, &mut options.namespace),
                "renamed_from" => text(meta, &mut options.renamed_from),
                "comment" => comment(meta, &mut options.comment),
                "unlogged" => flag(meta, &mut options.unlogged),
                "storage" => storage(meta, &mut options.storage),
                "has_many" => collections(meta, Cardinality::Many, &mut options.collections),
                "has_one" => collections(meta, Cardinality::Optional, &mut options.collections),
                _ => Err(meta.error(
                    "unknown option: expected `name`, `namespace`, `renamed_from`, `comment`, `unlogged`, `storage`, `has_many` \
                     or `has_one`",
                )),
            }
        })?;
        Ok(options)
    }
}

#[derive(std::default::Default)]
pub(super) struct ColumnOptions {
    pub(super) name: Option<String>,
    pub(super) renamed_from: Option<String>,
    pub(super) sql_type: Option<String>,
    pub(super) primary_key: bool,
    pub(super) unique: bool,
    pub(super) identity: Option<Identity>,
    pub(super) identity_options: IdentityOptions,
    pub(super) collation: Option<(Option<String>, String)>,
    pub(super) comment: Option<String>,
    pub(super) default: Option<Default>,
    pub(super) generated: Option<String>,
    pub(super) is_virtual: bool,
    pub(super) on_update: Option<String>,
    pub(super) check: Option<String>,
    pub(super) references: Option<Reference>,
}

impl ColumnOptions {
    pub(super) fn parse(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut options = Self::default();
        options::each(attributes, "column", |option, meta| {
            match option {
                "name" => text(meta, &mut options.name),
                "renamed_from" => text(meta, &mut options.renamed_from),
                "sql_type" => text(meta, &mut options.sql_type).and_then(|()| {
                    let serial = options.sql_type.as_ref().is_some_and(|name| name.ends_with("serial"));
                    if serial { Err(meta.error("`serial` is no type: write `identity`")) } else { Ok(()) }
                }),
                "check" => text(meta, &mut options.check),
                "primary_key" => flag(meta, &mut options.primary_key),
                "unique" => flag(meta, &mut options.unique),
                "identity" => {
                    let (kind, sequence) = identity(meta)?;
                    options.identity_options = sequence;
                    once(meta, &mut options.identity, kind)
                }
                "collation" => collation(meta, &mut options.collation),
                "comment" => comment(meta, &mut options.comment),
                "default" => once(meta, &mut options.default, default(meta.value()?.parse()?)?),
                "generated" => text(meta, &mut options.generated),
                "virtual" => flag(meta, &mut options.is_virtual),
                "on_update" => once(meta, &mut options.on_update, sql_expression(meta)?),
                "references" => {
                    let content;
                    parenthesized!(content in meta.input);
                    let found = reference(&content)?;
                    once(meta, &mut options.references, found)
                }
                _ => Err(meta.error(
                    "unknown option: expected `primary_key`, `identity`, `default`, `generated`, `virtual`, `on_update`, \
                     `references`, `unique`, `check`, `collation`, `comment`, `name`, `renamed_from` or `sql_type`",
                )),
            }
        })?;
        Ok(options)
    }
}

/// `now()` or `sql("…")`, as SQL.
fn as_sql(expr: &Expr) -> syn::Result<Option<String>> {
    let Expr::Call(ExprCall { func, args, .. }) = expr else { return Ok(None) };
    let Expr::Path(path) = &**func else { return Ok(None) };
    if path.path.is_ident("now") && args.is_empty() {
        return Ok(Some("now()".to_owned()));
    }
    if !path.path.is_ident("sql") {
        return Ok(None);
    }
    match args.first() {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) if args.len() == 1 => Ok(Some(text.value())),
        _ => Err(Error::new_spanned(args, "expected one string literal: `sql(\"…\")`")),
    }
}

pub(crate) fn default(expr: Expr) -> syn::Result<Default> {
    if let Some(text) = as_sql(&expr)? {
        return Ok(Default::Sql(text));
    }
    Ok(next_of(&expr).map_or(Default::Value(expr), Default::Next))
}

/// `InvoiceNumber::next()`
fn next_of(expr: &Expr) -> Option<Path> {
    let Expr::Call(ExprCall { func, args, .. }) = expr else { return None };
    let Expr::Path(path) = &**func else { return None };
    let mut sequence = path.path.clone();
    let last = sequence.segments.pop()?;
    sequence.segments.pop_punct();
    let is_next = last.ident == "next" && args.is_empty() && !sequence.segments.is_empty();
    is_next.then_some(sequence)
}

fn sql_expression(meta: &ParseNestedMeta) -> syn::Result<String> {
    let expr: Expr = meta.value()?.parse()?;
    as_sql(&expr)?.ok_or_else(|| Error::new_spanned(expr, "expected `now()` or `sql(\"…\")`"))
}

fn key_list(input: ParseStream) -> syn::Result<KeyList> {
    let mut segments = Punctuated::<syn::PathSegment, Token![::]>::new();
    let leading_colon = input.parse()?;
    loop {
        segments.push_value(input.call(Ident::parse_any)?.into());
        if !input.peek(Token![::]) {
            break;
        }
        segments.push_punct(input.parse()?);
        if input.peek(token::Paren) {
            let columns = parenthesised_columns(input)?;
            segments.pop_punct();
            return Ok(KeyList { table: Path { leading_colon, segments }, columns });
        }
    }
    let column = segments.pop().expect("the loop pushes one");
    if segments.is_empty() {
        return Err(Error::new(column.ident.span(), "expected a column of another table: `Workflow::id`"));
    }
    segments.pop_punct();
    // Path segments such as `crate` are keywords, so the loop has to let them pass.
    let column =
        syn::parse_str::<Ident>(&column.ident.to_string()).map(|_| column.ident.clone()).map_err(|_| {
            Error::new(column.ident.span(), format!("`{0}` is a keyword: write `r#{0}`", column.ident))
        })?;
    Ok(KeyList { table: Path { leading_colon, segments }, columns: vec![column] })
}

fn parenthesised_columns(input: ParseStream) -> syn::Result<Vec<Ident>> {
    let content;
    parenthesized!(content in input);
    key(&content)
}

/// `a, b`: at least one column.
fn key(input: ParseStream) -> syn::Result<Vec<Ident>> {
    let columns: Vec<Ident> = Punctuated::<Ident, Token![,]>::parse_terminated(input)?.into_iter().collect();
    if columns.is_empty() { Err(input.error("expected at least one column")) } else { Ok(columns) }
}

pub(super) fn collections(
    meta: &ParseNestedMeta,
    cardinality: Cardinality,
    found: &mut Vec<Collection>,
) -> syn::Result<()> {
    let content;
    parenthesized!(content in meta.input);
    while !content.is_empty() {
        let name: Ident = content.parse()?;
        content.parse::<Token![=]>()?;
        let child = key_list(&content)?;
        let mut collection = Collection { name, cardinality, child, through: None, key: None };
        while content.peek(Ident) {
            let word: Ident = content.parse()?;
            match word.to_string().as_str() {
                "key" if collection.key.is_none() => collection.key = Some(parenthesised_columns(&content)?),
                "through" if collection.through.is_none() => collection.through = Some(through(&content)?),
                _ => {
                    return Err(Error::new(
                        word.span(),
                        "expected `through Table(…)`, `key(…)`, a comma or the end",
                    ));
                }
            }
        }
        found.push(collection);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// `BookTag(book_id, tag_id)` or `BookTag((tenant, book_id), (tenant, tag_id))`
fn through(input: ParseStream) -> syn::Result<Through> {
    let table = Path::parse_mod_style(input)?;
    let content;
    parenthesized!(content in input);
    let keys: Vec<Vec<Ident>> = Punctuated::<_, Token![,]>::parse_terminated_with(&content, |key| {
        if key.peek(token::Paren) { parenthesised_columns(key) } else { Ok(vec![key.parse()?]) }
    })
    .map(|keys| keys.into_iter().collect())?;
    let [parent, child] = <[_; 2]>::try_from(keys).map_err(|_| {
        Error::new_spanned(
            &table,
            "a link table has two foreign keys: the one to this table, then the one to the other, `Link(a, b)` or \
             `Link((a, b), (c, d))`",
        )
    })?;
    Ok(Through { table, parent, child })
}

fn reference(input: ParseStream) -> syn::Result<Reference> {
    let key = key_list(input)?;
    let mut reference = Reference {
        key,
        name: None,
        on_delete: ident("NoAction"),
        on_delete_columns: Vec::new(),
        on_update: ident("NoAction"),
        match_full: false,
        deferrable: None,
        relation: None,
    };
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let option: Ident = input.fork().parse()?;
        match option.to_string().as_str() {
            "match_full" => {
                input.parse::<Ident>()?;
                reference.match_full = true;
            }
            "deferrable" => {
                if reference.deferrable.replace(index::deferrable(input)?).is_some() {
                    return Err(Error::new(option.span(), "this option is given twice"));
                }
            }
            "on_delete" => on_delete(input, &mut reference)?,
            "on_update" => {
                value(input)?;
                reference.on_update = action(&input.parse()?)?;
            }
            "relation" => {
                value(input)?;
                reference.relation = Some(input.parse()?);
            }
            "name" => {
                value(input)?;
                reference.name = Some(input.parse::<LitStr>()?.value());
            }
            _ => {
                return Err(Error::new(
                    option.span(),
                    "unknown option: expected `on_delete`, `on_update`, `match_full`, `deferrable`, `relation` or `name`",
                ));
            }
        }
    }
    Ok(reference)
}

/// `on_delete = cascade` or `on_delete = set_null(a, b)`
fn on_delete(input: ParseStream, reference: &mut Reference) -> syn::Result<()> {
    value(input)?;
    let word: Ident = input.parse()?;
    reference.on_delete = action(&word)?;
    if input.peek(token::Paren) {
        if word != "set_null" && word != "set_default" {
            let message = "only `set_null(…)` and `set_default(…)` name the columns that they set";
            return Err(Error::new(word.span(), message));
        }
        reference.on_delete_columns = parenthesised_columns(input)?;
    }
    Ok(())
}

/// The name of an option and `=`.
fn value(input: ParseStream) -> syn::Result<()> {
    input.parse::<Ident>()?;
    input.parse::<Token![=]>().map(drop)
}

fn action(word: &Ident) -> syn::Result<Ident> {
    let variant = match word.to_string().as_str() {
        "no_action" => "NoAction",
        "restrict" => "Restrict",
        "cascade" => "Cascade",
        "set_null" => "SetNull",
        "set_default" => "SetDefault",
        _ => {
            return Err(Error::new(
                word.span(),
                "expected `cascade`, `restrict`, `set_null`, `set_default` or `no_action`",
            ));
        }
    };
    Ok(Ident::new(variant, word.span()))
}

/// `(tenant_id, owner_id) => User::(tenant_id, id), on_delete = cascade, relation = owner`
pub(super) fn table_foreign_key(input: ParseStream) -> syn::Result<(Vec<Ident>, Reference)> {
    let columns = parenthesised_columns(input)?;
    input.parse::<Token![=>]>()?;
    Ok((columns, reference(input)?))
}

/// `name = "…", "expression", no_inherit` in any order.
pub(super) fn table_check(input: ParseStream) -> syn::Result<Check> {
    let mut check = Check { name: None, column: None, expression: String::new(), no_inherit: false };
    while !input.is_empty() {
        if input.peek(LitStr) {
            check.expression = input.parse::<LitStr>()?.value();
        } else if input.fork().parse::<Ident>().is_ok_and(|word| word == "no_inherit") {
            input.parse::<Ident>()?;
            check.no_inherit = true;
        } else {
            option(input, "name", &mut check.name)?;
        }
        comma(input)?;
    }
    if check.expression.is_empty() || check.name.is_none() {
        return Err(Error::new(
            Span::call_site(),
            "expected a name and a condition: `#[check(name = \"…\", \"a < b\")]`",
        ));
    }
    Ok(check)
}

/// `name = "…"`, where only that name is allowed.
fn option(input: ParseStream, name: &str, slot: &mut Option<String>) -> syn::Result<()> {
    let found: Ident = input.parse()?;
    if found != name {
        return Err(Error::new(found.span(), format!("unknown option `{found}`: expected `{name}`")));
    }
    input.parse::<Token![=]>()?;
    if slot.replace(input.parse::<LitStr>()?.value()).is_some() {
        return Err(Error::new(found.span(), "this option is given twice"));
    }
    Ok(())
}

fn comma(input: ParseStream) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(drop) }
}

/// An identifier that the macro makes up.
fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
