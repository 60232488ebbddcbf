//! The migration runner on a real server.

mod index;
mod locks;
mod marker;
mod partitions;
mod refusals;
mod running;
mod servers;
mod status;
mod support;
