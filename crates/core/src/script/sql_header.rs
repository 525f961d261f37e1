//! The header of a SQL migration: TOML behind `-- `.

use super::header::KEYS;
use crate::diagnostic::nearest;

/// Returns the TOML of the comments at the head of a file, each byte where it stands in the file.
///
/// A comment counts when it reads `-- key = …` with a key of the header, or with one spelled much like it, or when it
/// goes on with a text or array that such a line has opened. Everything else becomes spaces.
pub(super) fn as_toml(head: &str) -> String {
    let mut toml = String::with_capacity(head.len());
    let mut open: Option<&'static str> = None;
    let mut within = true;
    for line in head.split_inclusive('\n') {
        let bare = line.trim_start_matches('\u{feff}');
        let comment = bare.strip_prefix("--");
        within &= comment.is_some() || bare.trim().is_empty();
        match comment {
            Some(rest) if within && (open.is_some() || is_entry(rest)) => {
                toml.extend(std::iter::repeat_n(' ', line.len() - rest.len()));
                toml.push_str(rest);
                open = match open {
                    Some(close) if rest.contains(close) => None,
                    Some(close) => Some(close),
                    None => opened(rest),
                };
            }
            _ => {
                let end = line.trim_end_matches(['\r', '\n']).len();
                toml.extend(std::iter::repeat_n(' ', end));
                toml.push_str(&line[end..]);
            }
        }
    }
    toml
}

fn is_entry(rest: &str) -> bool {
    let Some((key, _)) = rest.split_once('=') else {
        return false;
    };
    let key = key.trim();
    let word = !key.is_empty() && key.chars().all(|c| c == '_' || c == '-' || c.is_ascii_alphanumeric());
    word && nearest(key, KEYS).is_some()
}

/// Returns what closes the value, if the line leaves it open.
fn opened(rest: &str) -> Option<&'static str> {
    let value = rest.split_once('=').map_or("", |(_, value)| value.trim_start());
    for (open, close) in [("\"\"\"", "\"\"\""), ("'''", "'''"), ("[", "]")] {
        if let Some(inner) = value.strip_prefix(open) {
            return (!inner.contains(close)).then_some(close);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::as_toml;

    #[test]
    fn every_byte_stays_where_it_was_and_prose_is_left_out() {
        let head = "-- A café = good\r\n-- revision = \"1\"\r\n-- depends_on = [\n--   \"2\",\n-- ]\n\n";
        let toml = as_toml(head);
        assert_eq!(toml.len(), head.len());
        assert_eq!(toml.find("revision"), head.find("revision"));
        let table: toml::Table = toml.parse().unwrap();
        assert_eq!(table["depends_on"].as_array().unwrap().len(), 1);
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn a_key_that_is_nearly_right_is_not_passed_over_as_prose() {
        assert!(as_toml("-- revison = \"1\"\n").contains("revison"));
    }
}
