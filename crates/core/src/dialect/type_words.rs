//! Which words a server takes for types, so that a slip is seen before the server sees it.

/// The words that a server takes for types. Only the first word of a type counts, in small letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeWords {
    /// Any word is one.
    Any,
    /// These alone are.
    Closed(&'static [&'static str]),
    /// Anybody may add others.
    Open {
        /// Those that the server comes with.
        own: &'static [&'static str],
        /// Those that come with extensions; only those that are but a letter from one of its own need to stand here.
        added: &'static [&'static str],
        /// Those of other servers, each with the server's own in its place.
        elsewhere: &'static [(&'static str, &'static str)],
    },
}

/// A word that is no type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoType<'t> {
    /// The word, as it stands there.
    pub word: &'t str,
    /// The type that was probably meant.
    pub meant: Option<&'static str>,
}

impl TypeWords {
    /// Returns the word that keeps a text from being a type, as far as that is certain.
    ///
    /// Where types can be added, a word counts as wrong only if it is but a letter from one that the server comes with, or is a
    /// type of other servers; a name in quotes or behind that of a schema is somebody's own.
    pub fn missing<'t>(&self, text: &'t str) -> Option<NoType<'t>> {
        let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        let lower = word.to_lowercase();
        if word.is_empty() || rest.starts_with('.') {
            return None;
        }
        let meant = match self {
            Self::Any => return None,
            Self::Closed(own) if own.contains(&lower.as_str()) => return None,
            Self::Closed(own) => crate::diagnostic::nearest(word, own.iter().copied()),
            // PostgreSQL's own name of an array is that of its items behind this sign.
            Self::Open { own, added, .. }
                if own.contains(&lower.as_str())
                    || added.contains(&lower.as_str())
                    || lower.starts_with('_') =>
            {
                return None;
            }
            Self::Open { own, elsewhere, .. } => {
                let known = elsewhere.iter().find(|(other, _)| *other == lower).map(|(_, own)| *own);
                let is_slip = |one: &&&str| lower.len() > 3 && strsim::osa_distance(&lower, one) == 1;
                let slips = own.iter().filter(is_slip).copied();
                Some(known.or_else(|| crate::diagnostic::nearest(word, slips))?)
            }
        };
        Some(NoType { word, meant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(words: TypeWords, text: &str) -> Option<Option<&'static str>> {
        words.missing(text).map(|found| found.meant)
    }

    #[test]
    fn where_no_type_can_be_added_any_other_word_is_wrong() {
        let words = TypeWords::Closed(&["int", "varchar"]);
        assert_eq!(meant(words, "VARCHAR(9)"), None);
        assert_eq!(meant(words, "varchr(9)"), Some(Some("varchar")));
        assert_eq!(meant(words, "citext"), Some(None));
        assert_eq!(meant(TypeWords::Any, "citext"), None);
    }

    #[test]
    fn where_types_can_be_added_only_slips_and_types_of_others_are_wrong() {
        let words = TypeWords::Open {
            own: &["inet", "int", "text", "timestamp"],
            added: &["tint"],
            elsewhere: &[("datetime", "timestamp")],
        };
        for fine in ["Int", "tint", "citext", "\"intt\"", "mine.intt", "_text", "ints9", "it"] {
            assert_eq!(meant(words, fine), None, "{fine}");
        }
        assert_eq!(meant(words, "INTT[]"), Some(Some("int")));
        assert_eq!(meant(words, "timestmap with time zone"), Some(Some("timestamp")));
        assert_eq!(meant(words, "DATETIME(3)"), Some(Some("timestamp")));
    }
}
