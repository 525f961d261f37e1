//! The page of deliberate differences from Alembic's SQL and the harness list the same.

use std::collections::BTreeSet;

use limbeck_tests::ddl::listed_differences;

#[test]
fn the_page_and_the_harness_list_the_same_differences() {
    let page = include_str!("../../docs/alembic-sql-differences.md");
    let explained: BTreeSet<String> =
        page.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect();
    let listed: BTreeSet<String> = listed_differences().into_iter().map(capital).collect();
    assert_eq!(explained, listed);
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
