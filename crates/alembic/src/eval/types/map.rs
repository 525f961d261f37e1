//! The table of types that are neither SQLAlchemy's nor read from the application's files.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::column_type::ColumnType;
use limbeck_core::op::Operation;
use limbeck_core::script::{Downgrade, Naming, Script};

use crate::eval::format;
use crate::eval::item::Arguments;

/// Types of well-known libraries, in the forms of migration files.
///
/// `{0:name}` stands for the argument at a position or of a name; where it is not given, its parentheses go too.
const LIBRARIES: &[(&str, &str)] = &[
    ("sqlmodel.sql.sqltypes.AutoString", "\"string({0:length})\""),
    ("sqlmodel.AutoString", "\"string({0:length})\""),
    (
        "sqlmodel.sql.sqltypes.GUID",
        "{ base = \"uuid\", sqlite = { native = \"CHAR(32)\" }, mysql = { native = \"CHAR(32)\" } }",
    ),
    ("fastapi_users_db_sqlalchemy.generics.GUID", GUID_36),
    ("fastapi_users_db_sqlalchemy.guid.GUID", GUID_36),
    ("fastapi_users.db.sqlalchemy.GUID", GUID_36),
    (
        "fastapi_users_db_sqlalchemy.generics.TIMESTAMPAware",
        "{ base = { native = \"TIMESTAMP\" }, postgres = { native = \"TIMESTAMP WITH TIME ZONE\" } }",
    ),
    ("sqlalchemy_utils.types.uuid.UUIDType", "{ base = { native = \"BINARY(16)\" }, postgres = \"uuid\" }"),
    ("sqlalchemy_utils.UUIDType", "{ base = { native = \"BINARY(16)\" }, postgres = \"uuid\" }"),
    ("sqlalchemy_utils.types.json.JSONType", "{ base = \"text\", postgres = \"json\" }"),
    ("sqlalchemy_utils.JSONType", "{ base = \"text\", postgres = \"json\" }"),
    ("sqlalchemy_utils.types.email.EmailType", "\"unicode({0:length|255})\""),
    ("sqlalchemy_utils.EmailType", "\"unicode({0:length|255})\""),
    ("sqlalchemy_utils.types.url.URLType", "\"text\""),
    ("sqlalchemy_utils.URLType", "\"text\""),
    ("sqlalchemy_utils.types.arrow.ArrowType", "\"datetime\""),
    ("sqlalchemy_utils.ArrowType", "\"datetime\""),
    ("sqlalchemy_utils.types.choice.ChoiceType", "\"unicode(255)\""),
    (
        "sqlalchemy_utils.types.password.PasswordType",
        "{ base = { native = \"VARBINARY(1024)\" }, postgres = { native = \"BYTEA\" } }",
    ),
    ("pgvector.sqlalchemy.Vector", "{ native = \"VECTOR({0:dim})\" }"),
    ("pgvector.sqlalchemy.vector.VECTOR", "{ native = \"VECTOR({0:dim})\" }"),
    ("pgvector.sqlalchemy.VECTOR", "{ native = \"VECTOR({0:dim})\" }"),
    ("oslo_db.sqlalchemy.types.SoftDeleteInteger", "\"integer\""),
    ("oslo_db.sqlalchemy.types.JsonEncodedList", "\"text\""),
    ("oslo_db.sqlalchemy.types.JsonEncodedDict", "\"text\""),
    ("sqlalchemy_json.NestedMutableJson", "\"json\""),
];

const GUID_36: &str = "{ base = { native = \"CHAR(36)\" }, postgres = \"uuid\" }";

/// A type in the database's own words, as a recorded call writes it.
const NATIVE: &str = "limbeck.types.Native";

/// Types by the dotted names of their classes.
#[derive(Debug, Clone, Default)]
pub struct TypeMap {
    own: BTreeMap<String, String>,
}

/// A type of the configuration that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTypeMap {
    /// The name of the class.
    pub name: String,
    /// What is wrong with the type given for it.
    pub why: String,
}

impl fmt::Display for BadTypeMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is mapped to no type: {}", self.name, self.why)
    }
}

