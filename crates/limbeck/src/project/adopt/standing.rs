//! Where another tool says that the database is; what is dirty, failed, locked or half applied is refused in its words.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::Connection;
use limbeck_core::literal::Literal;
use limbeck_core::name::TableName;

use super::detect::Found;
use super::layout::Tool;

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// The ids of the last migrations: several where the history of the tool has branches; none where nothing was applied,
    /// or where it has no such thing.
    pub(super) heads: Vec<String>,
    /// How many migrations are applied, as far as the tool keeps them.
    pub(super) applied: usize,
    /// What a person is to know of it beyond that.
    pub(super) remark: Option<String>,
}

/// Reads where a database is.
///
/// # Errors
/// [`Code::CheckFailed`] when the tool itself would refuse to go on; what the database says.
pub(super) fn read(found: &Found, connection: &mut dyn Connection) -> Result<Standing, Diagnostic> {
    let mut rows = |columns: &[&'static str], order: &str| select(found, connection, columns, order);
    let one_a_row = |rows: Vec<Vec<Literal>>| {
        let ids: Vec<String> = rows.iter().map(|row| text(row, 0)).collect();
        Standing { heads: ids.last().cloned().into_iter().collect(), applied: ids.len(), remark: None }
    };
    Ok(match found.layout.tool {
        Tool::Alembic => {
            let heads: Vec<String> =
                rows(&["version_num"], "version_num")?.iter().map(|row| text(row, 0)).collect();
            Standing { applied: heads.len(), heads, remark: None }
        }
        Tool::SqlalchemyMigrate => {
            let rows = rows(&["repository_id", "version"], "repository_id")?;
            let id = |row: &Vec<Literal>| match rows.len() {
                1 => text(row, 1),
                _ => format!("{}.{}", text(row, 0), text(row, 1)),
            };
            Standing { heads: rows.iter().map(id).collect(), applied: rows.len(), remark: None }
        }
        Tool::Diesel | Tool::SeaOrm | Tool::Refinery | Tool::Dbmate | Tool::Rails => {
            one_a_row(rows(&["version"], "version")?)
        }
        Tool::Sqlx => {
            let rows = rows(&["version", "success"], "version")?;
            if let Some(row) = rows.iter().find(|row| !truth(row, 1)) {
                let words = format!(
                    "migration {} is partially applied; fix and remove row from `{}` table",
                    text(row, 0),
                    found.table.name
                );
                return Err(refused(found, &words));
            }
            one_a_row(rows)
        }
        Tool::Django => django(&rows(&["app", "name"], "id")?),
        Tool::Flyway => {
            flyway(found, &rows(&["version", "description", "type", "success"], "installed_rank")?)?
        }
        Tool::Liquibase => {
            let changes = rows(&["id", "author", "exectype"], "orderexecuted")?;
            let lock = match found.beside("databasechangeloglock") {
                Some(lock) => select_from(found, connection, lock, &["locked", "lockedby"], "id")?,
                None => Vec::new(),
            };
            liquibase(found, changes, &lock)?
        }
        Tool::GolangMigrate => {
            let rows = rows(&["version", "dirty"], "version")?;
            if let Some(row) = rows.iter().find(|row| truth(row, 1)) {
                let words = format!("Dirty database version {}. Fix and force version.", text(row, 0));
                return Err(refused(found, &words));
            }
            one_a_row(rows)
        }
        Tool::Goose => goose(&rows(&["version_id", "is_applied"], "id")?),
        Tool::Atlas => atlas(found, rows(&["version", "applied", "total", "error", "type"], "version")?)?,
        Tool::Prisma => {
            let columns = ["migration_name", "finished_at", "rolled_back_at", "started_at"];
            prisma(found, rows(&columns, "started_at")?)?
        }
        Tool::Sqitch => {
            let changes = rows(&["change_id", "change", "project"], "committed_at")?;
            let events = match found.beside("events") {
                Some(events) => {
                    select_from(found, connection, events, &["event", "change", "project"], "committed_at")?
                }
                None => Vec::new(),
            };
            sqitch(found, &changes, &events)?
        }
    })
}

fn django(rows: &[Vec<Literal>]) -> Standing {
    let mut last: Vec<(String, String)> = Vec::new();
    for row in rows {
        let (app, name) = (text(row, 0), text(row, 1));
        match last.iter_mut().find(|(known, _)| *known == app) {
            Some((_, latest)) => *latest = name,
            None => last.push((app, name)),
        }
    }
    let told: Vec<String> = last.iter().map(|(app, name)| format!("{app}.{name}")).collect();
    let remark = (!told.is_empty()).then(|| told.join(", "));
    Standing { heads: Vec::new(), applied: rows.len(), remark }
}

fn flyway(found: &Found, rows: &[Vec<Literal>]) -> Result<Standing, Diagnostic> {
    let mut applied: Vec<String> = Vec::new();
    for row in rows {
        let (version, description, kind) = (text(row, 0), text(row, 1), text(row, 2).to_uppercase());
        // `repair` marks what was removed so, and Flyway itself passes over it.
        if kind == "DELETE" || kind.starts_with("UNDO") {
            applied.retain(|one| *one != version);
            continue;
        }
        if !truth(row, 3) {
            let what = if version.is_empty() {
                "repeatable migration".to_owned()
            } else {
                format!("migration to version {version}")
            };
            let words = format!(
                "Detected failed {what} ({description}). Please remove any half-completed changes then run repair to \
                 fix the schema history."
            );
            return Err(refused(found, &words));
        }
        if !version.is_empty() {
            applied.push(version);
        }
    }
    Ok(Standing {
        heads: applied.last().cloned().into_iter().collect(),
        applied: applied.len(),
        remark: None,
    })
}

fn liquibase(found: &Found, rows: Vec<Vec<Literal>>, lock: &[Vec<Literal>]) -> Result<Standing, Diagnostic> {
    if let Some(row) = lock.iter().find(|row| truth(row, 0)) {
        let words = format!("Could not acquire change log lock. Currently locked by {}", text(row, 1));
        return Err(refused(found, &words));
    }
    if let Some(row) = rows.iter().find(|row| text(row, 2).eq_ignore_ascii_case("FAILED")) {
        let words = format!("change set {}::{} is recorded as FAILED", text(row, 0), text(row, 1));
        return Err(refused(found, &words));
    }
    let applied = rows.len();
    let heads = rows.last().map(|row| text(row, 0)).into_iter().collect();
    Ok(Standing { heads, applied, remark: None })
}

fn goose(rows: &[Vec<Literal>]) -> Standing {
    let mut applied: Vec<i64> = Vec::new();
    for row in rows {
        let version = text(row, 0).parse().unwrap_or_default();
        applied.retain(|one| *one != version);
        // Version 0 is the row that goose makes with the table.
        if truth(row, 1) && version > 0 {
            applied.push(version);
        }
    }
    let heads = applied.iter().max().map(ToString::to_string).into_iter().collect();
    Standing { heads, applied: applied.len(), remark: None }
}

fn atlas(found: &Found, rows: Vec<Vec<Literal>>) -> Result<Standing, Diagnostic> {
    // What Atlas keeps for itself stands in rows that begin with a dot.
    let rows: Vec<Vec<Literal>> = rows.into_iter().filter(|row| !text(row, 0).starts_with('.')).collect();
    let number = |row: &[Literal], at: usize| text(row, at).parse::<i64>().unwrap_or_default();
    // Bit 2 of the type says that a person has settled the revision with `atlas migrate set`.
    let half = |row: &&Vec<Literal>| {
        number(row, 4) & 4 == 0 && (number(row, 1) < number(row, 2) || !text(row, 3).is_empty())
    };
    if let Some(row) = rows.iter().find(half) {
        let (version, applied, total) = (text(row, 0), number(row, 1), number(row, 2));
        let error = text(row, 3);
        let mut words = format!(
            "Current Version: {version} ({applied} statements applied); Next Version: {version} ({} statements left)",
            total - applied
        );
        if !error.is_empty() {
            words.push_str(&format!("; Last migration attempt had errors: {error}"));
        }
        return Err(refused(found, &words));
    }
    let heads = rows.last().map(|row| text(row, 0)).into_iter().collect();
    Ok(Standing { heads, applied: rows.len(), remark: None })
}

fn prisma(found: &Found, rows: Vec<Vec<Literal>>) -> Result<Standing, Diagnostic> {
    let null = |row: &[Literal], at: usize| matches!(row.get(at), None | Some(Literal::Null));
    if let Some(row) = rows.iter().find(|row| null(row, 1) && null(row, 2)) {
        let words = format!(
            "P3009: migrate found failed migrations in the target database, new migrations will not be applied. The `{}` \
             migration started at {} failed",
            text(row, 0),
            text(row, 3)
        );
        return Err(refused(found, &words));
    }
    let applied: Vec<String> = rows.iter().filter(|row| null(row, 2)).map(|row| text(row, 0)).collect();
    Ok(Standing {
        heads: applied.last().cloned().into_iter().collect(),
        applied: applied.len(),
        remark: None,
    })
}

fn sqitch(found: &Found, changes: &[Vec<Literal>], events: &[Vec<Literal>]) -> Result<Standing, Diagnostic> {
    if let Some(row) = events.last().filter(|row| text(row, 0) == "fail") {
        let words = format!("fail {}:{}: Deploy failed", text(row, 2), text(row, 1));
        return Err(refused(found, &words));
    }
    let mut last: Vec<(String, String)> = Vec::new();
    for row in changes {
        let (id, project) = (text(row, 0), text(row, 2));
        match last.iter_mut().find(|(known, _)| *known == project) {
            Some((_, latest)) => *latest = id,
            None => last.push((project, id)),
        }
    }
    let heads = last.into_iter().map(|(_, id)| id).collect();
    Ok(Standing { heads, applied: changes.len(), remark: None })
}

fn refused(found: &Found, words: &str) -> Diagnostic {
    let (tool, table) = (found.layout.tool.name(), &found.table.name);
    Diagnostic::new(Code::CheckFailed, format!("{tool} is not done with the database (`{table}`): {words}"))
        .hint(format!("settle it with {tool} first; nothing was written"))
}

fn select(
    found: &Found,
    connection: &mut dyn Connection,
    columns: &[&'static str],
    order: &str,
) -> Result<Vec<Vec<Literal>>, Diagnostic> {
    let mut sql = connection.dialect().sql().kw("SELECT");
    for (at, name) in columns.iter().enumerate() {
        let Some(column) = found.column(name) else { continue };
        sql = if at > 0 { sql.close(",").ident(column) } else { sql.ident(column) };
    }
    sql = sql.kw("FROM").table(&found.table.name);
    if let Some(column) = found.column(order) {
        sql = sql.kw("ORDER BY").ident(column);
    }
    Ok(connection.query(&sql.finish())?)
}

fn select_from(
    found: &Found,
    connection: &mut dyn Connection,
    table: &TableName,
    columns: &[&'static str],
    order: &str,
) -> Result<Vec<Vec<Literal>>, Diagnostic> {
    let there = connection.reflect(Some(std::slice::from_ref(table)))?;
    let Some(reflected) = there.tables.into_values().next() else { return Ok(Vec::new()) };
    let beside = Found { layout: found.layout, table: reflected, own: Vec::new() };
    select(&beside, connection, columns, order)
}

/// Returns a cell as text; empty for NULL.
fn text(row: &[Literal], at: usize) -> String {
    match row.get(at) {
        None | Some(Literal::Null) => String::new(),
        Some(Literal::Text(text)) => text.to_string(),
        Some(Literal::Integer(number)) => number.to_string(),
        Some(Literal::Float(number)) => number.to_string(),
        Some(Literal::Bool(truth)) => truth.to_string(),
        Some(Literal::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Says whether a cell means truth, in whichever way the database keeps that.
fn truth(row: &[Literal], at: usize) -> bool {
    match row.get(at) {
        None | Some(Literal::Null) => false,
        Some(Literal::Bool(truth)) => *truth,
        Some(Literal::Integer(number)) => *number != 0,
        Some(Literal::Float(number)) => *number != 0.0,
        Some(Literal::Text(text)) => !matches!(text.to_lowercase().as_str(), "" | "0" | "f" | "false" | "n"),
        Some(Literal::Bytes(bytes)) => bytes.iter().any(|byte| *byte != 0 && *byte != b'0'),
    }
}
