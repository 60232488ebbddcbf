//! Wrong use does not compile, and the compiler says why.

#[test]
fn wrong_use_is_explained_by_the_compiler() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
