//! Why there is no way to a target: a variant for each thing that a person can do differently.

use crate::diagnostic::{Code, Diagnostic};
use crate::revision::RevisionId;

/// A target that cannot be resolved or reached, or a new revision that cannot be added.
///
/// `similar` is the nearest known name, when one is near enough to be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The text is no target, or makes no sense for this command.
    #[error("`{target}` is not a target: {reason}")]
    BadTarget {
        /// The target as written.
        target: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No revision or branch label has that name or starts with it.
    #[error("no revision or branch `{name}`")]
    NoSuchRevision {
        /// The name as written.
        name: String,
        /// A known name that is near.
        similar: Option<String>,
    },
    /// The part before `@` names no branch.
    #[error("no branch `{label}`")]
    NoSuchBranch {
        /// The label as written.
        label: String,
        /// A known name that is near.
        similar: Option<String>,
    },
    /// Several ids or labels start with the name.
    #[error("several revisions start with `{prefix}`: {}", list(matches))]
    Ambiguous {
        /// The name as written.
        prefix: String,
        /// All that start with it, ids before labels.
        matches: Vec<String>,
    },
    /// The revision is not on the branch before `@`.
    #[error("revision `{revision}` is not on branch `{label}`")]
    NotOnBranch {
        /// The revision found.
        revision: RevisionId,
        /// The branch as written.
        label: String,
    },
    /// One revision was asked for and there are several heads.
    #[error("`{target}` means several heads: {}", list(heads))]
    MultipleHeads {
        /// The target as written.
        target: String,
        /// The heads that it could mean.
        heads: Vec<RevisionId>,
    },
    /// A relative target counts from where the database is, and it is at several heads.
    #[error("`{target}` could count from any of {}", list(heads))]
    AmbiguousStart {
        /// The target as written.
        target: String,
        /// The heads of the database that it could count from.
        heads: Vec<RevisionId>,
    },
    /// A relative target comes to a place where the history branches.
    #[error("`{target}` could go to any of {}", list(ways))]
    AmbiguousWalk {
        /// The target as written.
        target: String,
        /// The revisions to choose from.
        ways: Vec<RevisionId>,
    },
    /// A relative target leads past the end of the history, or counts from nothing.
    #[error("`{target}` leads past the end of the history")]
    TooFar {
        /// The target as written.
        target: String,
    },
    /// The lower end of a range is no ancestor of the upper end.
    #[error("revision `{lower}` is not an ancestor of `{upper}`")]
    NotAnAncestor {
        /// The lower end.
        lower: String,
        /// The upper end.
        upper: String,
    },
    /// A downgrade to a revision that is not applied, so that there is nothing to undo.
    #[error("`{target}` is not applied, so nothing can be downgraded to it")]
    NotApplied {
        /// The target as written.
        target: String,
        /// Where the database is.
        heads: Vec<RevisionId>,
    },
    /// A downgrade to a revision from which the given branch does not start.
    #[error("branch `{label}` does not go through what follows `{target}`")]
    NothingOnBranch {
        /// The target as written.
        target: String,
        /// The branch as written.
        label: String,
    },
    /// Revisions asked for together, or rows of the version table, include each other.
    #[error("revision `{revision}` is already included in {}", list(others))]
    Overlapping {
        /// The revision that is too many.
        revision: RevisionId,
        /// Those that include it.
        others: Vec<RevisionId>,
    },
    /// A row of the version table names a revision that the history does not have.
    #[error("the database is at revision `{revision}`, which is not in the history")]
    UnknownDatabaseRevision {
        /// The row.
        revision: RevisionId,
        /// A known id that is near.
        similar: Option<RevisionId>,
    },
    /// A row of the version table names a revision that was squashed into another one before the database was past it.
    #[error("the database is at revision `{revision}`, which was squashed into `{into}`")]
    Squashed {
        /// The row.
        revision: RevisionId,
        /// What it was squashed into.
        into: RevisionId,
    },
    /// A new revision would follow one that is not a head.
    #[error("revision `{revision}` is not a head")]
    NotAHead {
        /// The revision that something already follows.
        revision: RevisionId,
    },
    /// A new revision would follow the same revision twice.
    #[error("revision `{revision}` is given twice")]
    GivenTwice {
        /// The revision.
        revision: RevisionId,
    },
    /// A merge of fewer than two revisions.
    #[error("a merge needs at least two revisions, and there is {}", if heads.is_empty() { "none".to_owned() } else { format!("only {}", list(heads)) })]
    NothingToMerge {
        /// What was found, at most one.
        heads: Vec<RevisionId>,
    },
    /// The id of a new revision is taken.
    #[error("revision `{revision}` already exists")]
    RevisionExists {
        /// The id.
        revision: RevisionId,
    },
    /// A branch label of a new revision is taken.
    #[error("branch label `{label}` is already used by revision `{by}`")]
    LabelTaken {
        /// The label.
        label: String,
        /// The revision with that label, or with that id.
        by: RevisionId,
    },
    /// The id or a label of a new revision could not be named by a target.
    #[error("{fault}")]
    BadName {
        /// What is wrong with the name, and what to do.
        fault: Box<Diagnostic>,
    },
}

