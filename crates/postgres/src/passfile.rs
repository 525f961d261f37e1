//! Finds a password in `~/.pgpass` (postgresql.org/docs, The Password File).

use std::fs;
use std::path::{Path, PathBuf};

/// What a line of the file is matched with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) database: &'a str,
    pub(crate) user: &'a str,
}

/// Returns the password of the first line that fits; `None` when there is none, or no file that only we can read.
pub(crate) fn look_up(file: Option<&Path>, asked: Asked<'_>) -> Option<String> {
    let usual = || std::env::home_dir().map(|home| home.join(".pgpass"));
    let path: PathBuf = file.map(Path::to_owned).or_else(usual)?;
    is_private(&path).then(|| fs::read_to_string(&path).ok()).flatten().and_then(|text| find(&text, asked))
}

/// libpq passes over a file that others can read.
#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

fn find(text: &str, asked: Asked<'_>) -> Option<String> {
    let port = asked.port.to_string();
    // A socket goes by the name of the machine itself.
    let host = if asked.host.starts_with('/') || asked.host.is_empty() { "localhost" } else { asked.host };
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let [own_host, own_port, database, user, password] = &fields[..] else { return None };
        let fits = [(own_host, host), (own_port, &port), (database, asked.database), (user, asked.user)];
        fits.iter().all(|(own, asked)| *own == "*" || own == asked).then(|| password.clone())
    })
}

/// Cuts a line at its colons; a backslash takes the meaning from what follows it.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let last = fields.len() - 1;
        match c {
            '\\' => fields[last].extend(chars.next()),
            ':' if last < 4 => fields.push(String::new()),
            c => fields[last].push(c),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        let asked = Asked { host: "db", port: 5432, database: "shop", user: "me" };
        let text = "# comment\nother:*:*:*:no\ndb:5433:*:*:no\n*:*:sh\\op:me:a\\:b\\\\c:d\n*:*:*:*:late\n";
        assert_eq!(find(text, asked).as_deref(), Some("a:b\\c:d"));
        assert_eq!(find("localhost:*:*:me:x", Asked { host: "/tmp", ..asked }).as_deref(), Some("x"));
        assert_eq!(find("db:5432:shop:you:x", asked), None);
    }
}
