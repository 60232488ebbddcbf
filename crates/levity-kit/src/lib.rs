//! Generates PostgreSQL migrations from a levity schema.

pub mod diff;
pub mod hazard;
pub mod plan;
mod render;
pub mod snapshot;
pub mod step;
mod words;
