//! The grammar of partitioned tables.

use syn::{
    Error, Expr, Ident, LitInt, LitStr, Token, ext::IdentExt, parenthesized, parse::ParseStream,
    punctuated::Punctuated,
};

use super::{as_sql, comma, ident, index::index_key, value};
use crate::table::partition::{Bound, Bounds, Partition, PartitionBy};

/// `range(created_at)`, `list(kind)`, `hash(sql("lower(name)"))`
pub(in crate::table) fn partition_by(input: ParseStream) -> syn::Result<PartitionBy> {
    let word: Ident = input.parse()?;
    let strategy = match word.to_string().as_str() {
        "range" => "Range",
        "list" => "List",
        "hash" => "Hash",
        _ => return Err(Error::new(word.span(), "expected `range(…)`, `list(…)` or `hash(…)`")),
    };
    let content;
    parenthesized!(content in input);
    let mut keys = Vec::new();
    while !content.is_empty() {
        let span = content.span();
        let key = index_key(&content)?;
        if key.descending || key.nulls.is_some() {
            return Err(Error::new(span, "a partition key has no direction and no place for NULL"));
        }
        keys.push(key);
        comma(&content)?;
    }
    if keys.is_empty() {
        return Err(Error::new(word.span(), "expected at least one column"));
    }
    if strategy == "List" && keys.len() > 1 {
        return Err(Error::new(word.span(), "a list has one key; `range` and `hash` have several"));
    }
    Ok(PartitionBy { strategy: ident(strategy), keys })
}

/// `name = "…"`, and one of: `from = …, to = …`; `values(…)`; `modulus = 4, remainder = 0`; `default`.
pub(in crate::table) fn partition(input: ParseStream) -> syn::Result<Partition> {
    let span = input.span();
    let mut name = None;
    let (mut from, mut to, mut values, mut modulus, mut remainder) = (None, None, None, None, None);
    let mut default = None;
    while !input.is_empty() {
        let option: Ident = input.fork().call(Ident::parse_any)?;
        let is_new = match option.to_string().as_str() {
            "name" => {
                value(input)?;
                name.replace(input.parse::<LitStr>()?).is_none()
            }
            "from" => {
                value(input)?;
                from.replace(bounds(input)?).is_none()
            }
            "to" => {
                value(input)?;
                to.replace(bounds(input)?).is_none()
            }
            "values" => {
                input.parse::<Ident>()?;
                let content;
                parenthesized!(content in input);
                let list = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
                if list.is_empty() {
                    return Err(content.error("expected at least one value"));
                }
                values.replace(list.into_iter().map(bound).collect::<syn::Result<Vec<_>>>()?).is_none()
            }
            "modulus" => {
                value(input)?;
                modulus.replace(input.parse::<LitInt>()?.base10_parse::<u32>()?).is_none()
            }
            "remainder" => {
                value(input)?;
                remainder.replace(input.parse::<LitInt>()?.base10_parse::<u32>()?).is_none()
            }
            "default" => default.replace(input.call(Ident::parse_any)?).is_none(),
            _ => {
                return Err(Error::new(
                    option.span(),
                    "unknown option: expected `name`, `from` and `to`, `values(…)`, `modulus` and `remainder`, or `default`",
                ));
            }
        };
        if !is_new {
            return Err(Error::new(option.span(), "this option is given twice"));
        }
        comma(input)?;
    }
    let Some(name) = name else {
        return Err(Error::new(span, "a partition needs a name: `name = \"…\"`"));
    };
    let bounds = match (from, to, values, modulus, remainder, default) {
        (Some(from), Some(to), None, None, None, None) => Bounds::Range { from, to },
        (None, None, Some(values), None, None, None) => Bounds::List(values),
        (None, None, None, Some(modulus), Some(remainder), None) => {
            if remainder >= modulus {
                return Err(Error::new(span, "the remainder is less than the modulus"));
            }
            Bounds::Hash { modulus, remainder }
        }
        (None, None, None, None, None, Some(_)) => Bounds::Default,
        _ => {
            return Err(Error::new(
                span,
                "which rows are in it? one of `from = …, to = …`, `values(…)`, `modulus = …, remainder = …` and `default`",
            ));
        }
    };
    Ok(Partition { name: name.value(), span: name.span(), bounds })
}

/// A value, or one for each key in parentheses.
fn bounds(input: ParseStream) -> syn::Result<Vec<Bound>> {
    match input.parse()? {
        Expr::Tuple(tuple) => tuple.elems.into_iter().map(bound).collect(),
        expr => Ok(vec![bound(expr)?]),
    }
}

fn bound(expr: Expr) -> syn::Result<Bound> {
    if let Some(sql) = as_sql(&expr)? {
        return Ok(Bound::Sql(sql));
    }
    if let Expr::Path(path) = &expr {
        for (word, sql) in [("minvalue", "MINVALUE"), ("maxvalue", "MAXVALUE"), ("null", "NULL")] {
            if path.path.is_ident(word) {
                return Ok(Bound::Sql(sql.to_owned()));
            }
        }
    }
    Ok(Bound::Value(expr))
}
