//! What a program has a say in when a model is compared: which objects, whether types differ, what is done, and what it is called.

mod apply;
mod part;

use limbeck_core::dialect::ServerInfo;
use limbeck_core::diff::ColumnOrder;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::Operation;
use limbeck_core::schema::{Column, Constraint, Schema};

use super::LikelyRename;
pub(super) use apply::with_forced;
pub use part::{Origin, Part};

/// What a program has a say in, for [`Project::autogenerate`](super::Project::autogenerate); nothing at first.
///
/// They are asked in this order: objects, types, renames, operations, names.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use limbeck::core::op::Operation;
/// use limbeck::core::script;
/// use limbeck::project::{From, Part, Plugs, Project};
///
/// # let folder = tempfile::tempdir()?;
/// # std::fs::create_dir(folder.path().join("migrations"))?;
/// # let config = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.toml\"\n";
/// # std::fs::write(folder.path().join("limbeck.toml"), config)?;
/// # let model = "[[table]]\nname = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n\
/// #     [[table]]\nname = \"_own\"\ncolumns = [{ name = \"id\", type = \"integer\" }]";
/// # std::fs::write(folder.path().join("schema.toml"), model)?;
/// # let config = folder.path().join("limbeck.toml");
/// let project = Project::open(limbeck::config::Config::load(&config, &|name| std::env::var(name).ok())?)?;
/// let model = project.model(&[], &Default::default())?;
/// let plugs = Plugs::new()
///     .objects(|part, _| !matches!(part, Part::Table(table) if table.name.name.as_str().starts_with('_')))
///     .rewrite(|operation, _| match operation {
///         // No table goes without a person who says so.
///         Operation::DropTable(_) => Vec::new(),
///         other => vec![other],
///     });
/// let history = From::History(limbeck::server("sqlite")?);
/// let found = project.autogenerate(&model, history, &[], &plugs, &limbeck::settings())?;
/// let written = script::print_operations(&found.operations);
/// assert!(written.contains("create_table = \"t\"") && !written.contains("_own"));
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Plugs<'p> {
    takes: Option<Box<Takes<'p>>>,
    types: Option<Box<Types<'p>>>,
    renames: Option<Box<Renames<'p>>>,
    columns: Option<ColumnOrder>,
    rewrite: Option<Box<Rewrite<'p>>>,
    name: Option<Box<Name<'p>>>,
}

type Takes<'p> = dyn Fn(Part<'_>, Origin) -> bool + 'p;
type Types<'p> = dyn Fn(&TypePair<'_>) -> Option<Compared> + 'p;
type Renames<'p> = dyn Fn(&LikelyRename) -> bool + 'p;
type Rewrite<'p> = dyn Fn(Operation, &Schema) -> Vec<Operation> + 'p;
type Name<'p> = dyn Fn(&TableName, &Constraint) -> Option<Ident> + 'p;

/// The two sides of a column whose types are compared.
#[derive(Debug, Clone, Copy)]
pub struct TypePair<'s> {
    /// The table.
    pub table: &'s TableName,
    /// The column as it is in the database, or in the history.
    pub existing: &'s Column,
    /// The column as the model says it.
    pub wanted: &'s Column,
    /// What they are compared for.
    pub server: &'s ServerInfo,
}

/// What comes of comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Nothing is to be done.
    Same,
    /// One is to become the other.
    Differs,
}

impl<'p> Plugs<'p> {
    /// Takes the program's word for nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which objects are compared, beside `include` and `exclude` of the configuration. It is asked for each object of the
    /// database or the history, and of the model: an object that one side alone leaves out comes, or goes.
    ///
    /// With a table all that is in it is left out; with a column what stands on it in its table.
    ///
    /// ```
    /// use limbeck::project::{Origin, Part, Plugs};
    ///
    /// // Columns that another tool adds stay, and nobody has to model them.
    /// let plugs = Plugs::new().objects(|part, origin| match part {
    ///     Part::Column(_, column) => origin == Origin::Model || !column.name.as_str().starts_with("_sync_"),
    ///     _ => true,
    /// });
    /// ```
    #[must_use]
    pub fn objects(mut self, takes: impl Fn(Part<'_>, Origin) -> bool + 'p) -> Self {
        self.takes = Some(Box::new(takes));
        self
    }

    /// Says of a column that is on both sides whether its type is another one; `None` leaves that to the dialect, to which a
    /// difference in spelling is none.
    ///
    /// ```
    /// use limbeck::core::column_type::ColumnType;
    /// use limbeck::project::{Compared, Plugs};
    ///
    /// // The length of a text is nobody's business.
    /// let plugs = Plugs::new().types(|pair| match (&pair.existing.ty, &pair.wanted.ty) {
    ///     (ColumnType::String { .. }, ColumnType::String { .. }) => Some(Compared::Same),
    ///     _ => None,
    /// });
    /// ```
    #[must_use]
    pub fn types(mut self, compare: impl Fn(&TypePair<'_>) -> Option<Compared> + 'p) -> Self {
        self.types = Some(Box::new(compare));
        self
    }

    /// Says of something that goes and something like it that comes whether it is one thing under another name, so that its rows
    /// or values stay, as if the rename had been given. Each pair is asked about once; without this a warning tells of it.
    ///
    /// ```
    /// use limbeck::project::{LikelyRename, Plugs};
    ///
    /// // Here tables are renamed and columns are not.
    /// let plugs = Plugs::new().renames(|likely| matches!(likely, LikelyRename::Table { .. }));
    /// ```
    #[must_use]
    pub fn renames(mut self, is_rename: impl Fn(&LikelyRename) -> bool + 'p) -> Self {
        self.renames = Some(Box::new(is_rename));
        self
    }

    /// Says where columns that come are put, whatever the configuration says (`column_order`).
    #[must_use]
    pub fn column_order(mut self, order: ColumnOrder) -> Self {
        self.columns = Some(order);
        self
    }

    /// Puts other operations in the place of one: none, itself, several. They are asked for in order of running, with the schema
    /// that the operation finds.
    ///
    /// ```
    /// use limbeck::core::action::Action;
    /// use limbeck::core::op::Operation;
    /// use limbeck::project::Plugs;
    ///
    /// // Columns go in a revision of their own, that a person writes.
    /// let plugs = Plugs::new().rewrite(|operation, _| match operation {
    ///     Operation::AlterTable(mut alter) => {
    ///         alter.actions.retain(|action| !matches!(action, Action::DropColumn(_)));
    ///         if alter.actions.is_empty() { Vec::new() } else { vec![alter.into()] }
    ///     }
    ///     other => vec![other],
    /// });
    /// ```
    #[must_use]
    pub fn rewrite(mut self, rewrite: impl Fn(Operation, &Schema) -> Vec<Operation> + 'p) -> Self {
        self.rewrite = Some(Box::new(rewrite));
        self
    }

    /// Names the constraints that are made and have no name; `None` leaves one without. Templates in the configuration do the
    /// same for most conventions (`naming`); what they name has a name already.
    ///
    /// ```
    /// use limbeck::core::name::Ident;
    /// use limbeck::project::Plugs;
    ///
    /// let plugs = Plugs::new().names(|table, constraint| {
    ///     let columns: Vec<&str> = constraint.columns().iter().map(|column| column.as_str()).collect();
    ///     Ident::new(&format!("{}__{}", table.name.as_str(), columns.join("__"))).ok()
    /// });
    /// ```
    #[must_use]
    pub fn names(mut self, name: impl Fn(&TableName, &Constraint) -> Option<Ident> + 'p) -> Self {
        self.name = Some(Box::new(name));
        self
    }
}
