//! The header of a script: `revision`, `down_revision`, `depends_on`, `branch_labels`, and the docstring.

use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::revision::{RevisionHeader, RevisionId};
use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::literal::{Constants, Literal};

/// Reads the header of a script's text. Only what stands before the first function or class is parsed, if that is enough.
///
/// # Errors
/// [`Code::FileSyntax`] when it is no Python, [`Code::MissingKey`] without a `revision`, [`Code::BadValue`] when a value is
/// computed or of the wrong type.
pub fn parse_header(path: &Path, text: &Arc<str>) -> Result<RevisionHeader, Diagnostic> {
    let head = head(text);
    if let Ok(parsed) = ruff_python_parser::parse_module(head)
        && let Ok(header) = read(path, text, parsed.syntax())
        && (head.len() == text.len() || parsed.syntax().body.iter().any(|s| binds(s, "down_revision")))
    {
        return Ok(header);
    }
    let parsed = ruff_python_parser::parse_module(text).map_err(|error| syntax(path, text, &error))?;
    read(path, text, parsed.syntax())
}

/// Reports that a script is no Python.
pub(crate) fn syntax(path: &Path, text: &Arc<str>, error: &ruff_python_parser::ParseError) -> Diagnostic {
    Diagnostic::new(Code::FileSyntax, format!("not valid Python: {}", error.error)).at(place(
        path,
        text,
        error.location,
    ))
}

fn place(path: &Path, text: &Arc<str>, range: TextRange) -> Place {
    Place::new(path, text.clone(), range.start().to_usize()..range.end().to_usize())
}

/// Returns what stands before the first line that opens a function, class or decorator.
fn head(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if ["def ", "class ", "@", "async def ", "if ", "for ", "try:"]
            .iter()
            .any(|word| line.starts_with(word))
        {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// Returns the value of an assignment to a name.
fn bound<'a>(statement: &'a Stmt, name: &str) -> Option<&'a Expr> {
    let is = |target: &Expr| matches!(target, Expr::Name(found) if found.id.as_str() == name);
    match statement {
        Stmt::Assign(assign) if assign.targets.iter().any(is) => Some(&assign.value),
        Stmt::AnnAssign(assign) if is(&assign.target) => assign.value.as_deref(),
        _ => None,
    }
}

fn binds(statement: &Stmt, name: &str) -> bool {
    bound(statement, name).is_some()
}

fn read(path: &Path, text: &Arc<str>, module: &ModModule) -> Result<RevisionHeader, Diagnostic> {
    let constants = Constants::of(&module.body);
    let ids = |name: &str| -> Result<Vec<String>, Diagnostic> {
        let Some(value) = module.body.iter().rev().find_map(|statement| bound(statement, name)) else {
            return Ok(Vec::new());
        };
        let fault = |message: String| {
            Diagnostic::new(Code::BadValue, message)
                .at(place(path, text, value.range()))
                .hint("write it as a literal: a string, a tuple of strings, or `None`")
        };
        let wrong = || fault(format!("`{name}` must be a string, a tuple of strings, or `None`"));
        let one = |literal: Literal| match literal {
            Literal::Text(text) => Ok(text),
            _ => Err(wrong()),
        };
        // An empty string is no id; Alembic takes it for none.
        match constants.eval(value).ok_or_else(|| fault(format!("`{name}` is computed")))? {
            Literal::None => Ok(Vec::new()),
            Literal::Text(text) if text.is_empty() => Ok(Vec::new()),
            Literal::Text(text) => Ok(vec![text]),
            Literal::List(items) => items.into_iter().map(one).collect(),
        }
    };
    let [revision] = &ids("revision")?[..] else {
        let message = "the script does not say which `revision` it is";
        return Err(Diagnostic::new(Code::MissingKey, message)
            .at(Place::file(path))
            .hint("write `revision = \"…\"` at its top, or move the file out of the version locations"));
    };
    let parents = ids("down_revision")?.into_iter().map(RevisionId::new);
    let mut header = RevisionHeader::new(RevisionId::new(revision.as_str()), parents);
    header.depends_on = ids("depends_on")?;
    header.branch_labels = ids("branch_labels")?;
    header.path = Some(path.to_owned());
    if let Some(doc) = docstring(module) {
        header.message = doc.split("\n\n").next().unwrap_or_default().trim().to_owned();
        let date = doc.lines().find_map(|line| line.trim().strip_prefix("Create Date:"));
        header.create_date = date.map(|date| date.trim().to_owned()).filter(|date| !date.is_empty());
    }
    Ok(header)
}

