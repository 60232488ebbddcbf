//! Generates PostgreSQL migrations from a levity schema.

pub mod snapshot;
