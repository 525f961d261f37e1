//! Takes a database over from another tool: a baseline that makes what is there, and its stamp.

mod baseline;
mod detect;
mod layout;
mod standing;
mod unseen;

use std::path::PathBuf;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::{Connection, Texts, spell_alike};
use limbeck_core::diff::diff;
use limbeck_core::graph::{Heads, Target};
use limbeck_core::migrator::{Migrator, Purge, Settings};
use limbeck_core::name::TableName;
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::Schema;

use super::check::list;
use super::side::reflected;
use super::{Moment, Project};
use baseline::Baseline;
use detect::Found;
use standing::Standing;

pub use layout::Tool;

/// Which history is adopted, and how far it goes.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// The tool, where the database has histories of several.
    pub tool: Option<Tool>,
    /// The table of its history, where that is not called as usual.
    pub table: Option<TableName>,
    /// When it is made.
    pub created: Moment,
    /// Whether anything is written.
    pub writes: Writes,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// The files, and the rows of the version table.
    Everything,
    /// Nothing: it is only looked whether it would work.
    Nothing,
}

/// What was adopted.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The tool.
    pub tool: Tool,
    /// The table that holds its history, which stays as it is.
    pub table: TableName,
    /// How many migrations the tool has applied, as far as it keeps them.
    pub applied: usize,
    /// Where the tool says that the database is, where that is not in the ids.
    pub remark: Option<String>,
    /// The files that were written; none where the history had the baseline already.
    pub files: Vec<PathBuf>,
    /// The text of the baseline, where it is new.
    pub text: Option<String>,
    /// The revisions that the database is stamped with.
    pub heads: Vec<RevisionId>,
    /// What the database has and the baseline does not make, in words.
    pub left: Vec<String>,
}

impl Project {
    /// Takes a database over from another tool.
    ///
    /// Its history is found by the name and the columns of its table. In a history without revisions, a baseline is written
    /// that makes all that the database has but the tables of the tool, and has the id of the tool's last migration; where
    /// the tool has several heads, a revision for each follows it. What the baseline makes on `scratch`, an empty database, must
    /// be what is there. In a history that has those revisions already, as on the second database of a project, it is
    /// compared with what they make. Then the revisions are stamped, in one transaction. The tables of the tool stay as they
    /// are.
    ///
    /// # Errors
    /// [`Code::CheckFailed`] when the tool is not done with the database, and when the baseline does not lead to what is
    /// there; [`Code::Usage`] when no history is found or several are, when the database is stamped already, and when the
    /// history has other revisions. Nothing is written then, and no file stays when the stamp fails.
    pub fn adopt(
        &self,
        connection: &mut dyn Connection,
        scratch: &mut dyn Connection,
        adoption: &Adoption,
        settings: &Settings,
    ) -> Result<Adopted, Diagnostics> {
        let mut there = reflected(connection, settings)?;
        self.look_elsewhere(connection, &mut there)?;
        let version_table = &settings.version_table;
        let found = detect::detect(&there, adoption.tool, adoption.table.as_ref()).map_err(|fault| {
            match adoption.table.as_ref() == Some(version_table) {
                true => shared(version_table),
                false => fault,
            }
        })?;
        let current = Migrator::new(&self.history, &mut *connection, settings.clone()).current()?;
        if !current.is_empty() {
            let message = format!("the database is at {current} already");
            return Err(Diagnostic::new(Code::Usage, message)
                .hint(format!("`{version_table}` says so; `limbeck check` compares it with the history"))
                .into());
        }
        let standing = standing::read(&found, connection)?;
        let there = self.without(there, &found);
        let unseen = unseen::read(connection, &there, &self.config.filter)?;
        let ids = baseline::ids(found.layout.tool, &standing);
        let mut adopted = Adopted {
            tool: found.layout.tool,
            table: found.table.name.clone(),
            applied: standing.applied,
            remark: standing.remark.clone(),
            files: Vec::new(),
            text: None,
            heads: ids.heads.clone(),
            left: unseen.left,
        };
        if self.history.graph().headers().len() > 0 {
            self.is_at(connection, &there, &ids.heads, &found, &standing)?;
            if adoption.writes == Writes::Everything {
                stamp(self, connection, &ids.heads, settings)?;
            }
            return Ok(adopted);
        }
        let (dialect, server) =
            (connection.dialect(), connection.server().clone().with(&self.config.options));
        let normal = |schema: &Schema| dialect.normal_form(schema, &server);
        let operations = diff(&Schema::new(), &there, normal);
        let baseline = Baseline::new(ids, operations, unseen.made, &found, &standing);
        baseline.verify(scratch, settings, |made| {
            let made = self.without(made, &found);
            let differences = [diff(&there, &made, normal), diff(&made, &there, normal)].concat();
            let order = |schema: &Schema| -> Vec<Vec<_>> {
                let names = |table: &limbeck_core::schema::Table| {
                    table.columns.iter().map(|column| column.name.clone()).collect()
                };
                schema.tables.values().map(names).collect()
            };
            match differences.is_empty() && order(&made) == order(&there) {
                true => Ok(()),
                false => Err(Diagnostic::new(
                    Code::CheckFailed,
                    format!(
                        "what the baseline makes on an empty database is not what is there: {}",
                        list(&differences)
                    ),
                )
                .hint("leave the object out with `exclude` in `[autogenerate]`; nothing was written")),
            }
        })?;
        adopted.text = Some(baseline.text()?);
        if adoption.writes == Writes::Nothing {
            return Ok(adopted);
        }
        adopted.files = baseline.write(self, adoption.created)?;
        let stamped = Self::open(self.config.clone()).and_then(|project| {
            project.write_heads()?;
            stamp(&project, connection, &adopted.heads, settings)
        });
        if let Err(faults) = stamped {
            self.take_back(adopted.files.iter().map(PathBuf::as_path));
            return Err(faults);
        }
        Ok(adopted)
    }

