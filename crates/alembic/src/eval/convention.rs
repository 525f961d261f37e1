//! `naming_convention` of the application's `MetaData`: how rules are called that are given no name.

use std::rc::Rc;

use limbeck_core::action::Action;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::Operation;
use limbeck_core::schema::Constraint;
use limbeck_core::script::Naming;

use super::shorten::shortened;
use super::value::Value;

/// The kinds of rules that a convention names.
const KINDS: [&str; 5] = ["ix", "uq", "ck", "fk", "pk"];

/// A convention, as far as it is literal.
#[derive(Debug, Clone, PartialEq)]
pub struct Convention {
    naming: Naming,
    /// The same for tables with a schema, which a label of a column begins with.
    in_schema: Naming,
    /// The template of checks, where it takes up the name that a check is given.
    check: Option<String>,
    /// The kinds whose template is computed, or has a form that is not known here.
    unclear: Vec<&'static str>,
    /// The kinds whose template takes up, or may take up, the name that a rule is given; checks apart.
    renamed: Vec<&'static str>,
    /// The templates of the others.
    templates: Vec<(&'static str, String)>,
    /// The texts, for other tools.
    texts: Vec<(String, String)>,
}

impl Convention {
    /// Reads the dictionary of a `MetaData`; `None` when it is none.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let Value::Dict(entries) = value else { return None };
        let mut said = Vec::new();
        let mut other = false;
        for (key, value) in entries.borrow().iter() {
            match key.as_str() {
                Some(key) => said.push((key.to_owned(), value.as_str().map(str::to_owned))),
                // Classes for kinds.
                None => other = true,
            }
        }
        let mut convention = Self::parse(said);
        if other {
            convention.unclear.extend(KINDS);
        }
        Some(convention)
    }

    /// Reads templates by kind; one that is `None` is computed.
    pub fn parse(said: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let (mut templates, mut unclear, mut check, mut texts) = (Vec::new(), Vec::new(), None, Vec::new());
        let mut renamed = Vec::new();
        for (key, text) in said {
            let Some(kind) = KINDS.iter().copied().find(|kind| *kind == key) else {
                // Tokens of its own, which any template may use.
                unclear.extend(KINDS);
                continue;
            };
            if kind != "ck" && text.as_ref().is_none_or(|text| text.contains("(constraint_name)")) {
                renamed.push(kind);
            }
            match text.as_deref().and_then(|text| template(text, LABEL)) {
                Some(template) if template.contains(NAME) && kind == "ck" => check = Some(template),
                // What SQLAlchemy finds as columns of a check depends on how its text is given.
                Some(template) if template.contains(NAME) || kind == "ck" && template.contains("{column") => {
                    unclear.push(kind);
                }
                Some(own) => {
                    let labelled = text.as_deref().and_then(|text| template(text, LABEL_IN_SCHEMA));
                    templates.push((kind, own.clone(), labelled.unwrap_or(own)));
                }
                None => unclear.push(kind),
            }
            texts.extend(text.map(|text| (key, text)));
        }
        let plain = Naming::parse(templates.iter().map(|(kind, text, _)| (*kind, text.as_str())));
        let labelled = Naming::parse(templates.iter().map(|(kind, _, text)| (*kind, text.as_str())));
        let (naming, in_schema) = match (plain, labelled) {
            (Ok(plain), Ok(labelled)) => (plain, labelled),
            _ => {
                unclear.extend(KINDS);
                (Naming::default(), Naming::default())
            }
        };
        let templates = templates.into_iter().map(|(kind, text, _)| (kind, text)).collect();
        Self { naming, in_schema, check, unclear, renamed, templates, texts }
    }

    /// Returns the templates that Limbeck has too, by kind and as it writes them.
    pub fn templates(&self) -> &[(&'static str, String)] {
        &self.templates
    }

    /// Returns the kinds whose template is not known here, or depends on the name that a rule is given.
    pub fn untold(&self) -> Vec<&'static str> {
        KINDS.into_iter().filter(|kind| self.unclear.contains(kind) || self.renamed.contains(kind)).collect()
    }

