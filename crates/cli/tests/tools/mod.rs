//! The tables of other tools on SQLite, as each tool makes them, with a few rows of its own.

/// A tool, and what it leaves in a database.
pub(crate) struct Tool {
    /// Its name, as `adopt` tells it.
    pub(crate) name: &'static str,
    /// The tables that it makes.
    pub(crate) tables: &'static [&'static str],
    /// The statements that make them, and their rows.
    pub(crate) layout: &'static str,
    /// The revisions that come of them.
    pub(crate) heads: &'static str,
}

pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        name: "Alembic",
        tables: &["alembic_version"],
        layout: "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
            CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
            INSERT INTO alembic_version VALUES ('ae1027a6acf0')",
        heads: "[\"ae1027a6acf0\"]",
    },
    Tool {
        name: "sqlalchemy-migrate",
        tables: &["migrate_version"],
        layout: "CREATE TABLE migrate_version (repository_id VARCHAR(250) NOT NULL, repository_path TEXT, version INTEGER,
            PRIMARY KEY (repository_id));
            INSERT INTO migrate_version VALUES ('nova', '/usr/lib/nova', 402), ('nova_api', '/usr/lib/api', 67)",
        heads: "[\"nova.402\",\"nova_api.67\"]",
    },
    Tool {
        name: "Diesel",
        tables: &["__diesel_schema_migrations"],
        layout: "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
            run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
            INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000'), ('20240102000000')",
        heads: "[\"20240102000000\"]",
    },
    Tool {
        name: "sqlx",
        tables: &["_sqlx_migrations"],
        layout: "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
            installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,
            execution_time BIGINT NOT NULL);
            INSERT INTO _sqlx_migrations VALUES (1, 'first', '2024-01-01', TRUE, x'00', 5), (2, 'second', '2024-01-02', TRUE, x'ff', 5)",
        heads: "[\"2\"]",
    },
    Tool {
        name: "refinery",
        tables: &["refinery_schema_history"],
        layout: "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255),
            checksum VARCHAR(255));
            INSERT INTO refinery_schema_history VALUES (1, 'initial', '2024-01-01T00:00:00Z', '1'), (10, 'more', '2024-01-02T00:00:00Z', '2')",
        heads: "[\"10\"]",
    },
    Tool {
        name: "SeaORM",
        tables: &["seaql_migrations"],
        layout: "CREATE TABLE \"seaql_migrations\" (\"version\" varchar NOT NULL PRIMARY KEY, \"applied_at\" bigint NOT NULL);
            INSERT INTO seaql_migrations VALUES ('m20220101_000001_create_table', 1), ('m20220102_000001_more', 2)",
        heads: "[\"m20220102_000001_more\"]",
    },
    Tool {
        name: "Django",
        tables: &["django_migrations"],
        layout: "CREATE TABLE \"django_migrations\" (\"id\" integer NOT NULL PRIMARY KEY AUTOINCREMENT, \"app\" varchar(255) NOT NULL,
            \"name\" varchar(255) NOT NULL, \"applied\" datetime NOT NULL);
            INSERT INTO django_migrations (app, name, applied) VALUES ('auth', '0001_initial', '2024-01-01'),
            ('shop', '0001_initial', '2024-01-01'), ('auth', '0002_more', '2024-01-02')",
        heads: "[\"adopted_django\"]",
    },
    Tool {
        name: "Flyway",
        tables: &["flyway_schema_history"],
        layout: "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50),
            description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT,
            installed_by VARCHAR(100) NOT NULL, installed_on TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
            execution_time INT NOT NULL, success BOOLEAN NOT NULL);
            CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);
            INSERT INTO flyway_schema_history VALUES
            (1, '1', 'first', 'SQL', 'V1__first.sql', 1, 'me', '2024-01-01', 1, 1),
            (2, '2.1', 'second', 'SQL', 'V2_1__second.sql', 1, 'me', '2024-01-02', 1, 1),
            (3, NULL, 'views', 'SQL', 'R__views.sql', 1, 'me', '2024-01-03', 1, 1)",
        heads: "[\"2.1\"]",
    },
    Tool {
        name: "Liquibase",
        tables: &["DATABASECHANGELOG", "DATABASECHANGELOGLOCK"],
        layout: "CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL,
            DATEEXECUTED TEXT NOT NULL, ORDEREXECUTED INTEGER NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35),
            DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255),
            LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10));
            CREATE TABLE DATABASECHANGELOGLOCK (ID INTEGER NOT NULL, LOCKED BOOLEAN NOT NULL, LOCKGRANTED TEXT,
            LOCKEDBY VARCHAR(255), CONSTRAINT PK_DATABASECHANGELOGLOCK PRIMARY KEY (ID));
            INSERT INTO DATABASECHANGELOGLOCK VALUES (1, 0, NULL, NULL);
            INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE) VALUES
            ('create-table-1', 'bob', 'changelog.xml', '2024-01-01', 1, 'EXECUTED'),
            ('add-column-2', 'bob', 'changelog.xml', '2024-01-02', 2, 'EXECUTED')",
        heads: "[\"add_column_2\"]",
    },
    Tool {
        name: "dbmate",
        tables: &["schema_migrations"],
        layout: "CREATE TABLE IF NOT EXISTS \"schema_migrations\" (version varchar(128) primary key);
            INSERT INTO schema_migrations VALUES ('20240101000000'), ('20240103000000')",
        heads: "[\"20240103000000\"]",
    },
    Tool {
        name: "golang-migrate",
        tables: &["schema_migrations"],
        layout: "CREATE TABLE schema_migrations (version uint64, dirty bool);
            CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
            INSERT INTO schema_migrations VALUES (20240104, 0)",
        heads: "[\"20240104\"]",
    },
    Tool {
        name: "Rails",
        tables: &["schema_migrations", "ar_internal_metadata"],
        layout: "CREATE TABLE \"schema_migrations\" (\"version\" varchar NOT NULL PRIMARY KEY);
            CREATE TABLE \"ar_internal_metadata\" (\"key\" varchar NOT NULL PRIMARY KEY, \"value\" varchar,
            \"created_at\" datetime(6) NOT NULL, \"updated_at\" datetime(6) NOT NULL);
            INSERT INTO ar_internal_metadata VALUES ('environment', 'test', '2024-01-01', '2024-01-01');
            INSERT INTO schema_migrations VALUES ('20240101000000'), ('20240105000000')",
        heads: "[\"20240105000000\"]",
    },
    Tool {
        name: "goose",
        tables: &["goose_db_version"],
        layout: "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL,
            is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
            INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1), (3, 1), (3, 0)",
        heads: "[\"2\"]",
    },
    Tool {
        name: "Atlas",
        tables: &["atlas_schema_revisions"],
        layout: "CREATE TABLE `atlas_schema_revisions` (`version` text NOT NULL, `description` text NOT NULL,
            `type` integer NOT NULL DEFAULT (2), `applied` integer NOT NULL DEFAULT (0), `total` integer NOT NULL DEFAULT (0),
            `executed_at` datetime NOT NULL, `execution_time` integer NOT NULL, `error` text NULL, `error_stmt` text NULL,
            `hash` text NOT NULL, `partial_hashes` json NULL, `operator_version` text NOT NULL, PRIMARY KEY (`version`));
            INSERT INTO atlas_schema_revisions VALUES
            ('.atlas_cloud_identifier', 'x', 2, 0, 0, '2024-01-01', 0, NULL, NULL, '', NULL, ''),
            ('20240101', 'first', 2, 1, 1, '2024-01-01', 5, '', '', 'h1:', NULL, 'Atlas CLI v0.30'),
            ('20240102', 'second', 2, 2, 2, '2024-01-02', 5, NULL, NULL, 'h1:', NULL, 'Atlas CLI v0.30')",
        heads: "[\"20240102\"]",
    },
    Tool {
        name: "Prisma",
        tables: &["_prisma_migrations"],
        layout: "CREATE TABLE \"_prisma_migrations\" (\"id\" TEXT PRIMARY KEY NOT NULL, \"checksum\" TEXT NOT NULL, \"finished_at\" DATETIME,
            \"migration_name\" TEXT NOT NULL, \"logs\" TEXT, \"rolled_back_at\" DATETIME,
            \"started_at\" DATETIME NOT NULL DEFAULT current_timestamp, \"applied_steps_count\" INTEGER UNSIGNED NOT NULL DEFAULT 0);
            INSERT INTO _prisma_migrations VALUES ('1', 'c', '2024-01-01', '20240101_init', NULL, NULL, '2024-01-01', 1),
            ('2', 'c', NULL, '20240102_more', 'failed', '2024-01-02', '2024-01-02', 0),
            ('3', 'c', '2024-01-03', '20240102_more', NULL, NULL, '2024-01-03', 1)",
        heads: "[\"20240102_more\"]",
    },
    Tool {
        name: "Sqitch",
        tables: &["releases", "projects", "changes", "tags", "dependencies", "events"],
        layout: "CREATE TABLE releases (version FLOAT PRIMARY KEY, installed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            installer_name TEXT NOT NULL, installer_email TEXT NOT NULL);
            CREATE TABLE projects (project TEXT PRIMARY KEY, uri TEXT NULL UNIQUE,
            created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, creator_name TEXT NOT NULL, creator_email TEXT NOT NULL);
            CREATE TABLE changes (change_id TEXT PRIMARY KEY, script_hash TEXT NULL, change TEXT NOT NULL,
            project TEXT NOT NULL REFERENCES projects(project) ON UPDATE CASCADE, note TEXT NOT NULL DEFAULT '',
            committed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, committer_name TEXT NOT NULL, committer_email TEXT NOT NULL,
            planned_at DATETIME NOT NULL, planner_name TEXT NOT NULL, planner_email TEXT NOT NULL, UNIQUE(project, script_hash));
            CREATE TABLE tags (tag_id TEXT PRIMARY KEY, tag TEXT NOT NULL, project TEXT NOT NULL REFERENCES projects(project),
            change_id TEXT NOT NULL REFERENCES changes(change_id), note TEXT NOT NULL DEFAULT '',
            committed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, committer_name TEXT NOT NULL, committer_email TEXT NOT NULL,
            planned_at DATETIME NOT NULL, planner_name TEXT NOT NULL, planner_email TEXT NOT NULL, UNIQUE(project, tag));
            CREATE TABLE dependencies (change_id TEXT NOT NULL REFERENCES changes(change_id), type TEXT NOT NULL,
            dependency TEXT NOT NULL, dependency_id TEXT NULL REFERENCES changes(change_id), PRIMARY KEY (change_id, dependency));
            CREATE TABLE events (event TEXT NOT NULL CHECK (event IN ('deploy', 'revert', 'fail', 'merge')), change_id TEXT NOT NULL,
            change TEXT NOT NULL, project TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', requires TEXT NOT NULL DEFAULT '',
            conflicts TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '', committed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
            committer_name TEXT NOT NULL, committer_email TEXT NOT NULL, planned_at DATETIME NOT NULL, planner_name TEXT NOT NULL,
            planner_email TEXT NOT NULL, PRIMARY KEY (change_id, committed_at));
            INSERT INTO projects VALUES ('app', NULL, '2024-01-01', 'a', 'a');
            INSERT INTO changes VALUES ('c1', 'h1', 'first', 'app', '', '2024-01-01', 'a', 'a', '2024-01-01', 'a', 'a'),
            ('c2', 'h2', 'second', 'app', '', '2024-01-02', 'a', 'a', '2024-01-02', 'a', 'a');
            INSERT INTO events VALUES ('deploy', 'c1', 'first', 'app', '', '', '', '', '2024-01-01', 'a', 'a', '2024-01-01', 'a', 'a'),
            ('deploy', 'c2', 'second', 'app', '', '', '', '', '2024-01-02', 'a', 'a', '2024-01-02', 'a', 'a')",
        heads: "[\"c2\"]",
    },
];
