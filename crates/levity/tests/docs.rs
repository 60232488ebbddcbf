//! What the documentation says about tests: that there are such tests.

use std::{fs, path::Path};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

/// Where the links to files of this repository lead: `../path#function`, or `../path` where the file is the test.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    targets.filter(|target| target.starts_with("../")).collect()
}

fn is_test(link: &str) -> bool {
    let (path, function) = link.split_once('#').unwrap_or((link, ""));
    let path = Path::new(DOCS).join(path);
    let Ok(source) = fs::read_to_string(&path) else { return false };
    if function.is_empty() {
        return path.with_extension("stderr").exists();
    }
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    lines.windows(2).any(|pair| {
        let name = pair[1].strip_prefix("async ").unwrap_or(pair[1]).strip_prefix("fn ");
        let name = name.and_then(|rest| Some(rest.split_once('(')?.0));
        (pair[0] == "#[test]" || pair[0].starts_with("#[tokio::test")) && name == Some(function)
    })
}

#[test]
fn every_feature_is_linked_to_a_test_that_exists() {
    let page = fs::read_to_string(Path::new(DOCS).join("queries.md")).unwrap();
    let mut features = 0;
    for table in page.split("\n| Feature | levity |").skip(1) {
        // Below the rest of the heading and the line under it.
        for row in table.lines().skip(2).take_while(|line| line.starts_with("| ")) {
            let levity = row.split(" | ").nth(1).unwrap();
            let links = links(levity);
            assert!(levity == "no" || !links.is_empty(), "without a test: {row}");
            for link in links {
                assert!(is_test(link), "no test is at `{link}`: {row}");
            }
            features += 1;
        }
    }
    assert!(features > 100, "only {features} features were found");
}
