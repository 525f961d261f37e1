//! Holds the grammar against SQLite itself: what one calls a syntax error, the other does too.

use rusqlite::Connection;

use super::super::meaningful;
use super::super::oracle::{Verdict, verdict};
use super::{Part, mentions};

const EXPRESSIONS: &[&str] = &[
    // Precedence decides what is an error.
    "a BETWEEN b OR c AND d",
    "a BETWEEN b = c AND d",
    "a BETWEEN NOT b AND c",
    "a BETWEEN b BETWEEN c AND d AND e",
    "a BETWEEN b AND c AND d",
    "a BETWEEN b AND c OR d NOT BETWEEN e AND f",
    "a BETWEEN b OR NOT c AND d",
    "NOT a IS NOT NULL",
    "a + NOT b = c",
    "a LIKE b ESCAPE c",
    "a NOT LIKE b LIKE c ESCAPE d",
    "a LIKE b ESCAPE c ESCAPE d",
    "a LIKE NOT a LIKE b ESCAPE c ESCAPE d",
    "a LIKE b > c ESCAPE d",
    "a ESCAPE b",
    "a IS NOT DISTINCT FROM b",
    "a IS DISTINCT FROM b IS NOT c",
    "a IS DISTINCT b",
    "a NOT NULL NOT NULL ISNULL NOTNULL",
    "a NOT",
    "a NOT b",
    "a IS NOT NOT b",
    "a MATCH b GLOB c REGEXP d",
    "- + ~ NOT a",
    "~a COLLATE nocase || b -> '$' ->> c",
    "a COLLATE 'x' COLLATE \"y\"",
    "a COLLATE left",
    "a == b <> c != d <= e >= f << g >> h",
    "a = = b",
    "a =",
    "",
    // Literals.
    "1_000 + 0x1F + 1.5e3 + .5 + 5.",
    "1__0",
    "1a",
    "x'0'",
    "X'00ff'",
    "current_timestamp",
    "current_time()",
    "current_date.x",
    "\"current_date\".x",
    "null",
    "true AND false",
    ":a + ?1 + @b + $c::d(e)",
    "#1",
    "#a",
    // Names.
    "a.b.c",
    "a.b.c.d",
    "a.",
    "'a'.b",
    "'a'.'b'.[c]",
    "left.right.cross",
    "indexed",
    "key + rowid + temp + if",
    "end + desc + begin",
    "table",
    "cast",
    "raise",
    "\"cast\" + [raise] + `select`",
    "a.cast + a.raise",
    "a.select",
    "over + filter + window",
    "(a) over (b)",
    "(a) filter (b)",
    "filter(a)",
    // Calls.
    "f()",
    "f(*)",
    "f(DISTINCT a, b)",
    "f(DISTINCT)",
    "f(ALL a ORDER BY b DESC NULLS LAST, c)",
    "f(ORDER BY a)",
    "f(a ORDER BY a NULLS)",
    "f(DISTINCT *)",
    "f(a,)",
    "'f'(a)",
    "left(a) + replace(a, b, c) + like(a, b) + glob(a, b)",
    "count(*) FILTER (WHERE a > 1) OVER w",
    "count(*) FILTER (a > 1)",
    "count(*) FILTER (WHERE a) OVER (w PARTITION BY a, b ORDER BY c ROWS 1 PRECEDING)",
    "sum(a) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES)",
    "sum(a) OVER (ORDER BY b GROUPS BETWEEN 1 AND 2 PRECEDING AND 2 FOLLOWING EXCLUDE NO OTHERS)",
    "sum(a) OVER (RANGE UNBOUNDED FOLLOWING)",
    "sum(a) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)",
    "sum(a) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED PRECEDING)",
    "sum(a) OVER ()",
    "sum(a) OVER (w)",
    "sum(a) OVER (rows)",
    "sum(a) OVER (partition)",
    "sum(a) OVER (current)",
    "sum(a) OVER left",
    "sum(a) OVER indexed",
    "sum(a) OVER 'w'",
    // CASE, CAST, RAISE, EXISTS.
    "CASE WHEN a THEN b END",
    "CASE a WHEN b THEN c WHEN d THEN e ELSE f END",
    "CASE a END",
    "CASE end WHEN end THEN end ELSE end END",
    "CASE WHEN a THEN b ELSE c",
    "CAST(a AS integer)",
    "CAST(a AS)",
    "CAST(a AS unsigned big 'int' (10, -2))",
    "CAST(a AS (10))",
    "CAST(a AS int(1_0))",
    "CAST(a AS int(+1.5))",
    "CAST(a AS int(a))",
    "CAST(a AS left)",
    "CAST(a)",
    "CAST(a, b AS int)",
    "RAISE(IGNORE)",
    "RAISE(ABORT, 'a' || b)",
    "RAISE(ABORT)",
    "RAISE(REPLACE, 'a')",
    "EXISTS (SELECT 1)",
    "EXISTS (a)",
    "NOT EXISTS (VALUES (1))",
    // Rows, sets and subqueries.
    "(a, b) = (1, 2)",
    "(a)",
    "((a))",
    "()",
    "(a,)",
    "a IN ()",
    "a IN (1, 2)",
    "a NOT IN (SELECT 1 UNION SELECT 2)",
    "a IN t",
    "a IN main.t(1, 2)",
    "a IN 't'",
    "a IN left",
    "a IN t.b.c",
    "a IN (WITH x AS (SELECT 1) SELECT * FROM x)",
    "a IN ((SELECT 1))",
    "(SELECT a)",
    "(with)",
    "(replace)",
    "a b",
];

