//! What is the same to a server but for the letter case of its name, and so is renamed rather than made anew.

use crate::action::{Action, RenameColumn};
use crate::dialect::LetterCase;
use crate::name::{Ident, TableName};
use crate::op::{AlterTable, Change, Operation, Recreate, RenameTable};
use crate::schema::{Constraint, Schema, Table};

/// Renames the tables and columns of `from` that differ from those of `to` in letter case alone, and returns the operations that
/// do it. Indexes and constraints in `to` are spelled as they are in `from`, as nobody names them but who changes them.
pub fn respell(from: &mut Schema, to: &mut Schema, case: LetterCase) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    let mut rename = |operation: Operation, from: &mut Schema| {
        if operation.apply(from).is_ok() {
            operations.push(operation);
        }
    };
    if case == LetterCase::Counts {
        return operations;
    }
    for (table, wanted) in tables(from, to, case) {
        rename(RenameTable { table, to: wanted.name }.into(), from);
    }
    for (name, wanted) in &mut to.tables {
        let Some(there) = from.tables.get(name) else { continue };
        spell_parts(wanted, there, case);
        let actions = columns(there, wanted, case);
        if !actions.is_empty() {
            let actions = actions.into_iter().map(Action::RenameColumn).collect();
            rename(AlterTable { table: name.clone(), actions, recreate: Recreate::Auto }.into(), from);
        }
    }
    operations
}

fn tables(from: &Schema, to: &Schema, case: LetterCase) -> Vec<(TableName, TableName)> {
    let gone = from.tables.keys().filter(|name| !to.tables.contains_key(*name));
    let alike = |name: &TableName| {
        let mut made = to.tables.keys().filter(|wanted| !from.tables.contains_key(*wanted));
        made.find(|wanted| case.is_same_table(name, wanted)).cloned()
    };
    gone.filter_map(|name| Some((name.clone(), alike(name)?))).collect()
}

fn columns(from: &Table, to: &Table, case: LetterCase) -> Vec<RenameColumn> {
    let gone = from.columns.iter().map(|column| &column.name).filter(|name| to.column(name).is_none());
    let alike = |name: &Ident| {
        let mut made =
            to.columns.iter().map(|column| &column.name).filter(|wanted| from.column(wanted).is_none());
        made.find(|wanted| case.is_same_part(name, wanted)).cloned()
    };
    gone.filter_map(|name| Some(RenameColumn { column: name.clone(), to: alike(name)? })).collect()
}

fn spell_parts(table: &mut Table, known: &Table, case: LetterCase) {
    let spell = |name: &mut Ident, there: &[&Ident]| {
        if let Some(other) = there.iter().find(|other| case.is_same_part(other, name)) {
            name.clone_from(*other);
        }
    };
    let indexes: Vec<&Ident> = known.indexes.iter().map(|index| &index.name).collect();
    let rules: Vec<&Ident> = known.constraints.iter().filter_map(Constraint::name).collect();
    table.indexes.iter_mut().for_each(|index| spell(&mut index.name, &indexes));
    for name in table.constraints.iter_mut().filter_map(|rule| rule.name_mut().as_mut()) {
        spell(name, &rules);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::diff;
    use crate::script::{Naming, parse_model, print_operations};

    fn schema(table: &str, column: &str, index: &str) -> Schema {
        let text = format!(
            "[[table]]\nname = \"{table}\"\ncolumns = [{{ name = \"{column}\", type = \"integer\" }}]\n\
             checks = [{{ name = \"ck_{index}\", sql = \"1 > 0\" }}]\n\
             indexes = [{{ name = \"{index}\", columns = [\"{column}\"] }}]\n\
             [[table]]\nname = \"other\"\ncolumns = [{{ name = \"x\", type = \"integer\", references = \"{table}.{column}\" }}]\n"
        );
        parse_model(std::path::Path::new("model.toml"), text.into(), &Naming::default()).unwrap()
    }

    fn way(case: LetterCase, names: [&str; 3]) -> String {
        let (mut from, mut to) = (schema("t", "size", "ix"), schema(names[0], names[1], names[2]));
        let mut all = respell(&mut from, &mut to, case);
        all.extend(diff(&from, &to, Schema::clone));
        print_operations(&all)
    }

    #[test]
    fn a_change_of_letter_case_is_a_rename_where_it_says_nothing() {
        let renamed = way(LetterCase::SaysNothing, ["T", "Size", "IX"]);
        assert_eq!(renamed.matches("[[upgrade]]").count(), 2, "{renamed}");
        assert!(renamed.contains("rename_table") && renamed.contains("rename_column"), "{renamed}");
        assert!(!renamed.contains("drop") && !renamed.contains("create"), "{renamed}");
        let renamed = way(LetterCase::CountsForTables, ["t", "Size", "IX"]);
        assert!(renamed.matches("rename_column").count() == 1 && !renamed.contains("create"), "{renamed}");
    }

    #[test]
    fn where_it_counts_it_is_another_name() {
        let other = way(LetterCase::Counts, ["t", "Size", "ix"]);
        assert!(other.contains("add_column") && other.contains("drop_column"), "{other}");
        let other = way(LetterCase::CountsForTables, ["T", "size", "ix"]);
        assert!(other.contains("create_table") && other.contains("drop_table"), "{other}");
        let name = |text| Ident::new(text).unwrap();
        assert!(!LetterCase::SaysNothing.is_same_part(&name("größe"), &name("GRÖßE")));
        assert!(LetterCase::CountsForTables.is_same_part(&name("größe"), &name("GRÖßE")));
    }
}
