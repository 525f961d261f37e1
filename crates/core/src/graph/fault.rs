//! Where in a header a fault of the graph lies, and the faults as diagnostics.

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::revision::RevisionHeader;

/// The key of a header that a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeaderKey {
    /// `revision`.
    Revision,
    /// `down_revision`.
    DownRevision,
    /// `depends_on`.
    DependsOn,
    /// `branch_labels`.
    BranchLabels,
}

impl HeaderKey {
    /// Returns the key as written in a migration file.
    pub fn as_str(self) -> &'static str {
        match self {
            HeaderKey::Revision => "revision",
            HeaderKey::DownRevision => "down_revision",
            HeaderKey::DependsOn => "depends_on",
            HeaderKey::BranchLabels => "branch_labels",
        }
    }
}

/// Finds the place of a value of a header, for who has the text of its file: header, key, and the value as written.
pub type Locate<'a> = &'a dyn Fn(&RevisionHeader, HeaderKey, &str) -> Option<Place>;

/// Points at the file as a whole, when the header was read from one.
pub(super) fn whole_file(header: &RevisionHeader, _key: HeaderKey, _value: &str) -> Option<Place> {
    header.path.as_ref().map(Place::file)
}

/// Characters that targets give a meaning to, so that no id may hold them. The same as Alembic's.
const RESERVED_IN_IDS: &[char] = &['@', '-', '+', ':'];

/// Words that targets give a meaning to.
const RESERVED_WORDS: &[&str] = &["head", "heads", "base"];

/// Says why no target could name such an id; `None` when one could.
pub(super) fn id_fault(id: &str) -> Option<Diagnostic> {
    name_fault("revision id", id, |id| id.chars().find(|c| RESERVED_IN_IDS.contains(c)))
}

/// Says why no target could name such a label; `None` when one could.
///
/// Unlike an id, a label may hold `-` and `+` unless a digit follows: Alembic does not look at labels, and
/// `shopping-cart@head` works there, while `stage-2@head` is read as two below `stage`.
pub(super) fn label_fault(label: &str) -> Option<Diagnostic> {
    name_fault("branch label", label, |label| {
        let next = label.chars().skip(1).map(Some).chain([None]);
        label.chars().zip(next).find_map(|(c, next)| {
            let reserved = match c {
                '@' | ':' => true,
                '-' | '+' => next.is_some_and(|n| n.is_ascii_digit()),
                _ => false,
            };
            reserved.then_some(c)
        })
    })
}

fn name_fault(what: &str, name: &str, reserved: impl Fn(&str) -> Option<char>) -> Option<Diagnostic> {
    let fault = |message: String| Diagnostic::new(Code::BadRevisionId, message);
    if name.is_empty() {
        return Some(fault(format!("a {what} is empty")));
    }
    if RESERVED_WORDS.contains(&name) {
        return Some(
            fault(format!("`{name}` cannot be a {what}"))
                .hint("targets give `head`, `heads` and `base` a meaning of their own"),
        );
    }
    let c = reserved(name)?;
    Some(
        fault(format!("the {what} `{name}` holds the character `{c}`"))
            .hint("targets give `@`, `-`, `+` and `:` a meaning of their own"),
    )
}

#[cfg(test)]
mod tests {
    use super::{id_fault, label_fault};

    #[test]
    fn a_name_is_refused_when_no_target_could_name_it() {
        for bad in ["", "head", "heads", "base", "a@b", "a:b", "a-1", "+7"] {
            assert!(id_fault(bad).is_some() && label_fault(bad).is_some(), "{bad}");
        }
        for good in ["a", "1975ea83b712", "we\"ird", "it's", "Größe", "1.2.0", "current"] {
            assert!(id_fault(good).is_none() && label_fault(good).is_none(), "{good}");
        }
    }

    #[test]
    fn a_label_may_hold_a_hyphen_where_an_id_may_not() {
        assert!(label_fault("shopping-cart").is_none());
        assert!(id_fault("shopping-cart").is_some());
    }
}
