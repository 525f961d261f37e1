//! What comments in a `schema.rs` say besides.

use std::path::Path;
use std::sync::Arc;

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostics};
use limbeck_core::dialect::{ServerInfo, Version};
use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Constraint, ReferentialAction, Schema, Table};
use limbeck_core::script::{self, Naming};

use super::*;

const KNOWN: &str = r#"
[[table]]
name = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "email", type = "string(320)", nullable = false, default = "x", comment = "old" },
    { name = "level", type = "integer", check = "level > 0" },
]
uniques = [{ name = "uq_email", columns = ["email"] }]
checks = [{ name = "both", sql = "level < id" }]
indexes = [{ name = "ix_level", columns = ["level"] }, { name = "ix_both", columns = ["level", "email"] }]

[[table]]
name = "purchase"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "account_id", type = "integer", nullable = false },
    { name = "other_id", type = "integer", references = "account.id", references_name = "fk_other" },
]
"#;

fn known() -> Schema {
    script::parse_model(Path::new("known.toml"), Arc::from(KNOWN), &Naming::default()).unwrap()
}

fn laid(text: &str, known: &Schema) -> Result<Schema, Diagnostics> {
    let server = ServerInfo::new("postgres", "postgres", Version::new(15, 0, 0));
    let declared = Declared::parse(Path::new("schema.rs"), &Arc::from(text))?;
    over(&declared, known, &server, Schema::clone).map(|overlaid| overlaid.schema)
}

/// Declares both tables, with lines over `email`, `level`, `account_id`, `other_id`, and over the table `account`.
fn declared(email: &str, level: &str, account_id: &str, other_id: &str, table: &str) -> String {
    format!(
        "diesel::table! {{
    {table}
    account (id) {{
        id -> Int4,
        /// Where letters go.
        {email}
        #[max_length = 320]
        email -> Varchar,
        {level}
        level -> Nullable<Int4>,
    }}
}}
diesel::table! {{
    purchase (id) {{
        id -> Int4,
        {account_id}
        account_id -> Int4,
        {other_id}
        other_id -> Nullable<Int4>,
    }}
}}
diesel::joinable!(purchase -> account (account_id));
diesel::allow_tables_to_appear_in_same_query!(account, purchase);
"
    )
}

fn table(schema: &Schema, name: &str) -> Table {
    schema.table(&TableName::parse(name).unwrap()).unwrap().clone()
}

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

fn shapes(table: &Table) -> Vec<String> {
    let named = |one: &Constraint| {
        format!("{}{}", one.shape(), one.name().map(|name| format!(" as {name}")).unwrap_or_default())
    };
    table.constraints.iter().map(named).collect()
}

#[test]
fn what_is_said_again_as_it_is_known_changes_nothing() {
    let text = declared(
        "/// limbeck: default = \"x\", unique = true, comment = \"old\", type = \"string(320)\"",
        "/// limbeck: index = \"ix_level\", check = \"level > 0\"",
        "/// limbeck without: default, unique, index, references, check",
        "/// limbeck: references = \"account.id\"",
        "",
    );
    let mut wanted = known();
    // The check stands behind the others now.
    let account = wanted.tables.get_mut(&TableName::parse("account").unwrap()).unwrap();
    let at = account.constraints.iter().position(|one| one.shape().contains("level > 0")).unwrap();
    let check = account.constraints.remove(at);
    account.constraints.push(check);
    assert_eq!(laid(&text, &known()).unwrap(), wanted);
    assert_eq!(laid(&declared("", "", "", "", ""), &known()).unwrap(), known());
}

#[test]
fn a_column_gets_what_is_said_and_loses_what_it_is_to_be_without() {
    let text = declared(
        "/// limbeck: default.sql = \"lower('X')\", index = true, collation = \"C\"\n        /// limbeck without: comment, unique",
        "/// limbeck: default = 3, unique = \"uq_level\", check = \"level >= 3\"\n        /// limbeck without: index",
        "/// limbeck: on_delete = \"cascade\", default = 1",
        "/// limbeck: on_delete = \"set null\"",
        "",
    );
    let schema = laid(&text, &known()).unwrap();
    let account = table(&schema, "account");
    let email = account.column(&ident("email")).unwrap();
    assert!(matches!(&email.default, Some(Value::Sql(sql)) if sql.as_str() == "lower('X')"), "{email:?}");
    assert_eq!((&email.comment, email.collation.as_ref().unwrap().as_str()), (&None, "C"));
    assert_eq!(account.column(&ident("level")).unwrap().default, Some(Value::Literal(Literal::Integer(3))));
    let indexes: Vec<&str> = account.indexes.iter().map(|index| index.name.as_str()).collect();
    assert_eq!(indexes, ["ix_both", "ix_account_email"]);
    // A check about another column too is not that of the column.
    let shapes = shapes(&account);
    assert!(
        shapes.iter().any(|one| one.contains("both")) && shapes.iter().any(|one| one.contains("uq_level")),
        "{shapes:?}"
    );
    assert!(shapes.iter().any(|one| one.contains("level >= 3")), "{shapes:?}");
    assert!(!shapes.iter().any(|one| one.contains("level > 0") || one.contains("uq_email")), "{shapes:?}");
    let purchase = table(&schema, "purchase");
    let key_of = |column: &str| purchase.foreign_keys().find(|key| key.columns == [ident(column)]).unwrap();
    // One points where it pointed before, under its name, the other where a `joinable!` says.
    let other = key_of("other_id");
    assert_eq!((other.on_delete, &other.name), (Some(ReferentialAction::SetNull), &Some(ident("fk_other"))));
    let joined = key_of("account_id");
    assert_eq!(joined.on_delete, Some(ReferentialAction::Cascade));
    assert_eq!(
        (joined.references.to_string().as_str(), &*joined.referred_columns),
        ("account", &[ident("id")][..])
    );
}