const SELECTS: &[&str] = &[
    "SELECT 1",
    "SELECT",
    "SELECT *",
    "SELECT FROM t",
    "SELECT DISTINCT a, ALL b",
    "SELECT ALL a b, c AS d, e 'f', g \"h\", i [j] FROM t",
    "SELECT a left FROM t",
    "SELECT a AS left FROM t",
    "SELECT a desc, b like, c FROM t",
    "SELECT a desc, b offset, c do FROM t",
    "SELECT t.*, 'u'.*, left.* FROM t",
    "SELECT main.t.* FROM t",
    "SELECT cast.* FROM t",
    "SELECT current_time.* FROM t",
    "SELECT \"raise\".*, begin.* FROM t",
    "SELECT a.b c FROM t",
    "SELECT window, over, filter FROM t",
    "SELECT (a) over FROM t",
    "SELECT f(a) filter FROM t",
    "SELECT f(a) over b FROM t",
    "SELECT a FROM t window",
    "SELECT a FROM t window AS x",
    "SELECT a FROM t WINDOW w AS (ORDER BY a), x AS (w)",
    "SELECT a FROM t WINDOW w AS ()",
    "SELECT a FROM t AS window WHERE window.a",
    "SELECT a FROM t WHERE b GROUP BY c, d HAVING e ORDER BY f COLLATE nocase DESC LIMIT 1 OFFSET 2",
    "SELECT a LIMIT 1, 2",
    "SELECT a LIMIT 1 OFFSET",
    "SELECT a HAVING b",
    "SELECT a ORDER BY a NULLS FIRST, b",
    "SELECT a GROUP BY a ORDER BY",
    "SELECT a ORDER BY a LIMIT 1 WHERE b",
    "VALUES (1, 2), (3, 4)",
    "VALUES (1) ORDER BY 1",
    "VALUES ()",
    "SELECT 1 UNION SELECT 2 UNION ALL SELECT 3 EXCEPT VALUES (4) INTERSECT SELECT 5 ORDER BY 1",
    "SELECT 1 ORDER BY 1 UNION SELECT 2",
    "SELECT 1 LIMIT 1 UNION SELECT 2",
    "SELECT 1 UNION (SELECT 2)",
    "(SELECT 1)",
    "SELECT 1 UNION WITH a AS (SELECT 1) SELECT 2",
    "WITH a AS (SELECT 1), b(x, y) AS NOT MATERIALIZED (SELECT 2, 3) SELECT * FROM a, b",
    "WITH RECURSIVE a(n) AS MATERIALIZED (SELECT 1 UNION ALL SELECT n + 1 FROM a LIMIT 5) SELECT * FROM a",
    "WITH recursive AS (SELECT 1) SELECT 2",
    "WITH a AS (SELECT 1), recursive AS (SELECT 2) SELECT 3",
    "WITH a AS SELECT 1 SELECT 2",
    "WITH a SELECT 2",
    "WITH materialized AS materialized (SELECT 1) SELECT 2",
    // Joins.
    "SELECT 1 FROM a, b JOIN c LEFT JOIN d ON e NATURAL LEFT OUTER JOIN f CROSS JOIN g USING (h, i)",
    "SELECT 1 FROM a INNER LEFT JOIN b",
    "SELECT 1 FROM a OUTER JOIN b",
    "SELECT 1 FROM a LEFT RIGHT FULL JOIN b",
    "SELECT 1 FROM a LEFT RIGHT FULL OUTER JOIN b",
    "SELECT 1 FROM a NATURAL b JOIN c",
    "SELECT 1 FROM a left",
    "SELECT 1 FROM a AS left JOIN b",
    "SELECT 1 FROM left",
    "SELECT 1 FROM a JOIN left JOIN b",
    "SELECT 1 FROM a ON b",
    "SELECT 1 FROM a, b ON c ON d",
    "SELECT 1 FROM a JOIN b USING c",
    "SELECT 1 FROM (a JOIN b ON c) d JOIN (e)",
    "SELECT 1 FROM (a ON b)",
    "SELECT 1 FROM ((SELECT 1) AS x, y)",
    "SELECT 1 FROM ((SELECT 1) UNION SELECT 2)",
    "SELECT 1 FROM (VALUES (1)) v",
    "SELECT 1 FROM (with)",
    "SELECT 1 FROM (replace)",
    "SELECT 1 FROM main.t AS u INDEXED BY i WHERE a",
    "SELECT 1 FROM t NOT INDEXED, u",
    "SELECT 1 FROM t INDEXED BY i u",
    "SELECT 1 FROM t indexed",
    "SELECT 1 FROM indexed",
    "SELECT 1 FROM f(1, 2) g, json_each(t.a), h()",
    "SELECT 1 FROM f(1) INDEXED BY i",
    "SELECT 1 FROM f(*)",
    "SELECT 1 FROM 't' 'u'",
    "SELECT 1 FROM t,",
    "SELECT 1 FROM t u v",
    "SELECT 1 FROM t -- a comment\n, /* another */ u",
];

