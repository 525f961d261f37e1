//! Says whether a primary key that is written on a column goes downwards, which keeps it from being the rowid.

use super::parse_table;
use super::tree::{ColumnRuleKind, Sort};

/// Says whether a column of a table has `PRIMARY KEY DESC` written on it: it is then not the rowid, even if its type is
/// INTEGER (sqlite.org/lang_createtable.html#rowid). A text that cannot be read: no.
pub(crate) fn has_descending_key(sql: &str, column: &str) -> bool {
    let Ok(tree) = parse_table(sql) else { return false };
    let descends = |kind: &ColumnRuleKind| matches!(kind, ColumnRuleKind::PrimaryKey { order: Some(order), .. } if order.sort == Sort::Descending);
    tree.columns().any(|one| one.name.is(column) && one.rules.iter().any(|rule| descends(&rule.kind)))
}

#[cfg(test)]
mod tests {
    use super::has_descending_key;

    #[test]
    fn only_desc_on_the_column_itself_goes_downwards() {
        let descends = |sql: &str| has_descending_key(sql, "id");
        assert!(descends("CREATE TABLE t(ID INTEGER CONSTRAINT pk PRIMARY KEY /* so */ desc, a)"));
        assert!(!descends("CREATE TABLE t(id INTEGER PRIMARY KEY ASC, a)"));
        assert!(!descends("CREATE TABLE t(id INTEGER, a, PRIMARY KEY (id DESC))"));
    }
}
