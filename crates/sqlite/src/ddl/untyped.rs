//! Leaves out the types of columns, so that SQLite stores each value as it comes.

use std::collections::BTreeSet;

use limbeck_core::name::Ident;

use super::tree::ColumnDef;
use super::{Unreadable, parse_table};

/// Returns the text of a table without the types of some columns; as it was, where they have none.
///
/// # Errors
/// The text is not that of an ordinary table.
pub(crate) fn without_types(sql: &str, columns: &[&Ident]) -> Result<String, Unreadable> {
    let tree = parse_table(sql)?;
    let mut plain = String::with_capacity(sql.len());
    let mut from = 0;
    let meant: BTreeSet<String> = columns.iter().map(|name| name.as_str().to_ascii_lowercase()).collect();
    let is_meant = |column: &&ColumnDef| meant.contains(&column.name.text.to_ascii_lowercase());
    for column in tree.columns().filter(is_meant) {
        let Some(ty) = column.ty else { continue };
        plain.push_str(&sql[from..column.name.span.end]);
        plain.push(' ');
        from = ty.end;
    }
    plain.push_str(&sql[from..]);
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_columns_go_and_nothing_else() {
        let names = ["a", "C", "d"].map(|name| Ident::new(name).unwrap());
        let text = "CREATE TABLE t (a /* x */ INT(3)CHECK (a > 0), b INT, \"c\"\"TEXT\", d DEFAULT 1)";
        let plain = without_types(text, &names.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(plain, "CREATE TABLE t (a CHECK (a > 0), b INT, \"c\"\"TEXT\", d DEFAULT 1)");
        let text = "CREATE TABLE t (a INT, \"c\" \"TEXT\" NOT NULL)";
        let plain = without_types(text, &names.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(plain, "CREATE TABLE t (a , \"c\"  NOT NULL)");
    }
}
