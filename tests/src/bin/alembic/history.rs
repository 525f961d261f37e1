//! The histories that are compared, and where they are in their packages.

use std::error::Error;
use std::path::{Path, PathBuf};

use limbeck::config::Config;
use limbeck_core::graph::{Direction, Heads, Target};
use limbeck_core::history::History;
use limbeck_core::revision::RevisionId;
use limbeck_core::script::Files;

use crate::oracle::Answer;
use crate::ours::Ours;

/// SQLAlchemy's names of the dialects, and the servers that Limbeck makes SQL for.
pub(crate) const DIALECTS: [(&str, &str); 3] =
    [("sqlite", "sqlite"), ("postgresql", "postgres:16"), ("mysql", "mysql:8.4")];

/// A history of a package.
pub(crate) struct Known {
    /// How it is called in the report.
    pub(crate) name: &'static str,
    /// The directory of the package, as its wheel is called.
    pub(crate) package: &'static str,
    /// The directory with `env.py`.
    pub(crate) scripts: &'static str,
    /// The directory with scripts, below that one.
    pub(crate) versions: &'static str,
    /// SQLAlchemy's names of the dialects that it is for; none is all.
    pub(crate) dialects: &'static [&'static str],
    /// The application's own types, as `limbeck.toml` maps them.
    pub(crate) types: &'static str,
}

const AIRFLOW: &str = r#"
"airflow.migrations.db_types.StringID" = "string({9:length|250})"
"airflow.models.base.StringID" = "string({9:length|250})"
"airflow.migrations.db_types.TIMESTAMP" = { base = { native = "TIMESTAMP" }, postgres = { native = "TIMESTAMP WITH TIME ZONE" }, mysql = { native = "TIMESTAMP(6)" } }
"airflow.utils.sqlalchemy.UtcDateTime" = { base = { native = "TIMESTAMP" }, postgres = { native = "TIMESTAMP WITH TIME ZONE" }, mysql = { native = "TIMESTAMP(6)" } }
"#;

const PREFECT: &str = r#"
"prefect.server.utilities.database.UUID" = { base = { native = "CHAR(36)" }, postgres = "uuid" }
"prefect.server.utilities.database.Timestamp" = { base = "datetime", postgres = { native = "TIMESTAMP WITH TIME ZONE" } }
"prefect.server.utilities.database.JSON" = { base = "json", postgres = { native = "JSONB" } }
"prefect.server.utilities.database.Pydantic" = { base = "json", postgres = { native = "JSONB" } }
"#;

macro_rules! history {
    ($name:literal $package:literal $scripts:literal $versions:literal [$($dialect:literal)*] $types:expr) => {
        Known {
            name: $name,
            package: $package,
            scripts: $scripts,
            versions: $versions,
            dialects: &[$($dialect),*],
            types: $types,
        }
    };
}

impl Known {
    /// Returns the dialects that it is for, and the servers that Limbeck makes SQL for.
    pub(crate) fn dialects(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let is_for = |dialect: &(&str, &str)| self.dialects.is_empty() || self.dialects.contains(&dialect.0);
        DIALECTS.into_iter().filter(is_for)
    }

    /// Returns where Alembic finds the scripts.
    pub(crate) fn locations(&self, root: &Path) -> serde_json::Value {
        let scripts = root.join(self.scripts);
        serde_json::json!({ "scripts": scripts, "versions": scripts.join(self.versions) })
    }
}

