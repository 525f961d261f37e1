//! The tools whose folders are read, and what each reads of the name of a file.

use std::fmt;

/// A tool that keeps its migrations as SQL files in one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `20240101000000_name.sql` with `-- migrate:up` and `-- migrate:down` (dbmate 2, `pkg/dbmate/migration.go`).
    Dbmate,
    /// `V1.1__name.sql` and `U1.1__name.sql` (Flyway's "Migrations", "Naming").
    Flyway,
    /// `1_name.up.sql` and `1_name.down.sql` (golang-migrate 4, `source/parse.go`).
    GolangMigrate,
    /// `00001_name.sql` with `-- +goose Up` and `-- +goose Down` (goose 3, `internal/sqlparser/parser.go`).
    Goose,
    /// `V1__name.sql` and `U1__name.sql` (refinery 0.10, `refinery_core/src/util.rs`).
    Refinery,
    /// `1_name.sql`, or `1_name.up.sql` and `1_name.down.sql` (sqlx 0.9, `sqlx-core/src/migrate/source.rs`).
    Sqlx,
}

/// What a file is to its migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The way up, or both ways.
    Up,
    /// The way down.
    Down,
    /// A program in this language, which is the way up, or both ways.
    Program(&'static str),
    /// Something that is no link of a line of migrations, as it says here.
    Aside(&'static str),
}

/// What the name of a file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named<'n> {
    /// The version as the tool keeps it, which is the id of the revision.
    pub(super) version: String,
    pub(super) part: Part,
    /// What it is for, in words.
    pub(super) description: &'n str,
}

impl Layout {
    /// Every tool.
    pub const ALL: [Self; 6] =
        [Self::Dbmate, Self::Flyway, Self::GolangMigrate, Self::Goose, Self::Refinery, Self::Sqlx];

    /// Returns its name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dbmate => "dbmate",
            Self::Flyway => "flyway",
            Self::GolangMigrate => "golang-migrate",
            Self::Goose => "goose",
            Self::Refinery => "refinery",
            Self::Sqlx => "sqlx",
        }
    }

    /// Returns the tool that the configuration names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.name() == name)
    }

    /// Says whether the tool also reads the folders within a folder (refinery 0.10, `refinery_core/src/util.rs`).
    pub(super) fn is_deep(self) -> bool {
        matches!(self, Self::Flyway | Self::Refinery)
    }

    /// Reads the name of a file, before which a deep tool's may have folders; `None` for one that the tool passes over.
    pub(super) fn read(self, name: &str) -> Option<Named<'_>> {
        match self {
            Self::Dbmate => {
                let (stem, digits) = (name.strip_suffix(".sql")?, digits(name)?);
                let description = stem.get(digits.len()..).unwrap_or_default();
                let description = description.strip_prefix('_').unwrap_or(description);
                Some(Named { version: digits.to_owned(), part: Part::Up, description })
            }
            Self::GolangMigrate | Self::Sqlx | Self::Goose => {
                let digits = digits(name)?;
                let rest = name[digits.len()..].strip_prefix('_')?;
                let (description, part) = self.ending(rest)?;
                Some(Named { version: number(digits), part, description })
            }
            Self::Flyway | Self::Refinery => self.lettered(name),
        }
    }

    /// Tells by the end of a name what the file is to its migration.
    fn ending(self, rest: &str) -> Option<(&str, Part)> {
        if self == Self::Goose {
            let program = rest.strip_suffix(".go").filter(|stem| !stem.ends_with("_test"));
            let sql = rest.strip_suffix(".sql").map(|stem| (stem, Part::Up));
            return sql.or(program.map(|stem| (stem, Part::Program("Go"))));
        }
        let (up, down) = (rest.strip_suffix(".up.sql"), rest.strip_suffix(".down.sql"));
        let whole = rest.strip_suffix(".sql").filter(|_| self == Self::Sqlx);
        up.map(|stem| (stem, Part::Up))
            .or(down.map(|stem| (stem, Part::Down)))
            .or(whole.map(|stem| (stem, Part::Up)))
    }

    fn lettered(self, name: &str) -> Option<Named<'_>> {
        let name = name.rsplit('/').next()?;
        let (stem, program) = match (name.strip_suffix(".sql"), self) {
            (Some(stem), _) => (stem, None),
            (None, Self::Flyway) => (name.strip_suffix(".java")?, Some("Java")),
            (None, _) => (name.strip_suffix(".rs")?, Some("Rust")),
        };
        let (head, description) = stem.split_once("__")?;
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if self == Self::Refinery && (description.is_empty() || !description.chars().all(word)) {
            return None;
        }
        let letter = head.get(..1)?;
        let version = &head[1..];
        if self == Self::Flyway && letter == "R" && version.is_empty() {
            let why = "it runs again whenever it is changed, so it has no place among the others";
            return Some(Named { version: String::new(), part: Part::Aside(why), description });
        }
        let numbers = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let sound = match self {
            Self::Flyway => version.split(['.', '_']).all(numbers),
            _ => numbers(version),
        };
        let up = program.map_or(Part::Up, Part::Program);
        let part = match (letter, self) {
            _ if !sound => return None,
            ("V", _) | ("U", Self::Refinery) => up,
            ("U", _) => Part::Down,
            ("B", Self::Flyway) => {
                Part::Aside("it stands for those up to its version on a database that is new")
            }
            _ => return None,
        };
        let version = match self {
            Self::Flyway => version.replace('_', "."),
            _ => number(version),
        };
        Some(Named { version, part, description })
    }

    /// Returns by what migrations are put in order: the numbers of the version, or the text where the tool compares that.
    pub(super) fn key(self, version: &str) -> (Vec<String>, String) {
        if self == Self::Dbmate {
            return (Vec::new(), version.to_owned());
        }
        // A longer number is a greater one; padded so, texts compare as numbers do, however long.
        let padded = |part: &str| format!("{:>40}", number(part));
        let mut parts: Vec<String> = version.split('.').map(padded).collect();
        while parts.len() > 1 && parts.last().is_some_and(|last| last.trim() == "0") {
            parts.pop();
        }
        (parts, String::new())
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the digits at the start of a name, of which there is at least one.
pub(super) fn digits(name: &str) -> Option<&str> {
    let end = name.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(name.len());
    Some(&name[..end]).filter(|digits| !digits.is_empty())
}

/// Returns a number without zeros in front, as a table keeps it.
fn number(digits: &str) -> String {
    let bare = digits.trim_start_matches('0');
    if bare.is_empty() { "0" } else { bare }.to_owned()
}
