//! Where to go, as a person writes it: `head`, `ae10+2`, `shoppingcart@-1`, `base:heads`.

use std::fmt;
use std::str::FromStr;

use super::error::RouteError;

/// A place in the history: `[LABEL@]ANCHOR[+N|-N]`. It means what it means in Alembic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Limits the rest to one branch: a branch label, or an id, or the start of either.
    pub label: Option<String>,
    /// What to count from.
    pub anchor: Anchor,
    /// How many revisions up from there, or down if negative. `None` is the place itself.
    pub offset: Option<i32>,
}

/// What a target counts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// `head`: the only head, or the only one of the branch.
    Head,
    /// `heads`: all heads.
    Heads,
    /// `base`: before every revision.
    Base,
    /// An id, a branch label, or the start of either. Also `current`, which has a meaning in ranges only.
    Name(String),
    /// Nothing written: where the database is. Only with an offset.
    Here,
}

impl Target {
    /// Makes the target `heads`.
    pub fn heads() -> Self {
        Self { label: None, anchor: Anchor::Heads, offset: None }
    }

    /// Makes the target `base`.
    pub fn base() -> Self {
        Self { label: None, anchor: Anchor::Base, offset: None }
    }

    /// Makes a target of one revision, by its id.
    pub fn revision(id: &str) -> Self {
        Self { label: None, anchor: Anchor::Name(id.to_owned()), offset: None }
    }

    /// Makes the target `LABEL@head`.
    pub fn head_of(label: &str) -> Self {
        Self { label: Some(label.to_owned()), anchor: Anchor::Head, offset: None }
    }

    /// Is it the word `current`, alone?
    pub fn is_current(&self) -> bool {
        self.label.is_none() && self.offset.is_none() && self.anchor == Anchor::Name("current".to_owned())
    }
}

impl FromStr for Target {
    type Err = RouteError;

    /// Reads a target.
    ///
    /// # Errors
    /// [`RouteError::BadTarget`]: nothing before or after an `@`, two of them, a `:`, or a count that is too large.
    fn from_str(text: &str) -> Result<Self, RouteError> {
        let bad = |reason| RouteError::BadTarget { target: text.to_owned(), reason };
        refuse_url(text)?;
        if text.contains(':') {
            return Err(bad("a range cannot stand here"));
        }
        let (label, rest) = match text.split_once('@') {
            Some(("", _)) => return Err(bad("the branch before the `@` is missing")),
            Some((_, rest)) if rest.contains('@') => return Err(bad("it holds two `@`")),
            Some((label, rest)) => (Some(label.to_owned()), rest),
            None => (None, text),
        };
        let (anchor, offset) = match split_offset(rest) {
            Some((anchor, count)) => (anchor, Some(count.parse().map_err(|_| bad("it counts too far"))?)),
            None => (rest, None),
        };
        let anchor = match anchor {
            "" if offset.is_none() => return Err(bad("it names no revision")),
            "" => Anchor::Here,
            "head" => Anchor::Head,
            "heads" => Anchor::Heads,
            "base" => Anchor::Base,
            name => Anchor::Name(name.to_owned()),
        };
        Ok(Self { label, anchor, offset })
    }
}

/// Splits `REV+2` into `REV` and `+2`; `None` when it does not end in a sign and digits.
fn split_offset(text: &str) -> Option<(&str, &str)> {
    let (anchor, count) = text.split_at(text.rfind(['+', '-'])?);
    let digits = &count[1..];
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some((anchor, count))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = &self.label {
            write!(f, "{label}@")?;
        }
        f.write_str(match &self.anchor {
            Anchor::Head => "head",
            Anchor::Heads => "heads",
            Anchor::Base => "base",
            Anchor::Name(name) => name,
            Anchor::Here => "",
        })?;
        match self.offset {
            Some(offset) => write!(f, "{offset:+}"),
            None => Ok(()),
        }
    }
}

/// A stretch of the history, `A:B`, for `history` and for offline scripts. An end that is not written is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Range {
    /// The lower end; `None` is `base`.
    pub from: Option<Target>,
    /// The upper end; `None` is `heads`.
    pub to: Option<Target>,
}

impl FromStr for Range {
    type Err = RouteError;

    /// Reads a range. Either end may be empty.
    ///
    /// # Errors
    /// [`RouteError::BadTarget`]: not exactly one `:`, or an end that is no target.
    fn from_str(text: &str) -> Result<Self, RouteError> {
        let bad = |reason| RouteError::BadTarget { target: text.to_owned(), reason };
        refuse_url(text)?;
        let (from, to) =
            text.trim().split_once(':').ok_or_else(|| bad("a range needs a `:`, as in `A:B`"))?;
        let end = |text: &str| (!text.is_empty()).then(|| text.parse::<Target>()).transpose();
        Ok(Self { from: end(from)?, to: end(to)? })
    }
}

/// Refuses the URL of a database, of which no more is shown than its kind: it may hold a password.
fn refuse_url(text: &str) -> Result<(), RouteError> {
    match text.split_once("://") {
        None => Ok(()),
        Some((scheme, _)) => {
            let target = format!("{scheme}://…");
            Err(RouteError::BadTarget { target, reason: "the URL of a database cannot stand here" })
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = &self.from {
            write!(f, "{from}")?;
        }
        f.write_str(":")?;
        match &self.to {
            Some(to) => write!(f, "{to}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Anchor, Range, Target};

    fn parsed(text: &str) -> (Option<String>, Anchor, Option<i32>) {
        let Target { label, anchor, offset } = text.parse().unwrap();
        (label, anchor, offset)
    }

    #[test]
    fn a_target_is_a_branch_an_anchor_and_an_offset() {
        let name = |name: &str| Anchor::Name(name.to_owned());
        assert_eq!(parsed("heads"), (None, Anchor::Heads, None));
        assert_eq!(parsed("+2"), (None, Anchor::Here, Some(2)));
        assert_eq!(parsed("ae10-3"), (None, name("ae10"), Some(-3)));
        assert_eq!(parsed("cart@head"), (Some("cart".into()), Anchor::Head, None));
        assert_eq!(parsed("shopping-cart@-1"), (Some("shopping-cart".into()), Anchor::Here, Some(-1)));
        assert_eq!(parsed("shopping-cart"), (None, name("shopping-cart"), None));
        assert_eq!(parsed("1.2.0+1"), (None, name("1.2.0"), Some(1)));
    }

    #[test]
    fn of_a_url_no_password_is_shown() {
        let url = "postgres://me:s3cret@host/db";
        let target = url.parse::<Target>().unwrap_err().to_string();
        assert_eq!(target, "`postgres://…` is not a target: the URL of a database cannot stand here");
        assert_eq!(url.parse::<Range>().unwrap_err().to_string(), target);
    }

    #[test]
    fn a_target_prints_as_it_was_written() {
        for text in ["head", "cart@base", "ae10+2", "cart@ae10-12", "-1", "current", "we\"ird"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        for text in [":", "a:", ":heads", "-3:current", "x@base:y+1"] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_target_is_refused_with_the_reason() {
        for text in ["", "@head", "cart@", "a@b@head", "a:b", "+99999999999"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
        assert!("abc".parse::<Range>().is_err());
        assert!("a:b:c".parse::<Range>().is_err());
    }
}
