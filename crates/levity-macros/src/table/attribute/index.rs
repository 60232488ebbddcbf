//! The grammar of keys, indexes and exclusion constraints.

use proc_macro2::Span;
use syn::{
    Error, Ident, Lit, LitStr, Token,
    ext::IdentExt,
    parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
    token,
};

use super::{comma, ident, key, option, value};
use crate::table::model::{
    Backing, DatabaseName, Exclusion, ExclusionElement, Index, IndexKey, IndexPart, Method, OperatorClass,
    PrimaryKey, Unique,
};

/// `a, b, name = "…", include(c), with(fillfactor = 70), deferrable`
pub(in crate::table) fn primary_key(input: ParseStream) -> syn::Result<PrimaryKey> {
    let mut primary_key = PrimaryKey::default();
    while !input.is_empty() {
        if input.peek2(Token![=]) && !peeks(input, "deferrable") {
            option(input, "name", &mut primary_key.name)?;
        } else if !backing(input, &mut primary_key.backing)? {
            primary_key.columns.push(input.parse()?);
        }
        comma(input)?;
    }
    at_least_one(input, primary_key.columns.is_empty())?;
    Ok(primary_key)
}

/// `a, b, name = "…", nulls_not_distinct`, and what a primary key takes.
pub(in crate::table) fn unique(input: ParseStream) -> syn::Result<Unique> {
    let mut unique = Unique::default();
    while !input.is_empty() {
        if input.peek2(Token![=]) && !peeks(input, "deferrable") {
            option(input, "name", &mut unique.name)?;
        } else if !backing(input, &mut unique.backing)? {
            let word: Ident = input.parse()?;
            if word == "nulls_not_distinct" {
                unique.nulls_not_distinct = true;
            } else {
                unique.columns.push(word);
            }
        }
        comma(input)?;
    }
    at_least_one(input, unique.columns.is_empty())?;
    Ok(unique)
}

/// `a, desc(b, nulls_last), sql("lower(c)"), name = "…", unique, nulls_not_distinct, method = gin, filter = "…",
/// operator_class = "…", include(d), with(fillfactor = 70)`
pub(in crate::table) fn index(input: ParseStream) -> syn::Result<Index> {
    let span = input.span();
    let mut index = Index {
        name: None,
        unique: false,
        nulls_not_distinct: false,
        method: Method::new("btree", Span::call_site()),
        keys: Vec::new(),
        filter: None,
        backing: Backing::default(),
    };
    let mut operator_class = None;
    while !input.is_empty() {
        if peeks(input, "deferrable") {
            return Err(
                input.error("an index cannot be deferrable: a constraint can, `#[unique(…, deferrable)]`")
            );
        }
        if input.peek2(Token![=]) {
            match input.fork().parse::<Ident>()?.to_string().as_str() {
                "filter" => option(input, "filter", &mut index.filter)?,
                "operator_class" => {
                    value(input)?;
                    operator_class = Some(input.parse()?);
                }
                "method" => {
                    value(input)?;
                    index.method = input.parse()?;
                }
                _ => option(input, "name", &mut index.name)?,
            }
        } else if !backing(input, &mut index.backing)? {
            match input.fork().parse::<Ident>()?.to_string().as_str() {
                "unique" => {
                    input.parse::<Ident>()?;
                    index.unique = true;
                }
                "nulls_not_distinct" => {
                    input.parse::<Ident>()?;
                    index.nulls_not_distinct = true;
                }
                _ => index.keys.push(index_key(input)?),
            }
        }
        comma(input)?;
    }
    for key in index.keys.iter_mut().filter(|key| key.operator_class.is_none()) {
        key.operator_class.clone_from(&operator_class);
    }
    at_least_one(input, index.keys.is_empty())?;
    if index.unique && !index.method.can_be_unique() {
        return Err(Error::new(index.method.span, "only a `btree` index can be unique"));
    }
    if index.nulls_not_distinct && !index.unique {
        return Err(Error::new(span, "`nulls_not_distinct` is for a unique index: add `unique`"));
    }
    check_method(&index.method, &index.backing, index.keys.iter())?;
    Ok(index)
}