    /// Reads the tables of tools that keep them in a schema of their own, where that is not read with the rest.
    fn look_elsewhere(&self, connection: &mut dyn Connection, there: &mut Schema) -> Result<(), Diagnostic> {
        for layout in layout::LAYOUTS {
            let own = there.schemas.iter().find(|one| layout.schema.is_some_and(|own| own == one.as_str()));
            let Some(own) = own.cloned() else { continue };
            if there.tables.keys().any(|name| name.schema.as_ref() == Some(&own)) {
                continue;
            }
            let names = layout.beside.iter().map(|(name, _)| *name).chain([layout.table]);
            let names: Vec<TableName> = names
                .filter_map(|name| TableName::parse(name).ok())
                .map(|name| TableName { schema: Some(own.clone()), ..name })
                .collect();
            there.tables.extend(connection.reflect(Some(&names))?.tables);
        }
        Ok(())
    }

    /// Leaves out the tables of the other tool, and of any further one, what the configuration leaves out, and schemas in which nothing is left.
    fn without(&self, mut schema: Schema, found: &Found) -> Schema {
        let own = detect::tables_of_tools(&schema);
        schema.tables.retain(|name, _| !found.own.contains(name) && !own.contains(name));
        let mut schema = self.config.filter.apply(schema);
        let full: Vec<_> =
            schema.schemas.iter().filter(|one| schema.object_in(one).is_some()).cloned().collect();
        schema.schemas.retain(|one| full.contains(one));
        schema
    }

    /// Checks that a database is what revisions that are there already make.
    fn is_at(
        &self,
        connection: &mut dyn Connection,
        there: &Schema,
        ids: &[RevisionId],
        found: &Found,
        standing: &Standing,
    ) -> Result<(), Diagnostics> {
        let graph = self.history.graph();
        let tool = found.layout.tool.name();
        if let Some(missing) = ids.iter().find(|id| graph.get(id.as_str()).is_none()) {
            let at = match &standing.heads[..] {
                [] => String::new(),
                heads => format!(", and {tool} has the database at `{}`", heads.join("`, `")),
            };
            let message = format!("the history has revisions, but not `{missing}`{at}");
            return Err(Diagnostic::new(Code::Usage, message)
                .hint(format!(
                    "bring the database with {tool} to where the baseline is, or adopt it in a project without revisions"
                ))
                .into());
        }
        let heads: Heads = ids.iter().map(RevisionId::as_str).collect();
        let (dialect, server) =
            (connection.dialect(), connection.server().clone().with(&self.config.options));
        let folded = self.config.filter.apply(self.history.schema_at(&heads, server.names())?);
        let mut there = there.clone();
        spell_alike(connection, &folded, &mut there, Texts::Printed).map_err(Diagnostic::from)?;
        let differences = diff(&folded, &there, |schema: &Schema| dialect.normal_form(schema, &server));
        if differences.is_empty() {
            return Ok(());
        }
        let message = format!("the database is not what the history says of {heads}: {}", list(&differences));
        Err(Diagnostic::new(Code::CheckFailed, message)
            .hint("nothing was written; `limbeck diff REV database` shows the difference")
            .into())
    }
}

/// Leaves out of what a database has the tables in which other tools keep their history, and schemas that hold nothing else.
/// What `other` has is compared all the same.
pub(super) fn leave_out_tools(mut schema: Schema, other: &Schema) -> Schema {
    let own = detect::tables_of_tools(&schema);
    let full: Vec<_> = schema.schemas.iter().filter(|one| schema.object_in(one).is_some()).cloned().collect();
    schema.tables.retain(|name, _| !own.contains(name) || other.tables.contains_key(name));
    let emptied: Vec<_> = full.into_iter().filter(|one| schema.object_in(one).is_none()).collect();
    schema.schemas.retain(|one| !emptied.contains(one) || other.schemas.contains(one));
    schema
}

fn stamp(
    project: &Project,
    connection: &mut dyn Connection,
    ids: &[RevisionId],
    settings: &Settings,
) -> Result<(), Diagnostics> {
    let targets: Vec<Target> = ids.iter().map(|id| Target::revision(id.as_str())).collect();
    Migrator::new(project.history(), connection, settings.clone()).stamp(&targets, Purge::Keep).map(drop)
}

fn shared(table: &TableName) -> Diagnostic {
    Diagnostic::new(Code::Usage, format!("`{table}` is the version table of this project itself")).hint(
        "a project that goes on with the table of Alembic takes the history over too: `limbeck import alembic`",
    )
}