#[test]
fn what_is_said_of_a_table_is_all_that_there_is_of_it() {
    let text = declared(
        "",
        "/// limbeck: unique = true",
        "",
        "",
        "/// limbeck: uniques = [{ columns = [\"level\", \"email\"] }], comment = \"it's one\"\n    /// limbeck without: indexes, checks",
    );
    let account = table(&laid(&text, &known()).unwrap(), "account");
    assert_eq!((account.indexes.len(), account.comment.as_deref()), (0, Some("it's one")));
    assert_eq!(shapes(&account), ["primary key", "unique (level, email)", "unique (level)"]);
}

#[test]
fn a_comment_may_stand_over_the_macro_and_gives_new_columns_their_types() {
    let text = "/// limbeck: comment = \"new\"
diesel::table! {
    /// For people: limbeck: is only read at the start.
    fresh (id) {
        /// limbeck: identity = true
        id -> Int8,
        /// limbeck: type = \"decimal(10, 2)\", default = 0
        total -> Numeric,
        /// limbeck: type = { enum = [\"a\", \"b\"], name = \"state\" }
        state -> Nullable<crate::State>,
    }
}
";
    let fresh = table(&laid(text, &Schema::new()).unwrap(), "fresh");
    assert_eq!(fresh.comment.as_deref(), Some("new"));
    assert!(fresh.columns[0].identity.is_some());
    assert_eq!(fresh.columns[1].ty, ColumnType::Decimal { precision: Some(10), scale: Some(2) });
    assert!(matches!(&fresh.columns[2].ty, ColumnType::Enum { values, .. } if values.len() == 2));
}

#[test]
fn a_column_may_point_at_its_own_table_and_only_at_what_is_there() {
    for name in ["tree", "it"] {
        let text = |note: &str| {
            format!(
                "diesel::table! {{\n    {name} (id) {{\n        id -> Int4,\n        /// limbeck: {note}\n        up -> Nullable<Int4>,\n    }}\n}}\n"
            )
        };
        let note = format!("references = \"{name}.id\", on_delete = \"cascade\"");
        let tree = table(&laid(&text(&note), &Schema::new()).unwrap(), name);
        let key = tree.foreign_keys().next().unwrap();
        assert_eq!((key.references.name.as_str(), &*key.referred_columns), (name, &[ident("id")][..]));
        assert_eq!(key.on_delete, Some(ReferentialAction::Cascade));
        // The rest of it is as it is known.
        let known = laid(&text(&note), &Schema::new()).unwrap();
        let tree = table(&laid(&text("on_delete = \"set null\""), &known).unwrap(), name);
        let key = tree.foreign_keys().next().unwrap();
        assert_eq!((key.references.name.as_str(), key.on_delete), (name, Some(ReferentialAction::SetNull)));
        let faults = laid(&text(&format!("references = \"{name}.nowhere\"")), &Schema::new()).unwrap_err();
        assert!(faults.to_string().contains("no column `nowhere`"), "{faults}");
    }
}

#[test]
fn what_is_wrong_in_a_comment_is_told_with_its_place_and_a_hint() {
    for (email, level, table, code, shown, part) in [
        ("/// limbeck: uniqe = true", "", "", Code::UnknownKey, "uniqe", "`uniqe`"),
        ("/// limbeck: unique = tru", "", "", Code::FileSyntax, "tru", "no TOML"),
        ("/// limbeck:", "", "", Code::FileSyntax, "/// limbeck:", "says nothing"),
        ("#[doc = \"limbeck: unique = true\"]", "", "", Code::FileSyntax, "#", "a comment of one line"),
        (
            "/// limbeck: nullable = true",
            "",
            "",
            Code::ConflictingKeys,
            "nullable = true",
            "`table!` says itself",
        ),
        ("/// limbeck without: defalt", "", "", Code::UnknownKey, "defalt", "`defalt`"),
        (
            "/// limbeck: default = 1\n/// limbeck without: default",
            "",
            "",
            Code::ConflictingKeys,
            "default = 1",
            "that there is none",
        ),
        (
            "",
            "/// limbeck: on_delete = \"cascade\"",
            "",
            Code::MissingKey,
            "on_delete = \"cascade\"",
            "points at nothing",
        ),
        (
            "",
            "/// limbeck: on_delete = \"casade\", references = \"account.id\"",
            "",
            Code::BadValue,
            "\"casade\"",
            "casade",
        ),
        ("", "/// limbeck: type = \"text\"", "", Code::BadType, "type = \"text\"", "declared as `Int4`"),
        ("", "", "/// limbeck: indexes = [{ columns = [\"nowhere\"] }]", Code::NoSuchColumn, "", "nowhere"),
        ("", "", "/// limbeck: columns = []", Code::ConflictingKeys, "columns = []", "`table!` says itself"),
    ] {
        let text = declared(email, level, "", "", table);
        let faults = laid(&text, &known()).unwrap_err();
        let fault = faults.first();
        assert_eq!(fault.code, code, "{text}: {faults}");
        assert!(fault.message.contains(part), "{faults}");
        let place = &fault.places[0];
        let written = &place.source[place.span.clone()];
        assert!(place.path.ends_with("schema.rs") && written.starts_with(shown), "{written:?} of {faults}");
        assert!(
            fault.hint.is_some()
                || code == Code::ConflictingKeys
                || code == Code::NoSuchColumn
                || code == Code::BadValue,
            "{faults}"
        );
    }
    let text = "/// limbeck: unique = true\ndiesel::joinable!(a -> b (c));\n";
    let faults = laid(text, &Schema::new()).unwrap_err();
    assert!(faults.to_string().contains("stands over nothing"), "{faults}");
}