const STATEMENTS: &[&str] = &[
    "SELECT 1",
    "SELECT RAISE(ABORT, 'no') WHERE new.a IS NOT old.a",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "WITH a AS (SELECT 1) DELETE FROM t",
    "VALUES (1)",
    "DELETE FROM t",
    "DELETE FROM t WHERE a RETURNING b",
    "DELETE FROM t AS u WHERE u.a",
    "DELETE FROM t u",
    "UPDATE t SET a = 1",
    "UPDATE OR IGNORE t AS u SET a = 1, (b, c) = (2, 3) FROM v JOIN w WHERE d",
    "UPDATE OR NOTHING t SET a = 1",
    "UPDATE t SET a == 1",
    "UPDATE t SET u.a = 1",
    "UPDATE t SET 'a' = 1, left = 2",
    "UPDATE t SET a = 1 ORDER BY b LIMIT 1",
    "UPDATE t SET a = 1 RETURNING a",
    "INSERT INTO t VALUES (1)",
    "INSERT INTO t DEFAULT VALUES",
    "INSERT INTO t(a, b) SELECT 1, 2",
    "INSERT INTO t() SELECT 1",
    "INSERT OR REPLACE INTO t AS u (a) WITH x AS (SELECT 1) SELECT * FROM x WHERE 1 ON CONFLICT DO NOTHING",
    "REPLACE INTO t VALUES (1), (2)",
    "REPLACE OR IGNORE INTO t VALUES (1)",
    "INSERT INTO t SELECT * FROM u ON CONFLICT DO NOTHING",
    "INSERT INTO t SELECT * FROM u JOIN v USING (a) ON CONFLICT DO NOTHING",
    "INSERT INTO t SELECT 1 ON CONFLICT DO UPDATE SET a = 1",
    "INSERT INTO t VALUES (1) ON CONFLICT (a, b COLLATE x DESC) WHERE c DO UPDATE SET a = excluded.a WHERE d",
    "INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING ON CONFLICT (b) DO NOTHING ON CONFLICT DO NOTHING",
    "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING ON CONFLICT DO NOTHING",
    "INSERT INTO t VALUES (1) ON CONFLICT () DO NOTHING",
    "INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET (a, b) = (SELECT 1, 2)",
    "INSERT INTO t VALUES (1) RETURNING a",
    "replace INTO replace VALUES (replace(1, 2, 3))",
    "CREATE TABLE a (b)",
    "end",
];

