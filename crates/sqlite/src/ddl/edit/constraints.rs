//! Adds constraints, takes them out, and gives them other names.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::schema::Constraint;

use super::columns::head_end;
use super::draft::Draft;
use super::form::constraint_form;
use super::items::{self, NewItem};
use super::splice::Splice;
use crate::ddl::project::Place;
use crate::ddl::tree::{ColumnRuleKind, ItemKind, RuleName, Span};
use crate::lower::{self, constraint as writer, counting_key};

impl Draft<'_> {
    /// Returns the constraints that the text has beyond those that it is to have, each with its place.
    fn surplus(&self) -> Vec<(Constraint, Place)> {
        let mut wanted = self.wanted();
        let mut surplus = Vec::new();
        for (constraint, place) in self.constraints() {
            let form = constraint_form(constraint, &self.table().name);
            match wanted.iter().position(|(wanted, _)| *wanted == form) {
                Some(position) => {
                    wanted.remove(position);
                }
                None => surplus.push((form, place)),
            }
        }
        surplus
    }

    /// Returns the constraints that the text is to have and has not, in the order of the model.
    fn missing(&self) -> Vec<(Constraint, &Constraint)> {
        let mut wanted = self.wanted();
        for (constraint, _) in self.constraints() {
            let form = constraint_form(constraint, &self.table().name);
            if let Some(position) = wanted.iter().position(|(wanted, _)| *wanted == form) {
                wanted.remove(position);
            }
        }
        wanted
    }

    fn wanted(&self) -> Vec<(Constraint, &Constraint)> {
        let wanted = self.to.constraints.iter();
        wanted.map(|one| (constraint_form(one, &self.to.name), one)).collect()
    }

    /// Gives another name to constraints that differ in nothing else.
    pub(super) fn rename_constraints(&mut self) -> Result<(), Diagnostic> {
        loop {
            let missing = self.missing();
            let pair = self.surplus().into_iter().find_map(|(there, place)| {
                let wanted = missing.iter().find(|(wanted, _)| wanted.nameless() == there.nameless())?;
                Some((place, wanted.0.name().cloned()))
            });
            let Some((place, name)) = pair else { return Ok(()) };
            let (span, there) = self.rule(place);
            let splice = rename(self.sql(), span, there, name.as_ref());
            self.apply(vec![splice])?;
        }
    }

    /// Takes out the constraints that are to go, from columns and from the table.
    pub(super) fn remove_constraints(&mut self) -> Result<(), Diagnostic> {
        loop {
            let surplus = self.surplus();
            let inline = surplus.iter().filter_map(|(_, place)| match place {
                Place::OnColumn { column, rule } => Some(self.remove_rule(*column, *rule)),
                Place::OfTable { .. } => None,
            });
            let mut splices: Vec<Splice> = inline.flatten().collect();
            if splices.is_empty() {
                match surplus.last() {
                    Some((_, Place::OfTable { item })) => {
                        splices = items::remove(self.tree(), self.sql(), *item);
                    }
                    _ => return Ok(()),
                }
            }
            self.apply(splices)?;
        }
    }

    /// Takes a rule off a column, and with a foreign key what says further on when it is checked.
    fn remove_rule(&self, column: usize, rule: usize) -> Vec<Splice> {
        let Some(definition) = self.tree().columns().nth(column) else {
            return Vec::new();
        };
        let rules = &definition.rules;
        let is_key = |kind: &ColumnRuleKind| matches!(kind, ColumnRuleKind::References(_));
        let until = match is_key(&rules[rule].kind) {
            true => rules[rule + 1..].iter().take_while(|next| !is_key(&next.kind)).count(),
            false => 0,
        };
        let own = rules[rule + 1..][..until].iter();
        let own = own.filter(|next| matches!(next.kind, ColumnRuleKind::Deferral(_)));
        let all = [&rules[rule]].into_iter().chain(own);
        all.map(|rule| Splice::delete_clause(self.sql(), definition.span.start, rule.span)).collect()
    }

    /// Adds the constraints that are missing as rules of the table, at its end; a primary key that counts up, on its
    /// column.
    pub(super) fn add_constraints(&mut self) -> Result<(), Diagnostic> {
        while let Some((_, constraint)) = self.missing().first() {
            let splices = match (constraint, counting_key(self.to)) {
                (Constraint::PrimaryKey(key), Some(counting)) if key == counting => {
                    let sql =
                        lower::sql().maybe(key.name.as_ref(), |sql, name| sql.kw("CONSTRAINT").ident(name));
                    let text = sql.kw("PRIMARY KEY AUTOINCREMENT").finish();
                    let position = self.tree().column_position(key.columns[0].as_str());
                    let column = position.and_then(|position| self.tree().columns().nth(position));
                    let column = column.expect("a table has the columns of its keys");
                    vec![Splice::insert(head_end(column), format!(" {text}"))]
                }
                _ => {
                    let text = writer::write(lower::sql(), constraint)?.finish();
                    let new = NewItem { text: &text, remarks: &[] };
                    let last = self.tree().items.len() - 1;
                    items::insert(self.tree(), self.sql(), Some(last), &new)
                }
            };
            let before = self.missing().len();
            self.apply(splices)?;
            // What is read back as something else would be added for ever; the comparison at the end names it.
            if self.missing().len() >= before {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Returns the place of a constraint in the text, and its name there.
    pub(super) fn rule(&self, place: Place) -> (Span, Option<&RuleName>) {
        let item = match place {
            Place::OnColumn { column, .. } => column,
            Place::OfTable { item } => item,
        };
        match (&self.tree().items[item].kind, place) {
            (ItemKind::Column(column), Place::OnColumn { rule, .. }) => {
                (column.rules[rule].span, column.rules[rule].name.as_ref())
            }
            (ItemKind::Column(column), Place::OfTable { .. }) => (column.span, None),
            (ItemKind::Rule(rule), _) => (rule.span, rule.name.as_ref()),
        }
    }
}

fn rename(sql: &str, rule: Span, there: Option<&RuleName>, name: Option<&Ident>) -> Splice {
    match (there, name) {
        (Some(there), Some(name)) => Splice::replace(there.name.span, lower::sql().ident(name).finish()),
        (Some(there), None) => {
            let behind = sql[there.span.end..].len() - sql[there.span.end..].trim_start().len();
            Splice::delete(there.span.start, there.span.end + behind).keeping_comments(sql)
        }
        (None, Some(name)) => {
            Splice::insert(rule.start, format!("{} ", lower::sql().kw("CONSTRAINT").ident(name).finish()))
        }
        (None, None) => Splice::insert(rule.start, ""),
    }
}
