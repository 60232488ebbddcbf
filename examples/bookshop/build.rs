//! A new migration is embedded by the next build.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
