//! Makes a message fit for a file name.

/// Returns the slug of a message: its words, lower case, joined by `_`, as Alembic makes it.
///
/// A word is a run of letters, digits and `_`. A slug longer than `limit` characters is cut at the end of the last
/// word that fits and then ends in `_`; a first word that is longer by itself is cut. Empty when the message has no word.
// The rule is that of `ScriptDirectory._rev_path` and `truncate_slug_length = 40` in Alembic 1.20.
pub fn slug(message: &str, limit: usize) -> String {
    let words = message.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("_").to_lowercase();
    if slug.chars().count() <= limit {
        return slug;
    }
    let cut: String = slug.chars().take(limit).collect();
    let whole = cut.rfind('_').map_or(cut.as_str(), |at| &cut[..at]);
    format!("{whole}_")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn words_are_joined_in_lower_case() {
        assert_eq!(slug("Add a column: `Größe`, it's new!", 40), "add_a_column_größe_it_s_new");
        assert_eq!(slug("  ../../etc/passwd ", 40), "etc_passwd");
        assert_eq!(slug("…", 40), "");
    }

    #[test]
    fn a_long_slug_ends_with_a_whole_word() {
        assert_eq!(slug("one two three", 9), "one_two_");
        assert_eq!(slug("abcdefghij", 4), "abcd_");
    }
}
