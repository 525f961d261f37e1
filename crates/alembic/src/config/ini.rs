//! Reads the form of `alembic.ini`, which is that of Python's `configparser`, with its interpolation.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};

/// How deep values may refer to each other, as in `configparser`.
const DEPTH: usize = 10;

/// The sections of a file, with values as written.
pub(super) struct Ini {
    path: PathBuf,
    /// The text with passwords in URLs made unreadable, byte for byte, so that no message shows one.
    shown: Arc<str>,
    sections: BTreeMap<String, BTreeMap<String, Raw>>,
    here: String,
}

/// A value before interpolation.
#[derive(Debug, Clone)]
struct Raw {
    text: String,
    span: Range<usize>,
}

impl Ini {
    /// Reads a text. `here` is the directory that `%(here)s` stands for.
    ///
    /// # Errors
    /// [`Code::ConfigSyntax`] for the first line that is neither a section, a value, a continuation nor a comment, and for
    /// a section or key that is given twice.
    pub(super) fn parse(path: &Path, text: &str, here: &Path) -> Result<Self, Diagnostic> {
        let mut ini = Self {
            path: path.to_owned(),
            shown: Arc::from(masked(text)),
            sections: BTreeMap::new(),
            here: here.display().to_string().replace('\\', "/"),
        };
        let mut section: Option<String> = None;
        let mut open: Option<(String, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let span = at..at + line.trim_end().len();
            at += line.len();
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                // An empty line may stand inside a value; a comment may too.
                if let (true, Some((key, _)), Some(section)) = (trimmed.is_empty(), &open, &section) {
                    ini.value_mut(section, key).text.push('\n');
                }
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            if let (Some((key, base)), Some(section)) = (&open, &section)
                && indent > *base
            {
                let value = ini.value_mut(section, key);
                value.text.push('\n');
                value.text.push_str(trimmed);
                value.span.end = span.end;
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                open = None;
                let name = name.0.to_owned();
                if name != "DEFAULT" && ini.sections.contains_key(&name) {
                    return Err(ini.syntax(span, format!("the section `[{name}]` is given twice")));
                }
                ini.sections.entry(name.clone()).or_default();
                section = Some(name);
                continue;
            }
            let Some(into) = section.clone() else {
                return Err(ini.syntax(span, "a value stands before any section".to_owned()));
            };
            let Some(mark) = trimmed.find(['=', ':']) else {
                return Err(ini.syntax(span, "neither `key = value` nor a section nor a comment".to_owned()));
            };
            let key = trimmed[..mark].trim_end().to_lowercase();
            let value = trimmed[mark + 1..].trim();
            let start = span.end - value.len();
            let values = ini.sections.entry(into.clone()).or_default();
            if values.contains_key(&key) {
                return Err(ini.syntax(span, format!("`{key}` is given twice in `[{into}]`")));
            }
            values.insert(key.clone(), Raw { text: value.to_owned(), span: start..span.end });
            open = Some((key, indent));
        }
        for value in ini.sections.values_mut().flat_map(BTreeMap::values_mut) {
            value.text.truncate(value.text.trim_end().len());
        }
        Ok(ini)
    }

    fn value_mut(&mut self, section: &str, key: &str) -> &mut Raw {
        let value = self.sections.get_mut(section).and_then(|values| values.get_mut(key));
        value.expect("an open value was put there before")
    }

    fn syntax(&self, span: Range<usize>, message: String) -> Diagnostic {
        Diagnostic::new(Code::ConfigSyntax, message).at(self.place(span))
    }

