//! The commands, run as a person runs them: a binary, in a directory, against a server.

mod first_steps;
mod support;
