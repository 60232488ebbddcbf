//! What the bookshop does, each test on a database of its own.

mod catalog;
mod report;
mod sales;
mod schema;
mod stock;
mod support;