fn connection() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE x (y)").unwrap();
    connection
}

#[test]
fn expressions_are_refused_where_sqlite_refuses_them() {
    let connection = connection();
    for sql in EXPRESSIONS {
        let said = verdict(&connection, &format!("CREATE TABLE tried (a CHECK ({sql}))"));
        let read = mentions(Part::Expression, &meaningful(sql));
        assert_eq!(read.is_err(), matches!(said, Verdict::Syntax(_)), "`{sql}`: {read:?}");
    }
}

#[test]
fn queries_are_refused_where_sqlite_refuses_them() {
    let connection = connection();
    for sql in SELECTS {
        let said = verdict(&connection, &format!("CREATE VIEW tried AS {sql}"));
        let read = mentions(Part::Query, &meaningful(sql));
        assert_eq!(read.is_err(), matches!(said, Verdict::Syntax(_)), "`{sql}`: {read:?}");
    }
}

#[test]
fn statements_of_triggers_are_refused_where_sqlite_refuses_them() {
    let connection = connection();
    for sql in STATEMENTS {
        let said = verdict(&connection, &format!("CREATE TRIGGER tried AFTER INSERT ON x BEGIN {sql}; END"));
        let read = mentions(Part::Statement, &meaningful(sql));
        assert_eq!(read.is_err(), matches!(said, Verdict::Syntax(_)), "`{sql}`: {read:?}");
    }
}

#[test]
fn each_name_is_told_by_what_it_stands_for() {
    let sql = "INSERT INTO t AS u (a) WITH c(d) AS (SELECT x.* FROM x INDEXED BY i) SELECT lower('d') AS a FROM c JOIN
        main.w USING (k), json_each(c.d) j WHERE \"d\" IN t ORDER BY sum(d) OVER w COLLATE nocase ON CONFLICT (a) DO
        UPDATE SET a = new.a";
    let tokens = meaningful(sql);
    let mentions = mentions(Part::Statement, &tokens).unwrap();
    let drawn: Vec<String> = mentions
        .all
        .iter()
        .map(|mention| {
            let path = mention.qualifiers.iter().chain([&mention.name]).map(|token| token.text);
            format!("{} {:?} {}", mention.scope, mention.what, path.collect::<Vec<_>>().join("."))
        })
        .collect();
    let expected = [
        "1 Changed t",
        "1 Alias u",
        "1 Written a",
        "2 CommonTable c",
        "2 CommonColumn d",
        "4 Star x",
        "4 Table x",
        "4 Index i",
        "5 Function lower",
        "5 ResultName a",
        "5 Table c",
        "5 Table main.w",
        "5 Joined k",
        "5 TableFunction json_each",
        "5 Column c.d",
        "5 Alias j",
        "5 Column \"d\"",
        "5 Table t",
        "5 Function sum",
        "5 Column d",
        "5 Window w",
        "5 Collation nocase",
        "1 Column a",
        "1 Written a",
        "1 Column new.a",
    ];
    assert_eq!(drawn, expected);
    assert_eq!(mentions.scopes, [0, 0, 1, 2, 3, 2]);
}
