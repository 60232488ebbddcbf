//! Text of SQL: quoting, and the one place where statements become text.

mod ident;
pub(crate) mod load;
mod select;
mod statement;
pub(crate) mod statements;
pub(crate) mod write;
mod writer;

pub use ident::{quote_ident, quote_literal, quote_name};
pub use statement::{Parameter, Statement};
