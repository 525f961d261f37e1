//! Adds a revision: its place in the graph is checked first, then its file is written.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::graph::NewRevision;
use limbeck_core::revision::RevisionHeader;
use limbeck_core::script::{self, Format, Script};

use super::write::{Existing, write};
use super::{Moment, Project, slug};
use crate::config::TemplateFields;

/// How long a slug may be, as in Alembic.
const SLUG_LIMIT: usize = 40;

/// A revision that is to be written to a file.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its place in the graph, and what it is for.
    pub revision: NewRevision,
    /// In which format.
    pub format: Format,
    /// In which location; without one, that of the first parent, or the only one there is.
    pub location: Option<PathBuf>,
    /// When it is made.
    pub created: Moment,
    /// What it does; nothing for a file that its author is yet to fill.
    pub script: Script,
    /// Lines of comments over each operation of the upgrade, in their order; may be shorter.
    pub notes: Vec<Vec<String>>,
}

impl Project {
    /// Writes the file of a new revision, and returns its header, path included.
    ///
    /// # Errors
    /// [`Code::Usage`] for an empty message or a location that is none of this project; what
    /// [`extend`](limbeck_core::graph::RevisionGraph::extend) finds; [`Code::AlreadyExists`] and
    /// [`Code::CannotWrite`]. Nothing is written then.
    pub fn add_revision(&self, new: &NewFile) -> Result<RevisionHeader, Diagnostics> {
        if new.revision.message.trim().is_empty() {
            return Err(Diagnostic::new(Code::Usage, "a revision needs a message")
                .hint("say what it is for: `-m \"add a column\"`")
                .into());
        }
        let header = self.history.graph().extend(&new.revision).map_err(Diagnostic::from)?;
        self.write_revision(header, new)
    }

    /// Removes the files of revisions that were added, where what was to come with them cannot be.
    ///
    /// This is the project as it was before them. A fault is not told: the one that led here says more.
    pub fn take_back<'p>(&self, files: impl IntoIterator<Item = &'p Path>) {
        for file in files {
            let _ = fs::remove_file(file);
        }
        let _ = self.write_heads();
    }

    pub(super) fn write_revision(
        &self,
        mut header: RevisionHeader,
        new: &NewFile,
    ) -> Result<RevisionHeader, Diagnostics> {
        header.create_date = Some(new.created.rfc3339());
        let slug = slug(header.message.lines().next().unwrap_or_default(), SLUG_LIMIT);
        let name = self.config.file_template.render(&TemplateFields {
            revision: header.revision.as_str(),
            slug: &slug,
            date: new.created.date,
            epoch: new.created.epoch,
        });
        let location = self.location(&header, new.location.as_deref())?;
        let path = location.join(format!("{name}.{}", new.format.extension()));
        let mut text = script::print_with_notes(&header, &new.script, new.format, &new.notes)?;
        if header.down_revision.len() < 2 && new.script.upgrade.is_empty() {
            text.push_str(example(new.format));
        }
        write(&path, &text, Existing::Refuse)?;
        self.write_heads_with(&header)?;
        header.path = Some(path);
        Ok(header)
    }

    /// Chooses the directory of a new file, as Alembic does.
    fn location(
        &self,
        header: &RevisionHeader,
        stated: Option<&std::path::Path>,
    ) -> Result<PathBuf, Diagnostic> {
        let locations = self.config.directories();
        let same = |a: &std::path::Path, b: &std::path::Path| {
            a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
        };
        let known = || {
            let known: Vec<String> = locations.iter().map(|known| format!("`{}`", known.display())).collect();
            format!("locations: {}", known.join(", "))
        };
        if let Some(stated) = stated {
            return locations.iter().find(|known| same(known, stated)).cloned().ok_or_else(|| {
                let message = format!("`{}` is not a location of this project", stated.display());
                Diagnostic::new(Code::Usage, message).hint(known())
            });
        }
        if let [only] = locations.as_slice() {
            return Ok(only.clone());
        }
        let graph = self.history.graph();
        let parents = header.down_revision.iter().filter_map(|id| graph.get(id.as_str())?.path.as_deref());
        let parent =
            parents.filter_map(|path| path.parent()).find(|parent| locations.iter().any(|l| l == parent));
        parent.map(PathBuf::from).ok_or_else(|| {
            Diagnostic::new(Code::Usage, "there are several locations for a revision that follows none")
                .hint(format!("choose one with `--version-path`; {}", known()))
        })
    }
}

/// What stands in a new file for its author to write over: comments only.
fn example(format: Format) -> &'static str {
    match format {
        Format::Toml => {
            "
# An operation a block, in order. The downgrade is derived where it can be.
#
# [[upgrade]]
# create_table = \"account\"
# columns = [
#     { name = \"id\", type = \"integer\", primary_key = true },
#     { name = \"email\", type = \"string(320)\", nullable = false },
# ]
"
        }
        // An empty section for the way back would be taken at its word, and undo nothing.
        Format::Sql => {
            "
-- The way back is derived where it can be; else it stands behind a line `-- limbeck:downgrade`, below the upgrade.

-- limbeck:upgrade
"
        }
    }
}
