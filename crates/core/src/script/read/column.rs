//! Reads columns, with the constraints that may be written on them.

use toml::de::DeValue;

use crate::diagnostic::Code;
use crate::name::{Ident, TableName};
use crate::schema::{
    Check, Column, Constraint, ForeignKey, Generated, GeneratedStorage, Identity, PrimaryKey, Unique,
};

use super::options::{Dropping, options};
use super::{Keys, Node};

/// A column as it is written, with what belongs to the table.
pub(super) struct Written<'a> {
    /// The column. It allows NULL unless the file says otherwise.
    pub(super) column: Column,
    /// Where the file says that the column allows NULL.
    pub(super) says_nullable: Option<Node<'a>>,
    /// Whether it is the primary key, or part of it, and the name given.
    pub(super) primary_key: Option<PrimaryKey>,
    /// The other constraints: unique, foreign key, check, in this order.
    pub(super) constraints: Vec<Constraint>,
    /// The index over it: the node, and the name if one is given.
    pub(super) index: Option<(Node<'a>, Option<Ident>)>,
}

/// How a column says that it is in the primary key.
enum Key {
    /// `true` or a name: it is the primary key, or part of it.
    Own(Option<Ident>),
    /// The whole key, with other columns in it.
    Whole(PrimaryKey),
}

/// Reads a column but for its name.
pub(super) fn column<'a>(keys: &mut Keys<'a>, name: Option<Ident>) -> Option<Written<'a>> {
    let ty = keys.required("type", Node::column_type);
    let nullable_node = keys.take("nullable");
    let nullable = nullable_node.as_ref().map_or(Some(true), Node::flag);
    let default = keys.optional("default", Node::literal_or_sql);
    let collation = keys.optional("collation", Node::ident);
    let comment = keys.optional("comment", Node::text);
    let generated = keys.optional("generated", Node::generated);
    let identity = keys.optional("identity", Node::identity);
    let autoincrement = keys.optional("autoincrement", Node::flag);
    let options = options(keys, Dropping::Refused);
    keys.exclude("default", "generated");
    keys.exclude("default", "identity");
    keys.exclude("generated", "identity");
    let primary_key = match keys.take("primary_key") {
        Some(node) if matches!(node.value(), DeValue::Array(_) | DeValue::Table(_)) => {
            super::table::table_key(&node).map(|key| Some(Key::Whole(key)))
        }
        node => sugar(node).map(|own| own.map(Key::Own)),
    };
    let unique = sugar(keys.take("unique"));
    let index = keys.take("index");
    let index_name = index.as_ref().map_or(Some(None), name_or_true);
    let reference = reference(keys, name.as_ref());
    let check = keys.optional("check", Node::check);
    let name = name?;
    let own = vec![name.clone()];
    let mut constraints = Vec::new();
    if let Some(name) = unique? {
        constraints.push(Constraint::Unique(Unique {
            name,
            columns: own.clone(),
            nulls_not_distinct: false,
            deferrable: None,
        }));
    }
    constraints.extend(reference?.map(Constraint::ForeignKey));
    constraints.extend(check?.map(Constraint::Check));
    let index_name = index_name?;
    Some(Written {
        says_nullable: nullable_node.filter(|node| node.flag() == Some(true)),
        primary_key: primary_key?.map(|key| match key {
            Key::Own(name) => PrimaryKey { name, columns: own },
            Key::Whole(key) => key,
        }),
        constraints,
        index: index.map(|node| (node, index_name)),
        column: Column {
            name,
            ty: ty?,
            nullable: nullable?,
            default: default?,
            collation: collation?,
            comment: comment?,
            generated: generated?,
            identity: identity?,
            autoincrement: autoincrement?,
            options: options?,
        },
    })
}

impl Written<'_> {
    /// Takes NULL away from a column of the primary key. That the file says otherwise is a fault.
    pub(super) fn forbid_null(&mut self) -> Option<()> {
        self.column.nullable = false;
        let Some(node) = &self.says_nullable else {
            return Some(());
        };
        node.fault(
            Code::ConflictingKeys,
            format!("column `{}` is part of the primary key and cannot allow NULL", self.column.name),
        );
        None
    }
}

/// Reads `true` or a name: outer `None` a fault, then whether it is there, then the name.
fn sugar(node: Option<Node<'_>>) -> Option<Option<Option<Ident>>> {
    match node {
        None => Some(None),
        Some(node) if matches!(node.value(), DeValue::Boolean(false)) => Some(None),
        Some(node) => name_or_true(&node).map(Some),
    }
}

fn name_or_true(node: &Node<'_>) -> Option<Option<Ident>> {
    match node.value() {
        DeValue::Boolean(true) => Some(None),
        DeValue::String(_) => node.ident().map(Some),
        _ => {
            node.must_be("`true` or a name");
            None
        }
    }
}

/// Reads `references = "table.column"` and the keys that go with it.
fn reference(keys: &mut Keys<'_>, column: Option<&Ident>) -> Option<Option<ForeignKey>> {
    let target = keys.take("references");
    let name = keys.optional("references_name", Node::ident);
    let on_delete = keys.optional("on_delete", Node::word);
    let on_update = keys.optional("on_update", Node::word);
    let match_type = keys.optional("match", Node::word);
    let deferrable = keys.optional("deferrable", Node::word);
    let Some(target) = target else {
        for key in ["references_name", "on_delete", "on_update", "match", "deferrable"] {
            if let Some(node) = keys.take(key) {
                keys.reader.fault(
                    Code::MissingKey,
                    node.whole_span(),
                    format!("`{key}` makes no sense without `references`"),
                );
                return None;
            }
        }
        return Some(None);
    };
    let text = target.text()?;
    let (references, referred) = TableName::parse_with_column(&text)
        .map_err(|_| {
            target.fault(
                Code::BadName,
                format!("`references` must name a table and a column, as `account.id`, not `{text}`"),
            );
        })
        .ok()?;
    Some(Some(ForeignKey {
        name: name?,
        columns: vec![column?.clone()],
        references,
        referred_columns: vec![referred],
        on_delete: on_delete?,
        on_update: on_update?,
        match_type: match_type?,
        deferrable: deferrable?,
        not_valid: false,
    }))
}

impl Node<'_> {
    fn check(&self) -> Option<Check> {
        if let DeValue::String(_) = self.value() {
            return self.sql().map(|sql| Check { name: None, sql, not_valid: false });
        }
        let mut keys = self.table()?;
        let check = super::constraint::check(&mut keys, "sql");
        keys.finish();
        check
    }

    /// Reads the expression of a generated column: a text, which means stored, or a table.
    pub(super) fn generated(&self) -> Option<Generated> {
        if let DeValue::String(_) = self.value() {
            return self.sql().map(|sql| Generated { sql, storage: GeneratedStorage::Stored });
        }
        let mut keys = self.table()?;
        let sql = keys.required("sql", Node::sql);
        let storage = keys.optional("storage", Node::word);
        keys.finish();
        Some(Generated { sql: sql?, storage: storage?.unwrap_or(GeneratedStorage::Stored) })
    }

    /// Reads `true` or a table of an identity's options.
    pub(super) fn identity(&self) -> Option<Identity> {
        if let DeValue::Boolean(true) = self.value() {
            return Some(Identity::default());
        }
        let Some(mut keys) = self.keys() else {
            self.must_be("`true` or a table");
            return None;
        };
        let always = keys.flag("always");
        let numbers = super::object::counting(&mut keys);
        keys.finish();
        let (start, increment, min, max, cache, cycle) = numbers?;
        Some(Identity { always: always?, start, increment, min, max, cache, cycle })
    }
}