    fn of_table(&self, table: &TableName) -> &Naming {
        if table.schema.is_some() { &self.in_schema } else { &self.naming }
    }

    /// Returns the templates as the application has them, by kind.
    pub fn texts(&self) -> &[(String, String)] {
        &self.texts
    }

    /// Names what an operation makes on a dialect of SQLAlchemy's, shortened as it does. `kept` are the names that are as they
    /// should be, by `op.f`.
    ///
    /// # Errors
    /// What cannot be named, in words.
    pub(super) fn apply(
        &self,
        operation: &mut Operation,
        kept: &[Rc<str>],
        dialect: &str,
    ) -> Result<(), String> {
        let mut nameless = Vec::new();
        each(operation, &mut |table, constraint| {
            let kind = kind_of(constraint);
            nameless.push(constraint.name().is_none());
            match constraint.name() {
                Some(name)
                    if self.renamed.contains(&kind) && !kept.iter().any(|kept| **kept == *name.as_str()) =>
                {
                    return Err(format!(
                        "`naming_convention` may give the `{kind}` `{name}` of `{table}` another name"
                    ));
                }
                Some(_) if kind != "ck" => {}
                Some(name) => {
                    if let Some(made) = self.check_name(table, name, kept) {
                        let made = Ident::new(&made).map_err(|error| error.to_string())?;
                        *constraint.name_mut() = Some(shortened(&made, dialect));
                    }
                }
                None if self.unclear.contains(&kind) => {
                    return Err(format!(
                        "`naming_convention` names the `{kind}` of `{table}` in a way that is not known"
                    ));
                }
                None => {}
            }
            Ok(())
        })?;
        match operation {
            Operation::CreateTable(create) if create.table.name.schema.is_some() => &self.in_schema,
            Operation::AlterTable(alter) if alter.table.schema.is_some() => &self.in_schema,
            _ => &self.naming,
        }
        .name_operation(operation);
        let mut nameless = nameless.into_iter();
        each(operation, &mut |_, constraint| {
            if nameless.next() == Some(true) {
                constraint.name_mut().iter_mut().for_each(|name| *name = shortened(name, dialect));
            }
            Ok(())
        })
    }

    /// Returns the name that a check gets in the place of the one that it was given; `None` where it keeps that.
    pub(super) fn check_name(&self, table: &TableName, name: &Ident, kept: &[Rc<str>]) -> Option<String> {
        let template = self.check.as_ref().filter(|_| !kept.iter().any(|kept| **kept == *name.as_str()))?;
        Some(template.replace("{table}", table.name.as_str()).replace(NAME, name.as_str()))
    }

    /// Returns the name of the index of `index=True`; `None` when it is not known.
    pub(super) fn index(&self, table: &TableName, column: &Ident) -> Option<Ident> {
        // A convention that leaves indexes out takes SQLAlchemy's own away.
        let named = self.texts.iter().any(|(kind, _)| kind == "ix");
        if named && !self.unclear.contains(&"ix") {
            self.of_table(table).index(table, &[column])
        } else {
            None
        }
    }
}

/// What stands for the name that a rule is given.
const NAME: &str = "{constraint_name}";

/// What `column_0_label` stands for, without a schema and with one.
const LABEL: &str = "{table}_{column_0}";
const LABEL_IN_SCHEMA: &str = "{schema}_{table}_{column_0}";