/// `room with "=", during with "&&", name = "…", method = gist, filter = "…"`, and what a primary key takes.
pub(in crate::table) fn exclusion(input: ParseStream) -> syn::Result<Exclusion> {
    let mut exclusion = Exclusion {
        name: None,
        method: Method::new("gist", Span::call_site()),
        elements: Vec::new(),
        filter: None,
        backing: Backing::default(),
    };
    while !input.is_empty() {
        if input.peek2(Token![=]) && !peeks(input, "deferrable") {
            match input.fork().parse::<Ident>()?.to_string().as_str() {
                "filter" => option(input, "filter", &mut exclusion.filter)?,
                "method" => {
                    value(input)?;
                    exclusion.method = input.parse()?;
                }
                _ => option(input, "name", &mut exclusion.name)?,
            }
        } else if !backing(input, &mut exclusion.backing)? {
            let key = index_key(input)?;
            if !peeks(input, "with") {
                return Err(input.error(
                    "with which operator do two values conflict? `room with \"=\"`, `during with \"&&\"`",
                ));
            }
            input.parse::<Ident>()?;
            exclusion.elements.push(ExclusionElement { key, operator: input.parse()? });
        }
        comma(input)?;
    }
    at_least_one(input, exclusion.elements.is_empty())?;
    check_method(
        &exclusion.method,
        &exclusion.backing,
        exclusion.elements.iter().map(|element| &element.key),
    )?;
    Ok(exclusion)
}

/// `deferrable` or `deferrable = initially_deferred`, as a variant of `Deferrable`.
pub(super) fn deferrable(input: ParseStream) -> syn::Result<Ident> {
    input.parse::<Ident>()?;
    if !input.peek(Token![=]) {
        return Ok(ident("InitiallyImmediate"));
    }
    input.parse::<Token![=]>()?;
    let kind: Ident = input.parse()?;
    match kind.to_string().as_str() {
        "initially_immediate" => Ok(ident("InitiallyImmediate")),
        "initially_deferred" => Ok(ident("InitiallyDeferred")),
        _ => Err(Error::new(kind.span(), "expected `initially_deferred` or `initially_immediate`")),
    }
}

/// Reads `include(…)`, `with(…)` or `deferrable`, if one of them is next.
fn backing(input: ParseStream, backing: &mut Backing) -> syn::Result<bool> {
    if peeks(input, "deferrable") {
        let span = input.span();
        if backing.deferrable.replace(deferrable(input)?).is_some() {
            return Err(Error::new(span, "this option is given twice"));
        }
        return Ok(true);
    }
    if !input.peek2(token::Paren) {
        return Ok(false);
    }
    let is_include = peeks(input, "include");
    if !is_include && !peeks(input, "with") {
        return Ok(false);
    }
    let word: Ident = input.parse()?;
    let content;
    parenthesized!(content in input);
    let given = if is_include { !backing.include.is_empty() } else { !backing.storage.is_empty() };
    if given {
        return Err(Error::new(word.span(), "this option is given twice"));
    }
    if is_include {
        backing.include = key(&content)?;
    } else {
        backing.storage = parameters(&content)?;
    }
    Ok(true)
}

/// `column`, `asc(column, …)`, `desc(column, …)`, `sql("…")` or `asc(sql("…"), …)`
pub(super) fn index_key(input: ParseStream) -> syn::Result<IndexKey> {
    let word: Ident = input.parse()?;
    if !input.peek(token::Paren) {
        return Ok(IndexKey::new(IndexPart::Column(word)));
    }
    let content;
    parenthesized!(content in input);
    if word == "sql" {
        return Ok(IndexKey::new(IndexPart::Sql(content.parse::<LitStr>()?.value())));
    }
    if word != "asc" && word != "desc" {
        return Err(Error::new(word.span(), "expected a column, `asc(…)`, `desc(…)` or `sql(\"…\")`"));
    }
    let part = if peeks(&content, "sql") && content.peek2(token::Paren) {
        content.parse::<Ident>()?;
        let text;
        parenthesized!(text in content);
        IndexPart::Sql(text.parse::<LitStr>()?.value())
    } else {
        IndexPart::Column(content.parse()?)
    };
    let mut key = IndexKey { descending: word == "desc", ..IndexKey::new(part) };
    while !content.is_empty() {
        content.parse::<Token![,]>()?;
        if content.is_empty() {
            break;
        }
        let option = content.fork().parse::<Ident>()?;
        match option.to_string().as_str() {
            "nulls_first" if key.nulls.is_none() => key.nulls = Some(nulls(&content, "First")?),
            "nulls_last" if key.nulls.is_none() => key.nulls = Some(nulls(&content, "Last")?),
            "collation" if key.collation.is_none() => {
                value(&content)?;
                key.collation = Some(content.parse()?);
            }
            "operator_class" if key.operator_class.is_none() => {
                value(&content)?;
                key.operator_class = Some(content.parse()?);
            }
            _ => {
                return Err(Error::new(
                    option.span(),
                    "expected one each of `nulls_first` or `nulls_last`, `collation` and `operator_class`",
                ));
            }
        }
    }
    Ok(key)
}

