//! The commands, run as a person runs them: a binary, in a directory, against a server.

mod connections;
mod destruction;
mod failures;
mod first_steps;
mod generate;
mod interrupt;
mod map;
mod output;
mod partitions;
mod push;
mod refusals;
mod support;
mod verify;
mod views;
