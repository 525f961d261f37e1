//! Reads a migration file whole: header and operations, with all faults in one pass.

use std::path::Path;
use std::sync::Arc;

use toml::de::DeValue;

use crate::diagnostic::{Code, Diagnostics};
use crate::graph::Direction;
use crate::revision::RevisionHeader;

use super::header::{cut, header_toml, read_keys};
use super::read::{Keys, Node, Reader, What, operations, untold};
use super::{Downgrade, Format, Naming, Script, Untold, sql_file};

/// Reads the text of a migration file. The format is told by the path's ending, and is TOML for any other.
///
/// Constraints without a name get one by the convention.
///
/// # Errors
/// All faults of the file, in the order of their places, with spans in `text` to the byte.
pub fn parse(path: &Path, text: Arc<str>, naming: &Naming) -> Result<(RevisionHeader, Script), Diagnostics> {
    let format = Format::of(path).unwrap_or(Format::Toml);
    let reader = Reader::new(path, text.clone(), naming);
    let read = match format {
        Format::Toml => of_toml(&reader, &text),
        Format::Sql => of_sql(&reader, &text),
    };
    let (header, mut script) =
        Diagnostics::check(reader.into_faults(), read)?.expect("a file without faults is read");
    naming.apply(&mut script);
    Ok((header, script))
}

fn of_toml(reader: &Reader, text: &str) -> Option<(RevisionHeader, Script)> {
    let document = reader.toml(text);
    let mut keys = Keys::new(reader, document.get_ref(), What::Said("the header".into()), 0..0);
    let header = read_keys(&mut keys);
    let mut irreversible = irreversible(&mut keys);
    let upgrade = keys.take("upgrade");
    let downgrade = keys.take("downgrade");
    // A key at the end of the file belongs to the last operation, whatever its author had in mind.
    if irreversible == Some(Said::Nothing) {
        irreversible = upgrade.as_ref().map_or(Some(Said::Nothing), on_operation);
    }
    if let (Some(Said::Irreversible(_)), Some(node)) = (&irreversible, &downgrade) {
        let message = "a revision with a `[[downgrade]]` is not irreversible";
        reader.fault(Code::ConflictingKeys, node.key_span(), message);
    }
    let directions = [(Direction::Up, &upgrade), (Direction::Down, &downgrade)];
    let nodes = directions.into_iter().filter_map(|(direction, node)| Some((direction, node.as_ref()?)));
    let untold: Vec<Option<Vec<Untold>>> = nodes.map(|(direction, node)| untold(node, direction)).collect();
    let upgrade = upgrade.map_or(Some(Vec::new()), |node| operations(&node));
    let downgrade = match downgrade {
        Some(node) => operations(&node).map(Downgrade::Given),
        None => irreversible.map(|said| match said {
            Said::Nothing => Downgrade::Derived,
            Said::Irreversible(reason) => Downgrade::Irreversible(reason),
        }),
    };
    keys.finish();
    let untold = untold.into_iter().collect::<Option<Vec<_>>>()?.concat();
    Some((header?, Script { upgrade: upgrade?, downgrade: downgrade?, untold }))
}

fn of_sql(reader: &Reader, text: &str) -> Option<(RevisionHeader, Script)> {
    let toml = header_toml(cut(text, Format::Sql), Format::Sql);
    let document = reader.toml(&toml);
    let mut keys = Keys::new(reader, document.get_ref(), What::Said("the header".into()), 0..0);
    let header = read_keys(&mut keys);
    let irreversible = irreversible(&mut keys);
    keys.finish();
    let script = sql_file::sections(reader, text, irreversible.unwrap_or(Said::Nothing));
    Some((header?, script?))
}

/// What a file says of its way back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// That there is none, and perhaps why.
    Irreversible(Option<String>),
}

/// Reads `irreversible`. `None` when a fault is recorded.
fn irreversible(keys: &mut Keys<'_>) -> Option<Said> {
    keys.optional("irreversible", reason).map(|said| said.unwrap_or(Said::Nothing))
}