impl TypeMap {
    /// Takes the application's own types: for each name of a class, the type as a migration file writes it in TOML.
    ///
    /// # Errors
    /// Each that is no type.
    pub fn new(own: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<BadTypeMap>> {
        let own: BTreeMap<String, String> = own.into_iter().collect();
        let sample = Arguments { positional: vec![crate::eval::value::Value::Int(1); 4], named: Vec::new() };
        let bad = |(name, text): (&String, &String)| {
            let why = parse(text, &sample).err()?;
            Some(BadTypeMap { name: name.clone(), why })
        };
        let faults: Vec<BadTypeMap> = own.iter().filter_map(bad).collect();
        if faults.is_empty() { Ok(Self { own }) } else { Err(faults) }
    }

    /// Says whether a name is of a type in the table.
    pub(in crate::eval) fn knows(&self, name: &str) -> bool {
        name == NATIVE || self.text(name).is_some()
    }

    /// Returns the type of that name with these arguments; `None` when it is not in the table.
    pub(in crate::eval) fn get(&self, name: &str, args: &Arguments) -> Option<Result<ColumnType, String>> {
        if name == NATIVE {
            let text = args.positional.first().and_then(crate::eval::value::Value::as_str);
            return text.map(|text| Ok(super::native_text(text)));
        }
        Some(parse(self.text(name)?, args))
    }

    fn text(&self, name: &str) -> Option<&str> {
        let library = || LIBRARIES.iter().find(|(own, _)| *own == name).map(|(_, text)| *text);
        self.own.get(name).map(String::as_str).or_else(library)
    }
}

/// Reads a type in the form of migration files, by the reader of those.
fn parse(text: &str, args: &Arguments) -> Result<ColumnType, String> {
    let text = filled(text, args)?;
    let file = format!(
        "revision = \"x\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{{ name = \"c\", type = {text} }}]\n"
    );
    let path = Path::new("type.toml");
    let parsed = limbeck_core::script::parse(path, Arc::from(file), &Naming::default());
    let (_, Script { upgrade, downgrade: Downgrade::Derived, .. }) =
        parsed.map_err(|faults| faults.first().message.clone())?
    else {
        return Err("it is not a type".to_owned());
    };
    match upgrade.into_iter().next().map(|scoped| scoped.operation) {
        Some(Operation::CreateTable(create)) => {
            create.table.columns.into_iter().next().map(|column| column.ty).ok_or_else(String::new)
        }
        _ => Err("it is not a type".to_owned()),
    }
}

/// Puts arguments into `{0:name|default}`.
fn filled(text: &str, args: &Arguments) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let field =
            rest[1..].split_once('}').filter(|(field, _)| field.starts_with(|c: char| c.is_ascii_digit()));
        let Some((field, after)) = field else {
            out.push('{');
            rest = &rest[1..];
            continue;
        };
        let (field, default) =
            field.split_once('|').map_or((field, None), |(field, default)| (field, Some(default)));
        let (position, name) = field.split_once(':').unwrap_or((field, ""));
        let position = position.parse().map_err(|_| format!("`{{{field}}}` names no argument"))?;
        match args.get(position, name) {
            None | Some(crate::eval::value::Value::None) => match default {
                Some(default) => out.push_str(default),
                None => {
                    if out.ends_with('(') && after.starts_with(')') {
                        out.pop();
                        rest = &after[1..];
                        continue;
                    }
                }
            },
            Some(value) => match format::str(value) {
                Some(text) if text.chars().all(|c| c.is_alphanumeric() || " _,.".contains(c)) => {
                    out.push_str(&text)
                }
                _ => return Err(format!("its argument is {}", value.what())),
            },
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::value::Value;

    fn args(positional: Vec<Value>, named: &[(&str, Value)]) -> Arguments {
        let named = named.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        Arguments { positional, named }
    }

    #[test]
    fn every_type_of_a_library_is_one() {
        let map = TypeMap::default();
        for (name, _) in LIBRARIES {
            for args in [Arguments::default(), args(vec![Value::Int(7)], &[])] {
                let found = map.get(name, &args).unwrap();
                assert!(found.is_ok(), "{name}: {found:?}");
            }
        }
        let of = |named: &[(&str, Value)]| {
            map.get("sqlmodel.AutoString", &args(Vec::new(), named)).unwrap().unwrap()
        };
        assert_eq!(of(&[("length", Value::Int(36))]), ColumnType::String { length: Some(36) });
        assert_eq!(of(&[]), ColumnType::String { length: None });
    }

    #[test]
    fn what_is_no_type_is_refused_by_name() {
        let own = [("app.GUID", "\"uuid\""), ("app.Odd", "\"oddity\"")];
        let own = own.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let faults = TypeMap::new(own).unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.name.as_str()).collect::<Vec<_>>(), ["app.Odd"]);
    }
}
