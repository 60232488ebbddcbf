//! The client on real servers: configuration, connecting, the pool, transactions, cancellation.

mod abandon;
mod cancellation;
mod config;
mod connect;
mod copy;
mod errors;
mod observe;
mod password;
mod pipeline;
mod pool;
mod retry;
mod session;
mod statements;
mod streams;
mod support;
mod tls_modes;
mod transaction;