/// Reads `irreversible` where an operation of the upgrade says it: then the revision is.
fn on_operation(upgrade: &Node<'_>) -> Option<Said> {
    let DeValue::Array(_) = upgrade.value() else {
        return Some(Said::Nothing);
    };
    let said = upgrade.items()?.iter().find_map(|item| item.keys()?.take("irreversible"));
    said.map_or(Some(Said::Nothing), |node| reason(&node))
}

fn reason(node: &Node<'_>) -> Option<Said> {
    match node.value() {
        DeValue::Boolean(false) => Some(Said::Nothing),
        DeValue::Boolean(true) => Some(Said::Irreversible(None)),
        DeValue::String(_) => node.text().map(|reason| Said::Irreversible(Some(reason))),
        _ => {
            node.must_be("`true` or a reason");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESIGN: &str = r#"# migrations/27c6a30d7c24_add_shopping_cart_table.toml
revision = "27c6a30d7c24"
down_revision = "1975ea83b712"      # a string; an array at a merge point; absent at a base
branch_labels = ["shoppingcart"]    # optional
depends_on = ["55af2cb1c267"]       # optional: revision ids or branch labels
message = "add shopping cart table"
create_date = 2026-11-22T10:00:00Z

[[upgrade]]
create_table = "shopping_cart"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "account_id", type = "integer", nullable = false, references = "account.id", on_delete = "cascade" },
    { name = "state", type = { enum = ["open", "paid"], name = "cart_state" }, nullable = false, default = "open" },
    { name = "total", type = "decimal(10, 2)" },
    { name = "created_at", type = "datetimetz", default.sql = "CURRENT_TIMESTAMP" },
]
checks = [{ name = "total_not_negative", sql = "total >= 0" }]
indexes = [{ name = "ix_cart_account", columns = ["account_id", { column = "created_at", order = "desc" }] }]

[[upgrade]]
alter_table = "account"             # all that happens to one table stands together
actions = [
    { add_column = "nickname", type = "text" },
    { rename_column = "name", to = "full_name" },
    { alter_column = "email", type = "string(320)", nullable = false },
    { drop_column = "legacy" },
    { add_unique = ["email"], name = "uq_account_email" },
    { drop_constraint = "ck_legacy" },
]
recreate = "auto"                   # or "always", "never"

[[upgrade]]
execute = "UPDATE account SET nickname = full_name"
dialects = ["postgres"]             # any operation may be limited to some dialects
transaction = "outside"             # default "inside": outside is the autocommit block

[[upgrade]]
insert = "account"
rows = [{ id = 1, full_name = "Ada" }]
"#;

    #[test]
    fn the_example_of_the_docs_is_read_with_spans_of_its_heads() {
        for text in [DESIGN.to_owned(), DESIGN.replace('\n', "\r\n")] {
            let (header, script) = parse(Path::new("a.toml"), Arc::from(text), &Naming::default()).unwrap();
            assert_eq!(header.depends_on, ["55af2cb1c267"]);
            assert_eq!(header.create_date.as_deref(), Some("2026-11-22T10:00:00Z"));
            let heads: Vec<String> = (script.upgrade.iter())
                .map(|operation| operation.origin.as_ref().unwrap())
                .map(|origin| origin.source[origin.span.clone()].to_owned())
                .collect();
            assert_eq!(
                heads,
                [
                    "create_table = \"shopping_cart\"",
                    "alter_table = \"account\"",
                    "execute = \"UPDATE account SET nickname = full_name\"",
                    "insert = \"account\"",
                ]
            );
            assert_eq!(script.downgrade, Downgrade::Derived);
        }
    }

    #[test]
    fn a_key_below_the_last_operation_still_says_that_the_revision_is_irreversible() {
        let text = "revision = \"1\"\n[[upgrade]]\nexecute = \"x\"\nirreversible = \"data is gone\"\n";
        let (_, script) = parse(Path::new("a.toml"), Arc::from(text), &Naming::default()).unwrap();
        assert_eq!(script.downgrade, Downgrade::Irreversible(Some("data is gone".to_owned())));
    }
}
