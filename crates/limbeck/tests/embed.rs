//! What `embed_migrations!` puts into a program.

use limbeck::prelude::*;

#[test]
fn the_files_are_in_the_program_sorted_and_with_the_path_that_their_author_knows() {
    let files = embed_migrations!("examples/migrations").files();
    let paths: Vec<&str> = files.iter().map(|file| file.path).collect();
    assert_eq!(
        paths,
        [
            "examples/migrations/1975ea83b712_account.toml",
            "examples/migrations/27c6a30d7c24_cart.toml",
            "examples/migrations/7d2f90c1a001_merge.toml",
            "examples/migrations/ae1027a6acf0_nickname.sql",
        ]
    );
}

#[test]
fn the_schema_of_embedded_files_is_known_without_a_database() {
    let history = History::builder().embedded(embed_migrations!("examples/migrations")).build().unwrap();
    let heads: Heads = history.graph().real_heads().into_iter().cloned().collect();
    let schema = history.schema_at(&heads, "sqlite").unwrap();
    // One of them is made by SQL, which is read.
    assert_eq!(schema.tables.len(), 3);
}
