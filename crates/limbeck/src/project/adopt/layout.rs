//! The tables in which other tools keep their history, as each tool's own source or documentation has them.

/// A tool whose history can be adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Alembic, of SQLAlchemy.
    Alembic,
    /// sqlalchemy-migrate, which came before it.
    SqlalchemyMigrate,
    /// Diesel's migrations.
    Diesel,
    /// The migrations of sqlx.
    Sqlx,
    /// refinery.
    Refinery,
    /// The migrations of SeaORM.
    SeaOrm,
    /// Django's migrations.
    Django,
    /// Flyway.
    Flyway,
    /// Liquibase.
    Liquibase,
    /// dbmate.
    Dbmate,
    /// golang-migrate.
    GolangMigrate,
    /// The migrations of Rails' Active Record.
    Rails,
    /// goose.
    Goose,
    /// Atlas.
    Atlas,
    /// Prisma Migrate.
    Prisma,
    /// Sqitch.
    Sqitch,
}

impl Tool {
    /// Returns its name, as a person writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alembic => "Alembic",
            Self::SqlalchemyMigrate => "sqlalchemy-migrate",
            Self::Diesel => "Diesel",
            Self::Sqlx => "sqlx",
            Self::Refinery => "refinery",
            Self::SeaOrm => "SeaORM",
            Self::Django => "Django",
            Self::Flyway => "Flyway",
            Self::Liquibase => "Liquibase",
            Self::Dbmate => "dbmate",
            Self::GolangMigrate => "golang-migrate",
            Self::Rails => "Rails",
            Self::Goose => "goose",
            Self::Atlas => "Atlas",
            Self::Prisma => "Prisma",
            Self::Sqitch => "Sqitch",
        }
    }

    /// Returns the tool of that name, whatever the case of its letters.
    pub fn named(name: &str) -> Option<Self> {
        LAYOUTS.iter().map(|layout| layout.tool).find(|tool| tool.name().eq_ignore_ascii_case(name))
    }

    /// Returns the names of all tools.
    pub fn names() -> Vec<&'static str> {
        LAYOUTS.iter().map(|layout| layout.tool.name()).collect()
    }
}

/// The table in which a tool keeps its history.
pub(super) struct Layout {
    pub(super) tool: Tool,
    /// Its usual name. Names are compared whatever the case of their letters.
    pub(super) table: &'static str,
    /// The schema of its own in which the tool may keep it.
    pub(super) schema: Option<&'static str>,
    /// The columns that each such table has, in any order, and what they hold.
    pub(super) columns: &'static [(&'static str, Kind)],
    /// The columns that only some versions of the tool make.
    pub(super) optional: &'static [&'static str],
    /// What belongs to it beside: the names of tables, and columns that they have. Where a table of that name lacks one of
    /// them, it is not the tool's.
    pub(super) beside: &'static [(&'static str, &'static [&'static str])],
    /// Who says so.
    pub(super) source: &'static str,
}

/// What a column of a layout holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// Whole numbers.
    Number,
    /// Either, or what each database has another type for.
    Any,
}

use Kind::{Any, Number, Text};