fn nulls(input: ParseStream, variant: &str) -> syn::Result<Ident> {
    let word: Ident = input.parse()?;
    Ok(Ident::new(variant, word.span()))
}

/// What the access method cannot do is known before any server says it. A method of an extension can be able to do all.
fn check_method<'a>(
    method: &Method,
    backing: &Backing,
    mut keys: impl Iterator<Item = &'a IndexKey>,
) -> syn::Result<()> {
    let name = &method.name;
    if !method.can_include()
        && let Some(column) = backing.include.first()
    {
        return Err(Error::new(column.span(), format!("a `{name}` index cannot include columns")));
    }
    if !method.is_ordered() && keys.any(|key| key.descending || key.nulls.is_some()) {
        return Err(Error::new(method.span, format!("a `{name}` index does not sort its keys")));
    }
    Ok(())
}

/// `fillfactor = 70, fastupdate = off`
fn parameters(input: ParseStream) -> syn::Result<Vec<(String, String)>> {
    let parameters: Vec<(String, String)> =
        Punctuated::<_, Token![,]>::parse_terminated_with(input, parameter)
            .map(|parameters| parameters.into_iter().collect())?;
    if parameters.is_empty() { Err(input.error("expected at least one parameter")) } else { Ok(parameters) }
}

fn parameter(input: ParseStream) -> syn::Result<(String, String)> {
    let name = input.call(Ident::parse_any)?.to_string();
    input.parse::<Token![=]>()?;
    if input.peek(Ident) {
        return Ok((name, input.parse::<Ident>()?.to_string()));
    }
    let value: Lit = input.parse()?;
    let text = match &value {
        Lit::Str(text) => text.value(),
        Lit::Int(number) => number.base10_digits().to_owned(),
        Lit::Float(number) => number.base10_digits().to_owned(),
        Lit::Bool(value) => value.value.to_string(),
        _ => return Err(Error::new(value.span(), "expected a number, a word or a string")),
    };
    Ok((name, text))
}

impl Parse for Method {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            return Ok(Self::new(&name.value(), name.span()));
        }
        let word: Ident = input.parse()?;
        let method = Self::new(&word.to_string(), word.span());
        if method.is_known() {
            return Ok(method);
        }
        Err(Error::new(
            word.span(),
            "expected `btree`, `hash`, `gin`, `gist`, `spgist`, `brin`, or the method of an extension in quotes",
        ))
    }
}

/// `"name"` or `("namespace", "name")`
impl Parse for DatabaseName {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if !input.peek(token::Paren) {
            return Ok(Self { namespace: None, name: input.parse::<LitStr>()?.value() });
        }
        let content;
        parenthesized!(content in input);
        let namespace = content.parse::<LitStr>()?.value();
        content.parse::<Token![,]>()?;
        Ok(Self { namespace: Some(namespace), name: content.parse::<LitStr>()?.value() })
    }
}

/// A name, with parameters in parentheses where the class has them: `"gist_trgm_ops"(siglen = 32)`
impl Parse for OperatorClass {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut name: DatabaseName = input.parse()?;
        if name.namespace.is_none()
            && let Some((namespace, rest)) = name.name.split_once('.')
        {
            name = DatabaseName { namespace: Some(namespace.to_owned()), name: rest.to_owned() };
        }
        let mut parameters = Vec::new();
        if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            parameters = self::parameters(&content)?;
        }
        Ok(Self { name, parameters })
    }
}

fn peeks(input: ParseStream, word: &str) -> bool {
    input.fork().call(Ident::parse_any).is_ok_and(|found| found == word)
}

fn at_least_one(input: ParseStream, none: bool) -> syn::Result<()> {
    if none { Err(input.error("expected at least one column")) } else { Ok(()) }
}
