//! Keeps passwords out of the source lines that diagnostics show.

use std::ops::Range;
use std::sync::Arc;

/// Returns the text with all that may be a password in a database URL replaced by as many `*`, so that spans stay right.
///
/// What it takes for a password: on one line, all between the first colon behind a `"`, `'` or `://` and the last `@`,
/// and the value of `password=`. It rather hides too much than too little.
pub(super) fn masked(text: &str) -> Arc<str> {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut line = line.to_owned();
        for range in secrets(&line) {
            line.replace_range(range.clone(), &"*".repeat(range.len()));
        }
        out.push_str(&line);
    }
    out.into()
}

/// Returns the stretches of a line to hide, which do not overlap once they are applied in order.
fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if let Some(at) = line.rfind('@') {
        let start = match line[..at].find("://") {
            Some(scheme) => Some(scheme + 3),
            None => line[..at].find(['"', '\'']).map(|quote| quote + 1),
        };
        let colon = start.and_then(|start| line[start..at].find(':').map(|colon| start + colon + 1));
        found.extend(colon.map(|colon| colon..at));
    }
    for (at, key) in line.match_indices("password=") {
        let start = at + key.len();
        let end = line[start..].find(['&', '"', '\'', ' ', '\n']).map_or(line.len(), |end| start + end);
        found.push(start..end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn no_password_is_left_and_every_byte_stays_in_its_place() {
        for line in [
            "url = \"postgres://me:s3cret@host/db\"",
            "uri = 'postgres://me:s3c/re@t@host/db'\n",
            "url = \"me:s3cret@host\"",
            "url = \"postgres:///db?user=me&password=s3cret&x=1\"",
            "url = \"postgres://me:${PW:-s3crét}@host/db\"",
        ] {
            let shown = masked(line);
            assert!(!shown.contains("s3c") && shown.len() == line.len(), "{shown}");
        }
        let plain = "[migrations]\nlocations = [\"a\"]\nurl = \"sqlite:a.db\"\n";
        assert_eq!(&*masked(plain), plain);
    }
}
