//! The texts that tests read: all that the fixtures store, and odd ones.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

/// Texts that SQLite takes, odd on purpose.
pub(in crate::ddl) const ODD: [&str; 31] = [
    "CREATE TABLE t(a)",
    "create temp table if not exists t (a) ;",
    "CREATE TABLE main.t (a)",
    "CREATE TABLE t(key, desc, temp, replace, cascade, window, over, filter, action, no, row, end, indexed, left, full)",
    "CREATE TABLE t('it''s' 'a type', \"we\"\"ird\", [two words] [odd type], `back``tick` ``)",
    "CREATE TABLE t(a unsigned big int (+10, -2), b \"INTEGER\" PRIMARY KEY, c national varying character(255))",
    "CREATE TABLE t(z, a INT GENERATED ALWAYS AS (1) STORED, b AS (a) VIRTUAL, c generated always as (a + (2)))",
    "CREATE TABLE t(a generated, b generated always, c always INT)",
    "CREATE TABLE t(a CONSTRAINT x, b CONSTRAINT y CONSTRAINT z NOT NULL, CONSTRAINT w, CONSTRAINT v CHECK (a))",
    "CREATE TABLE t(a, b, UNIQUE (a) UNIQUE (b) CHECK (a > 0) CONSTRAINT c FOREIGN KEY (a) REFERENCES t(b))",
    "CREATE TABLE t(a INTEGER PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT NOT NULL ON CONFLICT IGNORE)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b UNIQUE ON CONFLICT ROLLBACK, c NULL ON CONFLICT REPLACE)",
    "CREATE TABLE t(a INTEGER, PRIMARY KEY (a COLLATE nocase DESC AUTOINCREMENT) ON CONFLICT ABORT)",
    "CREATE TABLE t(a, b, UNIQUE ((a), (\"b\" COLLATE rtrim) ASC), UNIQUE (('b')) ON CONFLICT IGNORE)",
    "CREATE TABLE t(a, UNIQUE (a COLLATE \"nocase\" COLLATE 'rtrim' DESC), PRIMARY KEY ((a COLLATE [nocase]) COLLATE binary))",
    "CREATE TABLE t(a INT, b INT, PRIMARY KEY (b, a DESC)) WITHOUT ROWID, STRICT",
    "CREATE TABLE t(a ANY) strict",
    "CREATE TABLE t(a INT PRIMARY KEY) , without /* */ rowid",
    "CREATE TABLE t(a REFERENCES o ON DELETE SET NULL ON UPDATE CASCADE MATCH FULL ON INSERT NO ACTION NOT DEFERRABLE)",
    "CREATE TABLE t(a REFERENCES o(x) NOT NULL DEFERRABLE INITIALLY DEFERRED, b DEFERRABLE)",
    "CREATE TABLE t(a, b, FOREIGN KEY (a, b) REFERENCES o(x, y) MATCH simple DEFERRABLE INITIALLY IMMEDIATE)",
    "CREATE TABLE t(a DEFAULT -1.5e3, b DEFAULT (1 + 2) , c DEFAULT + 'x', d DEFAULT - CURRENT_TIME, e DEFAULT abort)",
    "CREATE TABLE t(a DEFAULT x'00', b DEFAULT \"q\", c DEFAULT 1_000, d DEFAULT (((1))), e DEFAULT indexed, f DEFAULT [x y])",
    "CREATE TABLE/**/t/**/(/**/a/**/INT/**/(/**/10/**/)/**/PRIMARY/**/KEY/**/NOT/**/NULL/**/,/**/b--\n)--\n/**/WITHOUT/**/ROWID",
    "CREATE TABLE t(a TEXT COLLATE 'nocase' COLLATE binary CHECK (a <> ')' AND a <> \"(\"), b CHECK (b IN (1, (2), ',')))",
    "CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a COLLATE nocase DESC, (b) ASC, c + 1 COLLATE x, desc, asc DESC) WHERE a > (1)",
    "CREATE INDEX i ON t (lower(a), 'b', (c COLLATE x))",
    "CREATE TEMPORARY VIEW IF NOT EXISTS v (x, [y z]) AS WITH c AS (SELECT 1, ';') SELECT * FROM c",
    "CREATE TRIGGER r INSTEAD OF UPDATE OF a, \"b\" ON v FOR EACH ROW WHEN new.a = begin BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM t; END",
    "CREATE TEMP TRIGGER main.r DELETE ON main.t BEGIN SELECT RAISE(ABORT, 'END;'); END;",
    "CREATE VIRTUAL TABLE IF NOT EXISTS f USING fts5(a, b UNINDEXED, , tokenize = 'porter', content=\"t\")",
];

/// Returns every text that the databases of the fixtures store, with the name of its fixture.
pub(in crate::ddl) fn stored() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (name, connection) in databases() {
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL UNION ALL SELECT sql FROM sqlite_temp_schema WHERE sql IS NOT NULL").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        texts.extend(rows.map(|sql| (name.clone(), sql.unwrap())));
    }
    assert!(texts.len() > 800);
    texts
}

/// Makes the databases of the fixtures, each with the name of its fixture.
pub(in crate::ddl) fn databases() -> Vec<(String, Connection)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sqlite");
    let folders = ["fidelity", "schemas"].map(|folder| fs::read_dir(top.join(folder)).unwrap());
    let mut paths: Vec<_> = folders.into_iter().flatten().map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    paths.sort();
    let open = |path: &std::path::PathBuf| {
        let connection = Connection::open_in_memory().unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        connection
            .execute_batch(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        (name, connection)
    };
    paths.iter().map(open).collect()
}
