//! How the files of new revisions are called.

use std::fmt::Write;

/// A pattern for file names, without the ending: `{revision}_{slug}`.
///
/// The fields are those of Alembic's `file_template`: `revision`, `slug`, `year`, `month`, `day`, `hour`, `minute`,
/// `second` and `epoch`. `{{` and `}}` stand for the braces themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTemplate(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(&'static str),
}

/// What the fields of a [`FileTemplate`] stand for.
#[derive(Debug, Clone, Copy)]
pub struct TemplateFields<'a> {
    /// The id of the revision.
    pub revision: &'a str,
    /// The message, made fit for a file name by [`slug`](crate::project::slug).
    pub slug: &'a str,
    /// When the revision was made: year, month, day, hour, minute, second.
    pub date: [i64; 6],
    /// The same, in seconds since 1970.
    pub epoch: i64,
}

/// The fields, the dated ones in the order of [`TemplateFields::date`].
const FIELDS: [&str; 9] = ["year", "month", "day", "hour", "minute", "second", "revision", "slug", "epoch"];

impl FileTemplate {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong, in one sentence: an unknown field, a brace without its other half, a slash, or no field that
    /// tells two revisions apart.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..];
            if brace.starts_with("{{") || brace.starts_with("}}") {
                plain.push_str(&brace[..1]);
                rest = &brace[2..];
                continue;
            }
            let (true, Some(end)) = (brace.starts_with('{'), brace.find('}')) else {
                return Err("a brace without its other half".to_owned());
            };
            let name = &brace[1..end];
            let Some(field) = FIELDS.into_iter().find(|field| *field == name) else {
                return Err(format!("unknown field `{{{name}}}`; there are {}", all_fields()));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Field(field));
            rest = &brace[end + 1..];
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        if text.contains(['/', '\\']) {
            return Err("a file name holds no slash".to_owned());
        }
        if !parts.iter().any(|part| matches!(part, Part::Field("revision" | "slug" | "epoch"))) {
            return Err("without `{revision}` or `{slug}` all files would be called the same".to_owned());
        }
        Ok(Self(parts))
    }

    /// Puts the fields in. Numbers other than the year and the epoch have two digits.
    pub fn render(&self, fields: &TemplateFields<'_>) -> String {
        let mut name = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => name.push_str(text),
                Part::Field("revision") => name.push_str(fields.revision),
                Part::Field("slug") => name.push_str(fields.slug),
                Part::Field("epoch") => push(&mut name, format_args!("{}", fields.epoch)),
                Part::Field("year") => push(&mut name, format_args!("{:04}", fields.date[0])),
                Part::Field(dated) => {
                    let at = FIELDS.iter().position(|field| field == dated).unwrap_or_default();
                    push(&mut name, format_args!("{:02}", fields.date[at]));
                }
            }
        }
        name
    }
}

impl Default for FileTemplate {
    fn default() -> Self {
        Self(vec![Part::Field("revision"), Part::Text("_".to_owned()), Part::Field("slug")])
    }
}

fn push(name: &mut String, text: std::fmt::Arguments<'_>) {
    name.write_fmt(text).expect("writing to a string does not fail");
}

fn all_fields() -> String {
    FIELDS.map(|field| format!("`{{{field}}}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::{FileTemplate, TemplateFields};

    const FIELDS: TemplateFields<'_> = TemplateFields {
        revision: "ae1027a6acf0",
        slug: "add_a_column",
        date: [2026, 1, 2, 3, 4, 5],
        epoch: 1767322000,
    };

    #[test]
    fn every_field_is_put_in() {
        let template = "{year}{month}{day}-{hour}{minute}{second}_{epoch}_{revision}_{slug}{{x}}";
        let name = FileTemplate::parse(template).unwrap().render(&FIELDS);
        assert_eq!(name, "20260102-030405_1767322000_ae1027a6acf0_add_a_column{x}");
        assert_eq!(FileTemplate::default(), FileTemplate::parse("{revision}_{slug}").unwrap());
    }

    #[test]
    fn a_template_that_cannot_work_is_refused() {
        for broken in ["{rev}", "{revision", "revision}", "{year}", "a/{revision}", ""] {
            assert!(FileTemplate::parse(broken).is_err(), "{broken}");
        }
    }
}
