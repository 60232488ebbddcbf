//! `database_test`: the attribute of a test that takes a database.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, ItemFn};

use crate::errors::expansion;

pub(crate) fn expand(arguments: &TokenStream, input: TokenStream) -> TokenStream {
    if !arguments.is_empty() {
        return Error::new_spanned(arguments, "this attribute takes no arguments").into_compile_error();
    }
    expansion(syn::parse2(input).and_then(|function| test(&function)))
}

/// Only the parameter's type is known here, so it does the work: `TestDatabase::run` makes a value, and calls the test.
fn test(function: &ItemFn) -> syn::Result<TokenStream> {
    let ItemFn { attrs, vis, sig, block, .. } = function;
    let parameter = match (sig.inputs.first(), sig.inputs.len()) {
        (Some(FnArg::Typed(parameter)), 1) if sig.asyncness.is_some() => parameter,
        _ => return Err(Error::new_spanned(sig, "expected `async fn name(db: TestDatabase)`")),
    };
    let (name, output, (pattern, ty)) = (&sig.ident, &sig.output, (&parameter.pat, &parameter.ty));
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() #output {
            async fn __test(#pattern: #ty) #output #block
            <#ty>::run(__test)
        }
    })
}
