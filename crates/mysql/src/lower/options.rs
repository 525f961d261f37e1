//! What only these servers have: `mysql = { engine = "InnoDB" }` on a table, with `mariadb = { … }` over it on MariaDB.

use std::collections::BTreeMap;

use limbeck_core::diagnostic::{Code, Diagnostic, nearest};
use limbeck_core::dialect::ServerInfo;
use limbeck_core::literal::Literal;
use limbeck_core::schema::Options;
use limbeck_core::sql::Sql;

use super::{Target, unsupported};
use crate::dialect::NAME;

/// How an option of a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word behind `=`, as it stands.
    Word,
    /// A word behind a space.
    Spaced,
    /// A text in quotes.
    Text,
    /// An expression behind a space, at the end.
    Partition,
    /// How the change is made, and nothing of the table.
    Way,
}

/// An option of a table.
struct TableOption {
    key: &'static str,
    keyword: &'static str,
    kind: Kind,
}

macro_rules! table_options {
    ($($key:literal $keyword:literal $kind:ident,)*) => {
        &[$(TableOption { key: $key, keyword: $keyword, kind: Kind::$kind },)*]
    };
}

/// The options of a table, in the order in which they are written
/// (dev.mysql.com/doc/refman/8.4/en/create-table.html, mariadb.com/kb/en/create-table). COLLATE comes behind the
/// character set, as SQLAlchemy has it.
const TABLE: &[TableOption] = table_options! {
    "engine" "ENGINE" Word,
    "charset" "CHARSET" Word,
    "character_set" "CHARACTER SET" Spaced,
    "default_charset" "DEFAULT CHARSET" Word,
    "default_character_set" "DEFAULT CHARACTER SET" Spaced,
    "collate" "COLLATE" Spaced,
    "default_collate" "DEFAULT COLLATE" Word,
    "auto_increment" "AUTO_INCREMENT" Word,
    "avg_row_length" "AVG_ROW_LENGTH" Word,
    "checksum" "CHECKSUM" Word,
    "compression" "COMPRESSION" Text,
    "connection" "CONNECTION" Text,
    "data_directory" "DATA DIRECTORY" Text,
    "delay_key_write" "DELAY_KEY_WRITE" Word,
    "encryption" "ENCRYPTION" Text,
    "index_directory" "INDEX DIRECTORY" Text,
    "insert_method" "INSERT_METHOD" Word,
    "key_block_size" "KEY_BLOCK_SIZE" Word,
    "max_rows" "MAX_ROWS" Word,
    "min_rows" "MIN_ROWS" Word,
    "pack_keys" "PACK_KEYS" Word,
    "page_checksum" "PAGE_CHECKSUM" Word,
    "page_compressed" "PAGE_COMPRESSED" Word,
    "row_format" "ROW_FORMAT" Word,
    "stats_auto_recalc" "STATS_AUTO_RECALC" Word,
    "stats_persistent" "STATS_PERSISTENT" Word,
    "stats_sample_pages" "STATS_SAMPLE_PAGES" Word,
    "tablespace" "TABLESPACE" Spaced,
    "transactional" "TRANSACTIONAL" Word,
    "algorithm" "ALGORITHM" Way,
    "lock" "LOCK" Way,
    "partition_by" "PARTITION BY" Partition,
    "partitions" "PARTITIONS" Partition,
    "subpartition_by" "SUBPARTITION BY" Partition,
    "subpartitions" "SUBPARTITIONS" Partition,
};

/// Returns the options for the server: those of the dialect, with those of the flavour over them.
pub(crate) fn own_options<'o>(options: &'o Options, server: &ServerInfo) -> BTreeMap<&'o str, &'o Literal> {
    let of = |name: &str| options.get(name).into_iter().flatten();
    let all = of(NAME).chain(of(server.flavour).filter(|_| server.flavour != NAME));
    all.map(|(key, value)| (key.as_str(), value)).collect()
}

/// Returns the options of a table that are part of it, which those about the way of a change are not.
pub(crate) fn table_options<'o>(options: &'o Options, server: &ServerInfo) -> BTreeMap<&'o str, &'o Literal> {
    let mut own = own_options(options, server);
    own.retain(|key, _| !TABLE.iter().any(|option| option.key == *key && option.kind == Kind::Way));
    own
}

/// Writes the options and the comment of a new table.
///
/// # Errors
/// An option that is not known.
pub(super) fn write(
    mut sql: Sql,
    options: &Options,
    comment: Option<&str>,
    owner: &str,
    target: Target<'_>,
) -> Result<Sql, Diagnostic> {
    let own = own_options(options, target.server);
    check(&own, owner, target)?;
    // SQLAlchemy puts the collation behind all else when there is a character set.
    let has_charset = own.keys().any(|key| key.contains("char"));
    let rank = |option: &TableOption| match option.kind {
        Kind::Partition => 3,
        _ if option.key == "collate" && has_charset => 2,
        _ => 0,
    };
    let mut parts = Vec::new();
    for option in TABLE.iter().filter(|option| option.kind != Kind::Way) {
        if let Some(value) = own.get(option.key) {
            parts.push((rank(option), one(target.sql(), option, value, owner)?));
        }
    }
    parts.extend(comment.map(|comment| (1, target.sql().kw("COMMENT=").glue("").text(comment))));
    parts.sort_by_key(|(rank, _)| *rank);
    for (i, (_, part)) in parts.iter().enumerate() {
        sql = sql.glue(if i == 0 { "" } else { " " }).sql(part);
    }
    Ok(sql)
}