fn docstring(module: &ModModule) -> Option<String> {
    match module.body.first()? {
        Stmt::Expr(first) => match &*first.value {
            Expr::StringLiteral(text) => Some(text.value.to_str().replace("\r\n", "\n")),
            _ => None,
        },
        _ => None,
    }
}

/// Finds where a header says something: at `value` under `key`, or at the whole value of the key.
pub(super) fn header_place(path: &Path, text: &Arc<str>, key: &str, value: &str) -> Option<Place> {
    let parsed = ruff_python_parser::parse_module(text).ok()?;
    let found = parsed.syntax().body.iter().rev().find_map(|statement| bound(statement, key))?;
    let items = match found {
        Expr::Tuple(items) => &items.elts[..],
        Expr::List(items) => &items.elts[..],
        _ => &[],
    };
    let same = |item: &&Expr| matches!(item, Expr::StringLiteral(text) if text.value.to_str() == value);
    Some(place(path, text, items.iter().find(same).unwrap_or(found).range()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<RevisionHeader, Diagnostic> {
        parse_header(Path::new("a.py"), &Arc::from(text))
    }

    #[test]
    fn a_header_is_read_with_its_docstring_and_nothing_below_is_looked_at() {
        let text = "\"\"\"add cart\n\nRevision ID: b\nCreate Date: 2026-11-22 10:00:00\n\"\"\"\nfrom alembic import op\nrevision: str = 'b'\ndown_revision: Union[str, None] = 'a'\nbranch_labels = ('cart',)\ndepends_on = None\n\ndef upgrade():\n    this is no Python\n";
        let header = header(text).unwrap();
        assert_eq!((header.revision.as_str(), header.message.as_str()), ("b", "add cart"));
        assert_eq!(header.down_revision, ["a".into()]);
        assert_eq!(header.branch_labels, ["cart"]);
        assert_eq!(header.create_date.as_deref(), Some("2026-11-22 10:00:00"));
    }

    #[test]
    fn odd_but_real_headers_mean_what_they_mean_in_alembic() {
        let header = |text: &str| header(text).unwrap();
        let odd = header("revision='a'\ndown_revision=()\ndepends_on = \"\"\nbranch_labels = \"None\"\n");
        assert!(odd.down_revision.is_empty() && odd.depends_on.is_empty());
        assert_eq!(odd.branch_labels, ["None"]);
        let merge = header("BASE = 'a'\nrevision = BASE + '1'\ndown_revision = [BASE, 'b']\n");
        assert_eq!(merge.revision.as_str(), "a1");
        assert_eq!(merge.down_revision, ["a".into(), "b".into()]);
        let late = header("def helper():\n    pass\n\nrevision = 'c'\ndown_revision = 'b'\n");
        assert_eq!(late.down_revision, ["b".into()]);
    }

    #[test]
    fn what_is_missing_computed_or_mistyped_says_where() {
        let fault = |text: &str| {
            let fault = header(text).unwrap_err();
            (fault.code, fault.places[0].line())
        };
        assert_eq!(fault("x = 1\n"), (Code::MissingKey, None));
        assert_eq!(fault("revision = 'a'\ndown_revision = make()\n"), (Code::BadValue, Some(2)));
        assert_eq!(fault("revision = 'a'\ndown_revision = (1,)\n"), (Code::BadValue, Some(2)));
        assert_eq!(fault("revision = 'a'\n)\n"), (Code::FileSyntax, Some(2)));
    }
}