/// Every history, a line each.
pub(crate) const HISTORIES: &[Known] = &[
    history!("keystone" "keystone" "keystone/common/sql/migrations" "versions" [] ""),
    history!("mlflow" "mlflow" "mlflow/store/db_migrations" "versions" [] ""),
    history!("mlflow auth" "mlflow" "mlflow/server/auth/db/migrations" "versions" [] ""),
    history!("airflow" "apache_airflow_core" "airflow/migrations" "versions" [] AIRFLOW),
    history!("optuna" "optuna" "optuna/storages/_rdb/alembic" "versions" [] ""),
    history!("jupyterhub" "jupyterhub" "jupyterhub/alembic" "versions" [] ""),
    history!("prefect pg" "prefect" "prefect/server/database/_migrations" "versions/postgresql" ["postgresql"] PREFECT),
    history!("prefect sqlite" "prefect" "prefect/server/database/_migrations" "versions/sqlite" ["sqlite"] PREFECT),
    history!("ironic" "ironic" "ironic/db/sqlalchemy/alembic" "versions" [] ""),
    history!("octavia" "octavia" "octavia/db/migration/alembic_migrations" "versions" [] ""),
    history!("rucio" "rucio" "rucio/db/sqla/migrate_repo" "versions" [] ""),
    history!("zenml" "zenml" "zenml/zen_stores/migrations" "versions" [] ""),
];

/// A history as a user would open it: by an `alembic.ini` beside a `limbeck.toml` with types, made for it in a directory of its
/// own, which goes with this.
pub(crate) struct Opened {
    directory: tempfile::TempDir,
    pub(crate) history: History,
    /// How the application calls rules without a name, which Alembic is told too.
    pub(crate) convention: String,
}

impl Opened {
    /// Returns the path of its `alembic.ini`.
    pub(crate) fn ini(&self) -> PathBuf {
        self.directory.path().join("alembic.ini")
    }
}

/// Opens a history with the types of its application, as `limbeck.toml` maps them; with none that is the empty text.
pub(crate) fn open(known: &Known, root: &Path, types: &str) -> Result<Opened, Box<dyn Error>> {
    let root = root.canonicalize()?;
    let directory = tempfile::tempdir()?;
    let scripts = root.join(known.scripts);
    let ini = format!(
        "[alembic]\nscript_location = {}\nversion_locations = {}\npath_separator = newline\nrecursive_version_locations = true\nprepend_sys_path = {}\n",
        scripts.display(),
        scripts.join(known.versions).display(),
        root.display()
    );
    let path = directory.path().join("alembic.ini");
    std::fs::write(&path, ini)?;
    let types = format!("[alembic.types]\n{types}");
    std::fs::write(directory.path().join("limbeck.toml"), types)?;
    let config = Config::load(&path, &|_| None)?;
    let naming = config.naming.clone();
    let project = config.alembic.as_ref().ok_or("no Alembic project was read")?;
    let convention: serde_json::Map<String, serde_json::Value> =
        project.naming_convention().iter().map(|(kind, text)| (kind.clone(), text.as_str().into())).collect();
    let history = project.add_scripts(History::builder(), &Files::disk()).naming(naming).build()?;
    Ok(Opened { directory, history, convention: serde_json::Value::from(convention).to_string() })
}

/// Returns all revisions in the order in which they are applied to an empty database.
pub(crate) fn order(history: &History) -> Result<Vec<RevisionId>, Box<dyn Error>> {
    let route = history
        .graph()
        .upgrade(&Heads::default(), &Target::heads())
        .map_err(limbeck_core::diagnostic::Diagnostic::from)?;
    Ok(route.steps.into_iter().map(|step| step.revision).collect())
}

/// What both say of each revision on one dialect, in the order of [`order`].
pub(crate) struct Sides {
    pub(crate) dialect: &'static str,
    pub(crate) ours: Vec<(Ours, Ours)>,
    pub(crate) theirs: Vec<(Answer, Answer)>,
}

impl Sides {
    /// Returns what both say of one revision.
    pub(crate) fn pair(&self, number: usize, direction: Direction) -> (&Ours, &Answer) {
        let (ours, theirs) = (&self.ours[number], &self.theirs[number]);
        match direction {
            Direction::Up => (&ours.0, &theirs.0),
            Direction::Down => (&ours.1, &theirs.1),
        }
    }
}
