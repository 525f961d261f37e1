//! Which statements PostgreSQL runs in no transaction.

/// Says whether PostgreSQL refuses a statement within a transaction, as Flyway 10 has it (`PostgreSQLParser.java`). What MySQL has
/// too, as `CREATE DATABASE`, is none.
pub(super) fn alone(statement: &str) -> bool {
    let words = statement.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(12).map(str::to_ascii_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let concurrently = |rest: &[&str]| rest.contains(&"concurrently");
    match words.as_slice() {
        ["vacuum", ..] | ["discard", "all", ..] | ["alter", "system", ..] => true,
        ["create" | "drop", "subscription" | "tablespace", ..] => true,
        ["create" | "drop", "index", "concurrently", ..] => true,
        ["create", "unique", "index", "concurrently", ..] => true,
        ["reindex", rest @ ..] => {
            concurrently(rest) || rest.iter().any(|word| ["schema", "database", "system"].contains(word))
        }
        ["alter", "table", rest @ ..] => rest.contains(&"detach") && concurrently(rest),
        _ => false,
    }
}