/// Rewrites a template of SQLAlchemy's; `None` when it has what this form does not.
fn template(text: &str, label: &str) -> Option<String> {
    if text.contains(['{', '}']) {
        return None;
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (token, after) = after.strip_prefix('(')?.split_once(")s")?;
        out.push_str(match token {
            "table_name" => "{table}",
            "schema" => "{schema}",
            "column_0_name" | "column_0_key" => "{column_0}",
            "column_1_name" | "column_1_key" => "{column_1}",
            "column_0_N_name" | "column_0_N_key" => "{columns}",
            "column_0_label" => label,
            "referred_table_name" => "{referred_table}",
            "referred_column_0_name" => "{referred_column_0}",
            "referred_column_0_N_name" => "{referred_columns}",
            "constraint_name" => NAME,
            _ => return None,
        });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn kind_of(constraint: &Constraint) -> &'static str {
    match constraint {
        Constraint::PrimaryKey(_) => "pk",
        Constraint::Unique(_) => "uq",
        Constraint::ForeignKey(_) => "fk",
        Constraint::Check(_) => "ck",
        Constraint::Exclude(_) => "ex",
    }
}

/// Goes through the rules that an operation makes, each with its table.
fn each(
    operation: &mut Operation,
    visit: &mut dyn FnMut(&TableName, &mut Constraint) -> Result<(), String>,
) -> Result<(), String> {
    match operation {
        Operation::CreateTable(create) => {
            let name = create.table.name.clone();
            create.table.constraints.iter_mut().try_for_each(|constraint| visit(&name, constraint))
        }
        Operation::AlterTable(alter) => {
            for action in &mut alter.actions {
                if let Action::AddColumn(add) = action {
                    add.constraints.iter_mut().try_for_each(|constraint| visit(&alter.table, constraint))?;
                } else if let Some(mut constraint) = action.constraint() {
                    visit(&alter.table, &mut constraint)?;
                    *action = Action::add_constraint(constraint);
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_sqlalchemy_are_rewritten_where_they_mean_the_same() {
        let of = |text: &str| template(text, LABEL);
        assert_eq!(of("fk_%(table_name)s_%(column_0_name)s").as_deref(), Some("fk_{table}_{column_0}"));
        assert_eq!(of("ix_%(column_0_label)s%%").as_deref(), Some("ix_{table}_{column_0}%"));
        assert_eq!(of("uq_%(column_0N_name)s"), None);
        assert_eq!((of("uq_%(mine)s"), of("{x}"), of("%x")), (None, None, None));
    }

    #[test]
    fn a_label_begins_with_the_schema_where_there_is_one() {
        let convention = Convention::parse([("ix".to_owned(), Some("ix_%(column_0_label)s".to_owned()))]);
        let (name, column) = (Ident::new("t").unwrap(), Ident::new("c").unwrap());
        let plain = TableName::unqualified(name.clone());
        let within = TableName { schema: Some(Ident::new("s").unwrap()), name };
        let of = |table| convention.index(table, &column).unwrap().to_string();
        assert_eq!((of(&plain), of(&within)), ("ix_t_c".to_owned(), "ix_s_t_c".to_owned()));
    }

    #[test]
    fn a_name_that_the_convention_takes_up_is_not_taken_as_it_is() {
        let text = "revision = \"a\"\n[[upgrade]]\nalter_table = \"t\"\n\
                    actions = [{ add_unique = [\"email\"], name = \"email\" }]\n";
        let file = std::path::Path::new("a.toml");
        let (_, script) = limbeck_core::script::parse(file, text.into(), &Naming::default()).unwrap();
        let named = |template: &str, kept: &[Rc<str>]| {
            let said = [("uq".to_owned(), Some(template.to_owned()))];
            let mut operation = script.upgrade[0].operation.clone();
            Convention::parse(said).apply(&mut operation, kept, "postgresql")
        };
        let takes_up = "uq_%(table_name)s_%(constraint_name)s";
        assert!(named(takes_up, &[]).is_err());
        assert_eq!(named(takes_up, &["email".into()]), Ok(()));
        assert_eq!(named("uq_%(table_name)s_%(column_0_name)s", &[]), Ok(()));
    }
}