    /// Returns the names of the sections that are not `[DEFAULT]`.
    pub(super) fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().map(String::as_str).filter(|name| *name != "DEFAULT")
    }

    /// Says whether the file has the section.
    pub(super) fn has_section(&self, name: &str) -> bool {
        self.sections.contains_key(name)
    }

    /// Returns where something stands.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.path.clone(), self.shown.clone(), span)
    }

    /// Returns a value with all that it refers to put in; one that is empty counts as absent.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when it refers to what is not there, or to itself.
    pub(super) fn get(&self, section: &str, key: &str) -> Result<Option<(String, Place)>, Diagnostic> {
        let Some(raw) = self.raw(section, key) else { return Ok(None) };
        let place = self.place(raw.span.clone());
        let text = self.interpolate(section, &raw.text, 0).map_err(|message| {
            Diagnostic::new(Code::ConfigInvalid, format!("`{key}`: {message}")).at(place.clone())
        })?;
        Ok(Some((text, place)).filter(|(text, _)| !text.is_empty()))
    }

    fn raw(&self, section: &str, key: &str) -> Option<&Raw> {
        let within = |name: &str| self.sections.get(name).and_then(|values| values.get(key));
        within(section).or_else(|| within("DEFAULT"))
    }

    fn interpolate(&self, section: &str, text: &str, depth: usize) -> Result<String, String> {
        if depth > DEPTH {
            return Err("values refer to each other without end".to_owned());
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                out.push('%');
                rest = after;
            } else if let Some((name, after)) =
                rest.strip_prefix('(').and_then(|inner| inner.split_once(")s"))
            {
                let name = name.to_lowercase();
                match self.raw(section, &name) {
                    Some(raw) => out.push_str(&self.interpolate(section, &raw.text, depth + 1)?),
                    None if name == "here" => out.push_str(&self.here),
                    None => return Err(format!("`%({name})s` stands for nothing here")),
                }
                rest = after;
            } else {
                return Err(
                    "a `%` must be followed by `%` or `(name)s`; write `%%` for the sign itself".into()
                );
            }
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Puts stars in the place of passwords in URLs, each byte by one, so that places stay where they are.
fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(start) = line.find("://").map(|found| found + 3)
            && let Some(end) = line.rfind('@').filter(|end| *end > start)
            && let Some(colon) = line[start..end].find(':')
        {
            bytes[at + start + colon + 1..at + end].fill(b'*');
        }
        at += line.len();
    }
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ini(text: &str) -> Result<Ini, Diagnostic> {
        Ini::parse(Path::new("alembic.ini"), text, Path::new("/srv/app"))
    }

    fn get(text: &str, key: &str) -> Option<String> {
        ini(text).unwrap().get("alembic", key).unwrap().map(|(value, _)| value)
    }

    #[test]
    fn values_refer_to_here_to_each_other_and_to_the_default_section() {
        let text = "[DEFAULT]\nbase = %(here)s/db\n[alembic]\n# a comment\nscript_location: %(base)s/m\nfile_template = %%(rev)s\nempty =\n";
        assert_eq!(get(text, "script_location").as_deref(), Some("/srv/app/db/m"));
        assert_eq!(get(text, "file_template").as_deref(), Some("%(rev)s"));
        assert_eq!(get(text, "empty"), None);
        assert_eq!(get(text, "absent"), None);
    }

    #[test]
    fn a_value_goes_on_where_lines_are_indented() {
        let text = "[alembic]\nversion_locations =\n    a\n    # not b\n    c\nnext = d\n";
        assert_eq!(get(text, "version_locations").as_deref(), Some("\na\nc"));
        assert_eq!(get(text, "next").as_deref(), Some("d"));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (text, line) in
            [("a = 1\n", 1), ("[a]\n\nx\n", 3), ("[a]\nx=1\nX=2\n", 3), ("[a]\n[b]\n[a]\n", 3)]
        {
            let Err(fault) = ini(text) else { panic!("{text}") };
            assert_eq!((fault.code, fault.places[0].line()), (Code::ConfigSyntax, Some(line)), "{text}");
        }
        for text in ["[alembic]\nx = %(nowhere)s\n", "[alembic]\nx = %(x)s\n", "[alembic]\nx = 5%\n"] {
            let fault = ini(text).unwrap().get("alembic", "x").unwrap_err();
            assert_eq!((fault.code, fault.places[0].line()), (Code::ConfigInvalid, Some(2)), "{text}");
        }
    }

    #[test]
    fn no_place_shows_a_password() {
        let text = "[alembic]\nsqlalchemy.url = postgresql://me:s3cr@t@host/db\n";
        let (value, place) = ini(text).unwrap().get("alembic", "sqlalchemy.url").unwrap().unwrap();
        assert!(value.contains("s3cr@t") && !place.source.contains("s3cr"), "{}", place.source);
        assert_eq!(place.source.len(), text.len());
    }
}
