//! The foreign keys that `joinable!` asks for, and what it names that is not there.

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::schema::{Constraint, ForeignKey};

use super::over::{Over, key};

impl Over<'_> {
    /// Adds a foreign key for each join by a column that is new.
    ///
    /// A join by a column that was there before asks for none: Diesel joins tables also where the database knows of nothing
    /// between them. That a join is missing says nothing either: Diesel's command line leaves many out.
    pub(super) fn join(&mut self) {
        let declared = self.declared;
        for (name, place) in &declared.together {
            if declared.table(name).is_none() {
                self.no_such_table(name, place);
            }
        }
        for join in &declared.joins {
            let (child, parent) = (declared.table(&join.child), declared.table(&join.parent));
            for (name, found) in [(&join.child, child), (&join.parent, parent)] {
                if found.is_none() {
                    self.no_such_table(name, &join.place);
                }
            }
            let (Some(child), Some(parent)) = (child, parent) else { continue };
            let Some(column) = child.columns.iter().find(|one| one.rust_name == join.column) else {
                let message = format!("no column `{}` in table `{}`, to join it by", join.column, child.name);
                let names = child.columns.iter().map(|one| one.rust_name.as_str());
                let fault = Diagnostic::new(Code::NoSuchColumn, message).at(join.place.clone());
                self.faults.push(fault.similar(&join.column, "a column", names));
                continue;
            };
            let known = self.known.tables.get(&child.name);
            let is_new = known.is_none_or(|table| table.column(&column.name).is_none());
            let referred = key(parent);
            let Some(table) = self.schema.tables.get_mut(&child.name).filter(|_| is_new) else { continue };
            // A join goes by the whole primary key of the other table.
            if referred.len() == 1 && table.column(&column.name).is_some() {
                table.constraints.push(Constraint::ForeignKey(ForeignKey::new(
                    vec![column.name.clone()],
                    parent.name.clone(),
                    referred,
                )));
            }
        }
    }

    fn no_such_table(&mut self, name: &str, place: &Place) {
        let message = format!("no table `{name}` is declared");
        let names = self.declared.tables.iter().map(|table| table.rust_name.as_str());
        let fault = Diagnostic::new(Code::NoSuchTable, message).at(place.clone());
        self.faults.push(fault.similar(name, "a table", names));
    }
}