/// Writes the options that an `alter_table` sets, a clause each. NULL takes one back to what the server does by itself.
///
/// # Errors
/// An option that is not known, or that cannot be taken back.
pub(super) fn clauses(options: &Options, owner: &str, target: Target<'_>) -> Result<Vec<Sql>, Diagnostic> {
    let own = own_options(options, target.server);
    check(&own, owner, target)?;
    let mut clauses = Vec::new();
    for option in TABLE.iter() {
        let Some(value) = own.get(option.key) else { continue };
        let start = target.sql();
        match (value, option.kind) {
            // An option about the way is nothing that could be taken back, and a counter only goes up.
            (Literal::Null, Kind::Way) => {}
            (Literal::Null, _) if option.key == "auto_increment" => {}
            (Literal::Null, _) => clauses.push(match option.key {
                "engine" => start.kw("ENGINE=InnoDB"),
                "row_format" => start.kw("ROW_FORMAT=DEFAULT"),
                "charset"
                | "default_charset"
                | "character_set"
                | "default_character_set"
                | "collate"
                | "default_collate" => start.kw("DEFAULT CHARACTER SET DEFAULT"),
                "key_block_size" => start.kw("KEY_BLOCK_SIZE=0"),
                "stats_persistent" => start.kw("STATS_PERSISTENT=DEFAULT"),
                "stats_auto_recalc" => start.kw("STATS_AUTO_RECALC=DEFAULT"),
                "stats_sample_pages" => start.kw("STATS_SAMPLE_PAGES=DEFAULT"),
                "pack_keys" => start.kw("PACK_KEYS=DEFAULT"),
                key => {
                    let message = format!("it is not known how {owner} does without the option `{key}`");
                    return Err(unsupported(message));
                }
            }),
            (value, _) => clauses.push(one(start, option, value, owner)?),
        }
    }
    Ok(clauses)
}

/// Refuses options where the server has none.
///
/// # Errors
/// Any option for the server.
pub(super) fn no_options(options: &Options, owner: &str, target: Target<'_>) -> Result<(), Diagnostic> {
    match own_options(options, target.server).into_keys().next() {
        Some(key) => Err(unknown(key, owner, &[], target)),
        None => Ok(()),
    }
}

/// Reports an option that is not known.
pub(super) fn unknown(key: &str, owner: &str, known: &[&'static str], target: Target<'_>) -> Diagnostic {
    let message = format!("{} has no option `{key}` for {owner}", target.title());
    let fault = Diagnostic::new(Code::UnknownKey, message);
    match nearest(key, known.iter().copied()) {
        Some(near) => fault.hint(format!("an option with a similar name exists: `{near}`")),
        None => fault,
    }
}

fn check(own: &BTreeMap<&str, &Literal>, owner: &str, target: Target<'_>) -> Result<(), Diagnostic> {
    let known: Vec<&'static str> = TABLE.iter().map(|option| option.key).collect();
    match own.keys().find(|key| !known.contains(key)) {
        Some(key) => Err(unknown(key, owner, &known, target)),
        None => Ok(()),
    }
}

fn one(sql: Sql, option: &TableOption, value: &Literal, owner: &str) -> Result<Sql, Diagnostic> {
    let sql = match option.kind {
        Kind::Word | Kind::Text | Kind::Way => sql.kw(option.keyword).glue("="),
        Kind::Spaced | Kind::Partition => sql.kw(option.keyword).glue(" "),
    };
    let wrong = || {
        let message = format!("the option `{}` of {owner} takes a name or a number", option.key);
        Diagnostic::new(Code::BadValue, message)
    };
    Ok(match (option.kind, value) {
        (Kind::Text, Literal::Text(text)) => sql.text(text),
        (Kind::Partition, Literal::Text(text)) => sql.raw(&limbeck_core::literal::RawSql::new(text.as_ref())),
        (_, Literal::Text(text)) => {
            // Written as it stands, so it must be a word: no quote, no space, no sign.
            let is_word = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
            match is_word {
                true => sql.raw(&limbeck_core::literal::RawSql::new(text.as_ref())),
                false => return Err(wrong()),
            }
        }
        (_, Literal::Integer(number)) => sql.number(*number),
        (_, Literal::Bool(truth)) => sql.number(i64::from(*truth)),
        _ => return Err(wrong()),
    })
}
