//! The client on real servers: configuration, connecting, the pool, transactions, cancellation.

mod cancellation;
mod config;
mod connect;
mod pool;
mod statements;
mod support;
mod tls_modes;
mod transaction;
