//! TOML under construction, and how it is laid out.

use std::fmt::Write;

/// How wide a line may be before an array is broken up.
const WIDTH: usize = 120;

/// A value.
#[derive(Debug, Clone)]
pub(in crate::script) enum Item {
    /// A value as TOML writes it.
    Bare(String),
    /// The author's SQL.
    Sql(String),
    /// An array.
    Array(Vec<Item>),
    /// An inline table.
    Table(Toml),
}

/// Keys and values, in order.
#[derive(Debug, Clone, Default)]
pub(in crate::script) struct Toml {
    entries: Vec<(String, Item, Layout)>,
}

/// Whether an array may stand on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::script) enum Layout {
    /// If it fits.
    Fit,
    /// One item a line, however short.
    Lines,
}

/// How the author's SQL is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::script) enum Texts {
    /// To the letter.
    AsWritten,
    /// Without what does not count: comments and spaces.
    Meaning,
}

impl Item {
    pub(in crate::script) fn text(text: &str) -> Self {
        Self::Bare(quoted(text))
    }

    pub(in crate::script) fn sql(sql: &crate::literal::RawSql) -> Self {
        Self::Sql(sql.as_str().to_owned())
    }

    pub(in crate::script) fn texts<T: ToString>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Array(texts.into_iter().map(|text| Self::text(&text.to_string())).collect())
    }

    fn inline(&self, out: &mut String, texts: Texts) {
        match self {
            Self::Bare(text) => out.push_str(text),
            Self::Sql(sql) => out.push_str(&sql_text(sql, texts)),
            Self::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    item.inline(out, texts);
                }
                out.push(']');
            }
            Self::Table(table) => {
                out.push('{');
                for (i, (key, item, _)) in table.entries.iter().enumerate() {
                    let _ = write!(out, "{} {key} = ", if i > 0 { "," } else { "" });
                    item.inline(out, texts);
                }
                out.push_str(" }");
            }
        }
    }
}

impl Toml {
    /// Starts with one key.
    pub(in crate::script) fn with(key: &str, item: Item) -> Self {
        Self::default().put(key, item)
    }

    /// Adds a key, which is quoted where it has to be.
    #[must_use]
    pub(in crate::script) fn put(mut self, name: &str, item: Item) -> Self {
        self.entries.push((key(name), item, Layout::Fit));
        self
    }

    /// Adds a key whose array is laid out in a way of its own.
    #[must_use]
    pub(in crate::script) fn put_as(mut self, layout: Layout, name: &str, item: Item) -> Self {
        self.entries.push((key(name), item, layout));
        self
    }

    /// Adds `name.part = item`.
    #[must_use]
    pub(in crate::script) fn dotted(mut self, name: &str, part: &str, item: Item) -> Self {
        self.entries.push((format!("{}.{}", key(name), key(part)), item, Layout::Fit));
        self
    }

    /// Adds a key if there is a value for it.
    #[must_use]
    pub(in crate::script) fn maybe(self, name: &str, item: Option<Item>) -> Self {
        match item {
            Some(item) => self.put(name, item),
            None => self,
        }
    }

    /// Adds `name = true` if the flag is on.
    #[must_use]
    pub(in crate::script) fn flag(self, name: &str, on: bool) -> Self {
        self.maybe(name, on.then(|| Item::Bare("true".to_owned())))
    }

    /// Adds an array unless it is empty.
    #[must_use]
    pub(in crate::script) fn list(self, name: &str, items: Vec<Item>) -> Self {
        self.maybe(name, (!items.is_empty()).then_some(Item::Array(items)))
    }

    /// Adds all the keys of another table.
    #[must_use]
    pub(in crate::script) fn and(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }

    /// Turns the keys into an inline table.
    pub(in crate::script) fn item(self) -> Item {
        Item::Table(self)
    }

    /// Prints the keys, one a line, arrays broken up where they are too long.
    pub(in crate::script) fn print(&self, out: &mut String, texts: Texts) {
        for (key, item, layout) in &self.entries {
            let mut line = format!("{key} = ");
            item.inline(&mut line, texts);
            let fits = !line.contains('\n') && line.chars().count() <= WIDTH && *layout == Layout::Fit;
            match item {
                Item::Array(items) if !fits && !items.is_empty() => {
                    let _ = writeln!(out, "{key} = [");
                    for item in items {
                        out.push_str("    ");
                        item.inline(out, texts);
                        out.push_str(",\n");
                    }
                    out.push_str("]\n");
                }
                _ => {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
        }
    }
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// Writes a text on one line, in double quotes.
pub(in crate::script) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        escape(c, &mut out);
    }
    out.push('"');
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Writes the author's SQL: on one line if it is one line, else as it stands between three quotes.
fn sql_text(sql: &str, texts: Texts) -> String {
    let sql = match texts {
        Texts::AsWritten => sql,
        Texts::Meaning => return quoted(&crate::script::checksum::meaning(sql)),
    };
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    if !sql.contains('\n') || !sql.chars().all(plain) {
        return quoted(sql);
    }
    if !sql.contains("'''") && !sql.ends_with('\'') {
        return format!("'''\n{sql}'''");
    }
    let mut out = String::from("\"\"\"\n");
    for c in sql.chars() {
        match c {
            '\n' => out.push('\n'),
            c => escape(c, &mut out),
        }
    }
    out.push_str("\"\"\"");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(toml: &str) -> String {
        let table: toml::Table = format!("a = {toml}").parse().unwrap();
        table["a"].as_str().unwrap().to_owned()
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "(?s)[\\PC\"'\\\\\n\r\t\u{0}\u{7f}]{0,30}") {
            prop_assert_eq!(read(&quoted(&text)), text.clone());
            prop_assert_eq!(read(&sql_text(&text, Texts::AsWritten)), text.clone());
            let table: toml::Table = format!("{} = 1", key(&text)).parse().unwrap();
            prop_assert_eq!(table.keys().next().unwrap(), &text);
        }
    }
}
