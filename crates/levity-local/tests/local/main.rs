//! Everything against real servers, each test in a workspace of its own.

mod accounts;
mod databases;
mod development;
mod disks;
mod packages;
mod support;
mod templates;
mod versions;
