//! Reads column types: `"decimal(10, 2)"`, `"integer[]"`, or a table for enums, native types and variants.

use std::collections::BTreeMap;
use std::str::FromStr;

use strum::IntoEnumIterator;
use toml::de::DeValue;

use crate::column_type::{ColumnType, TypeKind};
use crate::diagnostic::{Code, Diagnostic, nearest};

use super::{DIALECTS, Keys, Node};

/// The names that people know from databases, and what they are called here.
const KNOWN_ELSEWHERE: [(&str, &str); 24] = [
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("tinyint", "smallint"),
    ("bool", "boolean"),
    ("varchar", "string"),
    ("char", "string"),
    ("character varying", "string"),
    ("nvarchar", "unicode"),
    ("clob", "text"),
    ("real", "float"),
    ("float8", "double"),
    ("double precision", "double"),
    ("numeric", "decimal"),
    ("timestamp", "datetime"),
    ("timestamptz", "datetimetz"),
    ("blob", "binary"),
    ("bytea", "binary"),
    ("bytes", "binary"),
    ("varbinary", "binary"),
    ("serial", "integer"),
    ("bigserial", "bigint"),
    ("guid", "uuid"),
];

impl Node<'_> {
    /// Reads a column type.
    pub(super) fn column_type(&self) -> Option<ColumnType> {
        match self.value() {
            DeValue::String(text) => {
                parse(text).map_err(|why| self.reader.report(why.at(self.reader.place(self.span())))).ok()
            }
            DeValue::Table(_) => self.table().and_then(of_table),
            _ => {
                self.must_be("a type");
                None
            }
        }
    }
}

/// Reads the text form of a type. The fault has no place.
fn parse(text: &str) -> Result<ColumnType, Diagnostic> {
    if let Some(item) = text.trim_end().strip_suffix("[]") {
        return Ok(ColumnType::Array(Box::new(parse(item)?)));
    }
    let (name, arguments) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), Some(arguments(text, rest)?)),
        None => (text.trim(), None),
    };
    let kind = TypeKind::from_str(name).map_err(|_| unknown(name))?;
    let takes = |most: usize| match arguments.as_deref() {
        Some(given) if given.len() > most => Err(Diagnostic::new(
            Code::BadType,
            match most {
                0 => format!("type `{name}` takes no arguments"),
                1 => format!("type `{name}` takes one argument"),
                _ => format!("type `{name}` takes {most} arguments"),
            },
        )),
        given => Ok((
            given.and_then(|given| given.first().copied()),
            given.and_then(|given| given.get(1).copied()),
        )),
    };
    let positive = |(length, _): (Option<u32>, Option<u32>)| match length {
        Some(0) => {
            Err(Diagnostic::new(Code::BadType, format!("the argument of type `{name}` must be at least 1")))
        }
        length => Ok(length),
    };
    let plain = |ty: ColumnType| takes(0).map(|_| ty);
    let as_table = |form: &str| {
        Diagnostic::new(Code::BadType, format!("type `{name}` is written as a table"))
            .hint(format!("write `{form}`"))
    };
    match kind {
        TypeKind::Smallint => plain(ColumnType::Smallint),
        TypeKind::Integer => plain(ColumnType::Integer),
        TypeKind::Bigint => plain(ColumnType::Bigint),
        TypeKind::Boolean => plain(ColumnType::Boolean),
        TypeKind::String => Ok(ColumnType::String { length: positive(takes(1)?)? }),
        TypeKind::Text => plain(ColumnType::Text),
        TypeKind::Unicode => Ok(ColumnType::Unicode { length: positive(takes(1)?)? }),
        TypeKind::Float => Ok(ColumnType::Float { precision: positive(takes(1)?)? }),
        TypeKind::Double => plain(ColumnType::Double),
        TypeKind::Decimal => {
            let (precision, scale) = takes(2)?;
            Ok(ColumnType::Decimal { precision: positive((precision, None))?, scale })
        }
        TypeKind::Date => plain(ColumnType::Date),
        TypeKind::Time => plain(ColumnType::Time),
        TypeKind::Datetime => plain(ColumnType::Datetime),
        TypeKind::Datetimetz => plain(ColumnType::Datetimetz),
        TypeKind::Interval => plain(ColumnType::Interval),
        TypeKind::Binary => Ok(ColumnType::Binary { length: positive(takes(1)?)? }),
        TypeKind::Json => plain(ColumnType::Json),
        TypeKind::Uuid => plain(ColumnType::Uuid),
        TypeKind::Enum => Err(as_table("{ enum = [\"…\"], name = \"…\" }")),
        TypeKind::Array => Err(as_table("{ array = \"integer\" }")),
        TypeKind::Native => Err(as_table("{ native = \"…\" }")),
        TypeKind::Variant => Err(unknown(name)),
    }
}

fn arguments(text: &str, rest: &str) -> Result<Vec<u32>, Diagnostic> {
    let fault = || {
        Diagnostic::new(
            Code::BadType,
            format!("the arguments of type `{text}` must be whole numbers in parentheses"),
        )
    };
    let inner = rest.trim_end().strip_suffix(')').ok_or_else(fault)?;
    inner.split(',').map(|number| number.trim().parse().map_err(|_| fault())).collect()
}

fn unknown(name: &str) -> Diagnostic {
    let fault = Diagnostic::new(Code::BadType, format!("unknown type `{name}`"));
    let lower = name.to_lowercase();
    if let Some((_, here)) = KNOWN_ELSEWHERE.iter().find(|(elsewhere, _)| *elsewhere == lower) {
        return fault.hint(format!("here it is called `{here}`"));
    }
    let names: Vec<&'static str> =
        TypeKind::iter().filter(|kind| *kind != TypeKind::Variant).map(Into::into).collect();
    match nearest(name, names) {
        Some(near) => fault.hint(format!("a type with a similar name exists: `{near}`")),
        None => fault.hint(format!("a type of the database's own is written `{{ native = \"{name}\" }}`")),
    }
}

/// Reads the table form of a type.
fn of_table(mut keys: Keys<'_>) -> Option<ColumnType> {
    let forms = ["enum", "native", "array", "base"];
    let found: Vec<&str> = forms.into_iter().filter(|form| keys.has(form)).collect();
    let [form] = found[..] else {
        keys.reader.fault(
            Code::BadType,
            keys.span(),
            format!("{} must have one of `enum`, `native`, `array` and `base`", keys.owner()),
        );
        return None;
    };
    let ty = match form {
        "enum" => {
            let node = keys.need("enum")?;
            match node.value() {
                DeValue::String(_) => {
                    node.table_name().map(|name| ColumnType::Enum { name: Some(name), values: Vec::new() })
                }
                _ => {
                    let values = node.values();
                    let name = keys.optional("name", Node::table_name);
                    name.and_then(|name| Some(ColumnType::Enum { name, values: values? }))
                }
            }
        }
        "native" => keys.required("native", Node::native),
        "array" => keys.required("array", Node::column_type).map(|item| ColumnType::Array(Box::new(item))),
        _ => {
            let base = keys.required("base", Node::column_type);
            let mut variants = Some(BTreeMap::new());
            for dialect in DIALECTS {
                match keys.optional(dialect, Node::column_type) {
                    Some(Some(ty)) => {
                        variants.iter_mut().for_each(|all| drop(all.insert(dialect.to_owned(), ty.clone())))
                    }
                    Some(None) => {}
                    None => variants = None,
                }
            }
            base.and_then(|base| Some(ColumnType::Variant { base: Box::new(base), variants: variants? }))
        }
    };
    keys.finish();
    ty
}