fn list<T: std::fmt::Display>(names: &[T]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}

impl From<RouteError> for Diagnostic {
    fn from(error: RouteError) -> Self {
        let message = error.to_string();
        let of = |code| Diagnostic::new(code, message);
        let near = |fault: Diagnostic, similar: Option<&str>, or: &str| match similar {
            Some(name) => fault.hint(format!("a revision or branch with a similar name exists: `{name}`")),
            None if or.is_empty() => fault,
            None => fault.hint(or),
        };
        match error {
            RouteError::BadTarget { .. } => of(Code::BadTarget)
                .hint("a target is an id, `head`, `heads`, `base`, `+N`, `-N`, `REV+N`, or one of them after `LABEL@`"),
            RouteError::NoSuchRevision { similar, .. } | RouteError::NoSuchBranch { similar, .. } => {
                near(of(Code::NoSuchRevision), similar.as_deref(), "`limbeck history` lists the revisions")
            }
            RouteError::Ambiguous { .. } => of(Code::AmbiguousRevision).hint("write more of the id"),
            RouteError::NotOnBranch { .. } => {
                of(Code::NoSuchRevision).hint("`limbeck branches` shows where the branches part")
            }
            RouteError::MultipleHeads { .. } => of(Code::MultipleHeads)
                .hint("name one of them, narrow it with `LABEL@head`, write `heads` for all, or run `limbeck merge heads`"),
            RouteError::AmbiguousStart { .. } => {
                of(Code::BadRelativeTarget).hint("say which branch, as in `LABEL@-1` or `LABEL@+1`, or name the revision")
            }
            RouteError::AmbiguousWalk { .. } => {
                of(Code::BadRelativeTarget).hint("name the revision, or the branch, as in `LABEL@+1`")
            }
            RouteError::TooFar { .. } => {
                of(Code::BadRelativeTarget).hint("`heads` goes all the way up, `base` all the way down")
            }
            RouteError::NotAnAncestor { .. } => of(Code::NotAnAncestor).hint("a range goes from the older to the newer"),
            RouteError::NotApplied { ref heads, .. } => match heads.is_empty() {
                true => of(Code::NotAnAncestor).hint("the database is at `base`"),
                false => of(Code::NotAnAncestor).hint(format!("the database is at {}", list(heads))),
            },
            RouteError::NothingOnBranch { .. } => {
                of(Code::NotAnAncestor).hint("`limbeck history` shows what follows what")
            }
            RouteError::Overlapping { .. } => of(Code::OverlappingRevisions)
                .hint("leave it out; if it is a row of the version table, `limbeck stamp --purge` writes the rows anew"),
            RouteError::UnknownDatabaseRevision { similar, .. } => {
                let fault = of(Code::UnknownDatabaseRevision);
                match similar {
                    Some(id) => fault.hint(format!("a revision with a similar id exists: `{id}`")),
                    None => fault.hint(
                        "is its file missing, or on another branch of the repository? if it is gone for good, \
                         `limbeck stamp --purge REV` sets the version table to what the database is at",
                    ),
                }
            }
            RouteError::Squashed { into, .. } => of(Code::UnknownDatabaseRevision).hint(format!(
                "upgrade this database to `{into}` with the files from before the squash; from there on it needs none of them"
            )),
            RouteError::NotAHead { revision } => {
                of(Code::MultipleHeads).hint(format!("`--splice` makes a new branch from `{revision}`"))
            }
            RouteError::GivenTwice { .. } => of(Code::OverlappingRevisions),
            RouteError::NothingToMerge { .. } => of(Code::Usage).hint("`limbeck heads` lists the heads"),
            RouteError::RevisionExists { .. } => of(Code::DuplicateRevision),
            RouteError::LabelTaken { .. } => of(Code::DuplicateLabel),
            RouteError::BadName { fault } => *fault,
        }
    }
}
