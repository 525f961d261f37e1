//! Doc comments that say what `table!` cannot: `/// limbeck: …` and `/// limbeck without: …`.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// One such comment.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) kind: NoteKind,
    /// The text behind the colon.
    pub(super) text: String,
    /// Where that stands, to the byte.
    pub(super) place: Place,
}

/// What a comment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoteKind {
    /// Keys and values, as TOML has them between braces.
    Has,
    /// Keys of what there is not to be.
    Without,
}

/// How such a comment begins.
const STARTS: [(&str, NoteKind); 2] = [("limbeck:", NoteKind::Has), ("limbeck without:", NoteKind::Without)];

/// Returns the comments among some attributes; others are for people.
///
/// # Errors
/// [`Code::FileSyntax`] for one that says nothing, or that is no comment of the form `///`, in which its place would not be known.
pub(super) fn notes(attributes: &[Attribute], path: &Path, text: &Arc<str>) -> Vec<Result<Note, Diagnostic>> {
    attributes.iter().filter_map(|attribute| note(attribute, path, text)).collect()
}

fn note(attribute: &Attribute, path: &Path, source: &Arc<str>) -> Option<Result<Note, Diagnostic>> {
    let said = doc(attribute)?;
    let (start, kind) = STARTS.into_iter().find(|(start, _)| said.trim_start().starts_with(start))?;
    let whole: Range<usize> = attribute.pound_token.spans[0].byte_range();
    let fault = |message: &str, hint: &str| {
        Diagnostic::new(Code::FileSyntax, message)
            .at(Place::new(path, source.clone(), whole.clone()))
            .hint(hint)
    };
    let written = source.get(whole.clone()).filter(|written| written.starts_with("///"));
    let Some((at, written)) = written.and_then(|written| Some((written.find(start)? + start.len(), written)))
    else {
        let hint = format!("write `/// {start} …`");
        return Some(Err(fault("what is meant for Limbeck stands in a comment of one line", &hint)));
    };
    let behind = &written[at..];
    let inner = behind.trim();
    if inner.is_empty() {
        let hint = "write for example `/// limbeck: default = \"x\", unique = true`, or `/// limbeck without: default`";
        return Some(Err(fault("this comment says nothing", hint)));
    }
    let from = whole.start + at + (behind.len() - behind.trim_start().len());
    let place = Place::new(path, source.clone(), from..from + inner.len());
    Some(Ok(Note { kind, text: inner.to_owned(), place }))
}

/// Returns the text of a doc comment.
fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
