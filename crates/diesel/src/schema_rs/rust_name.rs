//! The Rust names that Diesel's command line gives to tables and columns.

use std::collections::BTreeSet;

/// Names that the `table!` macro needs for itself.
const RESERVED: [&str; 3] = ["table", "columns", "is_nullable"];

/// Returns the Rust name for an SQL name: what cannot stand in one becomes `_`, and a name that is taken gets one behind.
///
/// `table` is the Rust name of the table that a column is in, which the column must not have.
pub(super) fn rust_name(sql: &str, table: Option<&str>) -> String {
    let mut name = String::new();
    for (at, c) in sql.char_indices() {
        match c {
            '0'..='9' if at == 0 => name.extend(['_', c]),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => name.push(c),
            // Several in a row become one.
            _ if !sql[..at].ends_with(|before: char| !is_plain(before)) => name.push('_'),
            _ => {}
        }
    }
    let hidden = name.starts_with("__") && !name.ends_with('_');
    let is_taken = syn::parse_str::<syn::Ident>(&name).is_err()
        || RESERVED.contains(&name.as_str())
        || hidden
        || table == Some(&name);
    if is_taken { format!("{name}_") } else { name }
}

/// Returns the Rust names of some SQL names. Where Diesel's rule gives the same one twice, which would not compile, the later
/// one gets a `_` behind.
pub(super) fn rust_names<'n>(sql: impl Iterator<Item = &'n str>, table: Option<&str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    sql.map(|sql| {
        let mut name = rust_name(sql, table);
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        name
    })
    .collect()
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_rust_or_the_macro_does_not_take_is_changed() {
        for (sql, rust) in [
            ("name", "name"),
            ("type", "type_"),
            ("columns", "columns_"),
            ("we\"ird  name", "we_ird_name"),
            ("Größe", "Gr_e"),
            ("1st", "_1st"),
            ("__hidden", "__hidden_"),
            ("user", "user_"),
        ] {
            assert_eq!(rust_name(sql, Some("user")), rust, "{sql}");
        }
        assert_eq!(rust_names(["a b", "a-b"].into_iter(), None), ["a_b", "a_b_"]);
    }
}
