//! What a statement does when it is tried: whether it is refused, and what the tables hold then.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result, Statement};

use super::allowed::low;
use super::look::{Look, Relation};

/// What a statement did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reaction {
    /// SQLite's extended code and words, if it refused.
    pub(super) refused: Option<(i32, String)>,
    /// A hash of each column of each table afterwards, columns in small letters; that of the rowids under the empty name.
    pub(super) effect: BTreeMap<(String, String), u64>,
}

/// Tries statements, each on the database as it is. Nothing stays.
///
/// # Errors
/// When a transaction cannot be opened.
pub(super) fn react(connection: &Connection, look: &Look, statements: &[String]) -> Result<Vec<Reaction>> {
    let readers = |(name, relation): (&String, &Relation)| {
        let sql = relation.select(name).filter(|_| relation.is_table() || name == "sqlite_sequence")?;
        Some(connection.prepare(&sql).map(|statement| Reader::new(name, relation, statement)))
    };
    let mut readers = look.relations.iter().filter_map(readers).collect::<Result<Vec<_>>>()?;
    connection.execute_batch("BEGIN")?;
    let mut reactions = Vec::new();
    for sql in statements {
        connection.execute_batch("SAVEPOINT probe")?;
        let refused = run(connection, sql).err().map(told);
        let mut effect = BTreeMap::new();
        for reader in &mut readers {
            reader.read(&mut effect)?;
        }
        reactions.push(Reaction { refused, effect });
        // A rule may roll the whole transaction back.
        match connection.is_autocommit() {
            true => connection.execute_batch("BEGIN")?,
            false => connection.execute_batch("ROLLBACK TO probe; RELEASE probe")?,
        }
    }
    connection.execute_batch("ROLLBACK")?;
    Ok(reactions)
}

/// Runs statements, and passes over their rows.
fn run(connection: &Connection, sql: &str) -> Result<()> {
    let mut batch = rusqlite::Batch::new(connection, sql);
    while let Some(mut statement) = batch.next()? {
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(())
}

fn told(error: rusqlite::Error) -> (i32, String) {
    match &error {
        rusqlite::Error::SqliteFailure(code, _) => (code.extended_code, error.to_string()),
        _ => (1, error.to_string()),
    }
}

/// Reads a table again and again.
struct Reader<'c> {
    names: Vec<(String, String)>,
    statement: Statement<'c>,
}

impl<'c> Reader<'c> {
    fn new(name: &str, relation: &Relation, statement: Statement<'c>) -> Self {
        let skip = usize::from(relation.rowid_name().is_some());
        let column = |(i, column): (usize, &str)| match i < skip {
            true => (name.to_owned(), String::new()),
            false => (name.to_owned(), low(column)),
        };
        let names = statement.column_names().into_iter().enumerate().map(column).collect();
        Self { names, statement }
    }

    fn read(&mut self, effect: &mut BTreeMap<(String, String), u64>) -> Result<()> {
        let mut hashers = vec![DefaultHasher::new(); self.names.len()];
        let mut rows = self.statement.query([])?;
        while let Some(row) = rows.next()? {
            for (i, hasher) in hashers.iter_mut().enumerate() {
                take(hasher, row.get_ref(i)?);
            }
        }
        effect.extend(self.names.iter().cloned().zip(hashers.iter().map(DefaultHasher::finish)));
        Ok(())
    }
}

/// Takes a value into a hash, with its storage class. What is big is read all over where tables are compared.
fn take(hasher: &mut DefaultHasher, value: ValueRef<'_>) {
    let (class, bytes) = match value {
        ValueRef::Null => return hasher.write_u8(0),
        ValueRef::Integer(number) => {
            hasher.write_u8(1);
            return hasher.write_i64(number);
        }
        ValueRef::Real(number) => {
            hasher.write_u8(2);
            return hasher.write_u64(number.to_bits());
        }
        ValueRef::Text(text) if is_time(text) => return hasher.write_u8(3),
        ValueRef::Text(text) => (4, text),
        ValueRef::Blob(blob) => (5, blob),
    };
    hasher.write_u8(class);
    hasher.write_usize(bytes.len());
    match bytes.len() {
        0..=4096 => hasher.write(bytes),
        _ => bytes.iter().step_by(4093).for_each(|byte| hasher.write_u8(*byte)),
    }
}

/// Says whether a text may be what `CURRENT_TIMESTAMP` and the like give, which is another one each time.
fn is_time(text: &[u8]) -> bool {
    if text.len() < 8 || text.len() > 19 {
        return false;
    }
    let shape: Vec<u8> = text.iter().map(|byte| if byte.is_ascii_digit() { b'9' } else { *byte }).collect();
    [&b"9999-99-99 99:99:99"[..], b"9999-99-99", b"99:99:99"].contains(&&shape[..])
}
