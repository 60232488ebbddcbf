//! Generates PostgreSQL migrations from a levity schema.

pub mod diff;
pub mod generate;
pub mod hazard;
pub mod introspect;
pub mod plan;
pub mod prove;
pub mod push;
mod render;
mod scratch;
pub mod snapshot;
pub mod step;
mod words;

pub use scratch::ScratchError;
