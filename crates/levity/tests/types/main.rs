//! Every column type on a real server: what is stored comes back, whichever way it goes.

mod conversions;
mod domains;
mod edges;
mod extensions;
mod literals;
mod logs;
mod newtypes;
mod nul;
mod own_types;
mod random;
mod round_trip;
mod samples;
mod support;
mod text_forms;
