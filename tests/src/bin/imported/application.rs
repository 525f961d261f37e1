//! The applications whose histories are imported.

/// An application of PyPI.
pub(crate) struct Application {
    /// The package.
    pub(crate) package: &'static str,
    /// The directory with `env.py`, below the packages of its environment.
    pub(crate) scripts: &'static str,
    /// What its own command does before `env.py` runs.
    pub(crate) before: &'static str,
    /// The version table, as its `env.py` has it.
    pub(crate) version_table: &'static str,
}

/// Those that make their whole schema by their scripts, on an empty database, on SQLite and PostgreSQL.
pub(crate) const APPLICATIONS: &[Application] = &[
    Application {
        package: "keystone",
        scripts: "keystone/common/sql/migrations",
        before: "import keystone.conf\nkeystone.conf.configure()",
        version_table: "alembic_version",
    },
    Application {
        package: "optuna",
        scripts: "optuna/storages/_rdb/alembic",
        before: "",
        version_table: "alembic_version",
    },
    Application {
        package: "openstack-placement",
        scripts: "placement/db/sqlalchemy/alembic",
        before: "import os\nos.environ[\"OS_PLACEMENT_DATABASE__CONNECTION\"] = \"sqlite://\"",
        version_table: "alembic_version",
    },
    Application {
        package: "masakari",
        scripts: "masakari/db/sqlalchemy/migrations",
        before: "",
        version_table: "masakari_alembic_version",
    },
];
