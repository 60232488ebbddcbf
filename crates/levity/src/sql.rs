//! Text of SQL: quoting, and the one place where statements become text.

mod ident;
mod statement;

pub use ident::{quote_ident, quote_literal, quote_name};
pub use statement::{Parameter, Statement};