/// The layouts. Rails and dbmate have the same; what is beside it tells them apart.
pub(super) const LAYOUTS: &[Layout] = &[
    Layout {
        tool: Tool::Alembic,
        table: "alembic_version",
        schema: None,
        columns: &[("version_num", Text)],
        optional: &[],
        beside: &[],
        source: "alembic/ddl/impl.py, DefaultImpl.version_table_impl",
    },
    Layout {
        tool: Tool::SqlalchemyMigrate,
        table: "migrate_version",
        schema: None,
        columns: &[("repository_id", Text), ("repository_path", Text), ("version", Number)],
        optional: &[],
        beside: &[],
        source: "migrate/versioning/schema.py, ControlledSchema._create_table_version",
    },
    Layout {
        tool: Tool::Diesel,
        table: "__diesel_schema_migrations",
        schema: None,
        columns: &[("version", Text), ("run_on", Any)],
        optional: &[],
        beside: &[],
        source: "diesel/src/migration/setup_migration_table.sql",
    },
    Layout {
        tool: Tool::Sqlx,
        table: "_sqlx_migrations",
        schema: None,
        columns: &[
            ("version", Number),
            ("description", Text),
            ("installed_on", Any),
            ("success", Any),
            ("checksum", Any),
            ("execution_time", Number),
        ],
        optional: &[],
        beside: &[],
        source: "sqlx-sqlite/src/migrate.rs, ensure_migrations_table",
    },
    Layout {
        tool: Tool::Refinery,
        table: "refinery_schema_history",
        schema: None,
        columns: &[("version", Number), ("name", Text), ("applied_on", Text), ("checksum", Text)],
        optional: &[],
        beside: &[],
        source: "refinery_core/src/traits/mod.rs, ASSERT_MIGRATIONS_TABLE_QUERY",
    },
    Layout {
        tool: Tool::SeaOrm,
        table: "seaql_migrations",
        schema: None,
        columns: &[("version", Text), ("applied_at", Number)],
        optional: &[],
        beside: &[],
        source: "sea-orm-migration/src/seaql_migrations.rs",
    },
    Layout {
        tool: Tool::Django,
        table: "django_migrations",
        schema: None,
        columns: &[("id", Number), ("app", Text), ("name", Text), ("applied", Any)],
        optional: &[],
        beside: &[],
        source: "django/db/migrations/recorder.py, MigrationRecorder.Migration",
    },
    Layout {
        tool: Tool::Flyway,
        table: "flyway_schema_history",
        schema: None,
        columns: &[
            ("installed_rank", Number),
            ("version", Text),
            ("description", Text),
            ("type", Text),
            ("script", Text),
            ("checksum", Number),
            ("installed_by", Text),
            ("installed_on", Any),
            ("execution_time", Number),
            ("success", Any),
        ],
        optional: &[],
        beside: &[],
        source: "documentation.red-gate.com/fd, Flyway schema history table",
    },
    Layout {
        tool: Tool::Liquibase,
        table: "databasechangelog",
        schema: None,
        columns: &[
            ("id", Text),
            ("author", Text),
            ("filename", Text),
            ("dateexecuted", Any),
            ("orderexecuted", Number),
            ("exectype", Text),
            ("md5sum", Text),
            ("description", Text),
            ("comments", Text),
            ("tag", Text),
            ("liquibase", Text),
        ],
        optional: &["contexts", "labels", "deployment_id"],
        beside: &[("databasechangeloglock", &["id", "locked", "lockgranted", "lockedby"])],
        source: "docs.liquibase.com, DATABASECHANGELOG and DATABASECHANGELOGLOCK",
    },
    Layout {
        tool: Tool::Dbmate,
        table: "schema_migrations",
        schema: None,
        columns: &[("version", Text)],
        optional: &[],
        beside: &[],
        source: "dbmate/pkg/driver/sqlite/sqlite.go, CreateMigrationsTable",
    },
    Layout {
        tool: Tool::GolangMigrate,
        table: "schema_migrations",
        schema: None,
        columns: &[("version", Number), ("dirty", Any)],
        optional: &[],
        beside: &[],
        source: "golang-migrate/database/postgres/postgres.go, ensureVersionTable",
    },
    Layout {
        tool: Tool::Rails,
        table: "schema_migrations",
        schema: None,
        columns: &[("version", Text)],
        optional: &[],
        beside: &[("ar_internal_metadata", &["key", "value", "created_at", "updated_at"])],
        source: "activerecord/lib/active_record/schema_migration.rb, internal_metadata.rb",
    },
    Layout {
        tool: Tool::Goose,
        table: "goose_db_version",
        schema: None,
        columns: &[("id", Number), ("version_id", Number), ("is_applied", Any), ("tstamp", Any)],
        optional: &[],
        beside: &[],
        source: "goose/internal/dialect/dialectquery/sqlite3.go, CreateTable",
    },
    Layout {
        tool: Tool::Atlas,
        table: "atlas_schema_revisions",
        schema: Some("atlas_schema_revisions"),
        columns: &[
            ("version", Text),
            ("description", Text),
            ("type", Number),
            ("applied", Number),
            ("total", Number),
            ("executed_at", Any),
            ("execution_time", Number),
            ("error", Text),
            ("hash", Text),
            ("partial_hashes", Any),
            ("operator_version", Text),
        ],
        optional: &["error_stmt"],
        beside: &[],
        source: "atlas/cmd/atlas/internal/migrate/ent/schema/revision.go",
    },
    Layout {
        tool: Tool::Prisma,
        table: "_prisma_migrations",
        schema: None,
        columns: &[
            ("id", Text),
            ("checksum", Text),
            ("finished_at", Any),
            ("migration_name", Text),
            ("logs", Text),
            ("rolled_back_at", Any),
            ("started_at", Any),
            ("applied_steps_count", Number),
        ],
        optional: &[],
        beside: &[],
        source: "prisma-engines/schema-engine/ARCHITECTURE.md, the migrations table",
    },
    Layout {
        tool: Tool::Sqitch,
        table: "changes",
        schema: Some("sqitch"),
        columns: &[
            ("change_id", Text),
            ("change", Text),
            ("project", Text),
            ("note", Text),
            ("committed_at", Any),
            ("committer_name", Text),
            ("committer_email", Text),
            ("planned_at", Any),
            ("planner_name", Text),
            ("planner_email", Text),
        ],
        optional: &["script_hash"],
        beside: &[
            ("projects", &["project", "uri", "created_at", "creator_name", "creator_email"]),
            ("events", &["event", "change_id", "change", "project", "committed_at"]),
            ("tags", &["tag_id", "tag", "project", "change_id"]),
            ("dependencies", &["change_id", "type", "dependency", "dependency_id"]),
            ("releases", &["version", "installed_at", "installer_name", "installer_email"]),
        ],
        source: "sqitch/lib/App/Sqitch/Engine/sqlite.sql",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_says_whence_it_is_known_and_writes_its_names_in_small_letters() {
        for layout in LAYOUTS {
            assert!(!layout.source.is_empty() && !layout.columns.is_empty());
            let names = layout.columns.iter().map(|(name, _)| *name).chain(layout.optional.iter().copied());
            assert!(names.chain([layout.table]).all(|name| name == name.to_lowercase()), "{}", layout.table);
            assert_eq!(Tool::named(&layout.tool.name().to_uppercase()), Some(layout.tool));
        }
        assert_eq!(LAYOUTS.len(), 16);
        assert_eq!(Tool::named("Phinx"), None);
    }
}
