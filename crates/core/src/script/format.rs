//! The formats of migration files, told by the ending of a file's name.

use std::path::Path;

/// The format of a migration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// Operations as data.
    Toml,
    /// The author's SQL under a header in comments.
    Sql,
}

impl Format {
    /// Tells the format by the ending of the name: `.toml` or `.sql`. `None` for any other file, and for hidden ones.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        match name.rsplit_once('.') {
            Some((stem, _)) if stem.is_empty() || name.starts_with('.') => None,
            Some((_, "toml")) => Some(Self::Toml),
            Some((_, "sql")) => Some(Self::Sql),
            _ => None,
        }
    }

    /// Returns the ending, without the dot.
    pub fn extension(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_hidden_files_and_strangers_are_no_migrations() {
        for name in
            ["HEADS", "README.md", "a.toml~", ".a.toml", ".#a.sql", "a.toml.orig", "#a.toml#", ".toml"]
        {
            assert_eq!(Format::of(Path::new(name)), None, "{name}");
        }
        assert_eq!(Format::of(Path::new("dir/a.b.toml")), Some(Format::Toml));
        assert_eq!(Format::of(Path::new("a.sql")), Some(Format::Sql));
    }
}
