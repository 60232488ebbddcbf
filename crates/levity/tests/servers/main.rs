//! Servers of the tests' own, which can die, be promoted, or stand behind a pooler.

mod failover;
mod hosts;
mod listen;
mod pgbouncer;
mod replicas;
mod support;
