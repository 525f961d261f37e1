//! Where a database is, without ever printing the password.

use std::fmt;

/// The URL of a database, as written. It prints with the password masked, as `postgres://me:****@host/db`.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    scheme_end: usize,
}

impl DatabaseUrl {
    /// Reads a URL; `None` when there is no scheme before a colon.
    ///
    /// A driver behind a plus, as in SQLAlchemy's `postgresql+psycopg2`, is no part of the scheme.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let colon = text.find(':')?;
        let scheme = &text[..colon];
        let letters = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c));
        let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
        let scheme_end = scheme.find('+').unwrap_or(colon);
        (letters && starts).then(|| Self { text: text.to_owned(), scheme_end })
    }

    /// Returns the scheme, without a driver.
    pub fn scheme(&self) -> &str {
        &self.text[..self.scheme_end]
    }

    /// Returns what stands behind the colon, password included: for the driver only.
    pub fn rest(&self) -> &str {
        let colon = self.text.find(':').unwrap_or(self.text.len());
        self.text.get(colon + 1..).unwrap_or_default()
    }

    /// Returns the range of the password within the text.
    fn password(&self) -> Option<std::ops::Range<usize>> {
        let start = self.text.find("://")? + 3;
        let authority_end =
            self.text[start..].find(['/', '?', '#']).map_or(self.text.len(), |end| start + end);
        // A password may hold an `@` or a `/` that was not escaped: the last `@` counts, wherever it is.
        let at = self.text[start..].rfind('@').map(|at| start + at)?;
        let colon = self.text[start..at.min(self.text.len())].find(':').map(|colon| start + colon)?;
        (colon < at && (at < authority_end || self.text[start..at].contains(':'))).then_some(colon + 1..at)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = match self.password() {
            Some(range) => (format!("{}****", &self.text[..range.start]), &self.text[range.end..]),
            None => (String::new(), self.text.as_str()),
        };
        f.write_str(&head)?;
        // A password may also be given as a parameter.
        let mut rest = tail;
        while let Some(at) = rest.find("password=") {
            let value = at + "password=".len();
            let end = rest[value..].find('&').map_or(rest.len(), |end| value + end);
            write!(f, "{}****", &rest[..value])?;
            rest = &rest[end..];
        }
        f.write_str(rest)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::DatabaseUrl;

    fn shown(url: &str) -> String {
        DatabaseUrl::parse(url).unwrap().to_string()
    }

    #[test]
    fn the_password_is_never_printed() {
        assert_eq!(shown("postgres://me:s3cret@host/db"), "postgres://me:****@host/db");
        assert_eq!(shown("postgres://me:s3/c@ret@host/db"), "postgres://me:****@host/db");
        assert_eq!(
            shown("postgres:///db?user=me&password=s3cret&x=1"),
            "postgres:///db?user=me&password=****&x=1"
        );
        assert_eq!(shown("sqlite:///tmp/a.db"), "sqlite:///tmp/a.db");
    }

    #[test]
    fn a_driver_is_no_part_of_the_scheme() {
        let url = DatabaseUrl::parse("postgresql+psycopg2://host/db").unwrap();
        assert_eq!((url.scheme(), url.rest()), ("postgresql", "//host/db"));
        assert!(DatabaseUrl::parse("shop.db").is_none());
        assert!(DatabaseUrl::parse("").is_none());
    }
}
