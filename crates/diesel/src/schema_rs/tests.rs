//! What a `schema.rs` means, without a database.

use std::path::Path;
use std::sync::Arc;

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostics};
use limbeck_core::dialect::{ServerInfo, Version};
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{
    Column, Constraint, ForeignKey, Index, IndexColumn, PrimaryKey, ReferentialAction, Schema, Table,
};

use super::*;

fn name(text: &str) -> TableName {
    TableName::parse(text).unwrap()
}

fn ident(text: &str) -> Ident {
    Ident::new(text).unwrap()
}

fn server(dialect: &'static str) -> ServerInfo {
    ServerInfo::new(dialect, dialect, Version::new(15, 0, 0))
}

/// An account with what a `schema.rs` cannot say, and a purchase that points at it.
fn shop() -> Schema {
    let mut account = Table::new(
        name("account"),
        vec![
            Column { nullable: false, ..Column::new(ident("id"), ColumnType::Integer) },
            Column {
                nullable: false,
                default: Some(Value::Literal(Literal::text("x"))),
                ..Column::new(ident("email"), ColumnType::String { length: Some(320) })
            },
            Column::new(ident("type"), ColumnType::Text),
        ],
    );
    let key = |column: &str| Constraint::PrimaryKey(PrimaryKey { name: None, columns: vec![ident(column)] });
    account.constraints.push(key("id"));
    account.indexes.push(Index::new(ident("ix"), vec![IndexColumn::column(ident("type"))]));
    let mut purchase = Table::new(
        name("purchase"),
        vec![
            Column { nullable: false, ..Column::new(ident("id"), ColumnType::Bigint) },
            Column::new(ident("account_id"), ColumnType::Integer),
        ],
    );
    purchase.constraints.push(key("id"));
    purchase.constraints.push(Constraint::ForeignKey(ForeignKey {
        name: None,
        columns: vec![ident("account_id")],
        references: name("account"),
        referred_columns: vec![ident("id")],
        on_delete: Some(ReferentialAction::Cascade),
        on_update: None,
        match_type: None,
        deferrable: None,
        not_valid: false,
    }));
    let mut schema = Schema::new();
    for table in [account, purchase] {
        schema.tables.insert(table.name.clone(), table);
    }
    schema
}

fn laid(text: &str, known: &Schema, dialect: &'static str) -> Result<Schema, Diagnostics> {
    let declared = Declared::parse(Path::new("schema.rs"), &Arc::from(text))?;
    over(&declared, known, &server(dialect), Schema::clone).map(|overlaid| overlaid.schema)
}

fn printed(schema: &Schema, dialect: &'static str) -> String {
    print(schema, &server(dialect), None, Schema::clone).unwrap()
}

#[test]
fn what_is_printed_and_laid_over_changes_nothing() {
    for dialect in ["sqlite", "postgres", "mysql"] {
        let shop = shop();
        assert_eq!(laid(&printed(&shop, dialect), &shop, dialect).unwrap(), shop, "{dialect}");
    }
}

#[test]
fn names_joins_and_lengths_are_printed_as_diesel_prints_them() {
    assert_eq!(
        printed(&shop(), "postgres"),
        "\
// @generated automatically by Limbeck.

diesel::table! {
    account (id) {
        id -> Int4,
        #[max_length = 320]
        email -> Varchar,
        #[sql_name = \"type\"]
        type_ -> Nullable<Text>,
    }
}

diesel::table! {
    purchase (id) {
        id -> Int8,
        account_id -> Nullable<Int4>,
    }
}

diesel::joinable!(purchase -> account (account_id));

diesel::allow_tables_to_appear_in_same_query!(account, purchase,);
"
    );
}

#[test]
fn what_is_declared_in_another_way_changes_and_the_rest_stays() {
    let text = "\
table! {
    account {
        id -> Integer,
        email -> Nullable<Text>,
        born -> Nullable<Date>,
    }
}
diesel::table! {
    note (id, account_id) {
        id -> BigInt,
        #[max_length = 5]
        text -> Varchar,
        account_id -> Integer,
    }
}
diesel::joinable!(note -> account (account_id));
allow_tables_to_appear_in_same_query!(account, note);
";
    let schema = laid(text, &shop(), "postgres").unwrap();
    let account = schema.table(&name("account")).unwrap();
    let email = account.column(&ident("email")).unwrap();
    assert!(email.nullable && email.default.is_some());
    assert_eq!(email.ty, ColumnType::String { length: Some(320) });
    assert!(account.column(&ident("type")).is_none() && account.indexes.is_empty());
    assert_eq!(account.column(&ident("born")).unwrap().ty, ColumnType::Date);
    assert!(schema.table(&name("purchase")).is_err());
    let note = schema.table(&name("note")).unwrap();
    assert_eq!(note.column(&ident("text")).unwrap().ty, ColumnType::String { length: Some(5) });
    assert_eq!(note.primary_key().unwrap().columns, [ident("id"), ident("account_id")]);
    assert_eq!(note.foreign_keys().next().unwrap().references, name("account"));
}

#[test]
fn an_alias_of_a_type_is_the_same_type_and_another_length_is_another() {
    let declared = |ty: &str, line: &str| {
        format!(
            "table! {{ account (id) {{ id -> {ty}, {line} email -> VarChar, #[sql_name = \"type\"] kind -> Nullable<Text>, }} }}
             table! {{ purchase (id) {{ id -> BigInt, account_id -> Nullable<Integer>, }} }}"
        )
    };
    for ty in ["Integer", "Int4", "Serial", "diesel::sql_types::Integer"] {
        assert_eq!(laid(&declared(ty, ""), &shop(), "postgres").unwrap(), shop(), "{ty}");
    }
    for (ty, line) in [("BigInt", ""), ("Integer", "#[max_length = 5]")] {
        assert_ne!(laid(&declared(ty, line), &shop(), "postgres").unwrap(), shop(), "{ty}");
    }
    // SQLite keeps 64 bits in each INTEGER.
    assert_eq!(laid(&declared("BigInt", ""), &shop(), "sqlite").unwrap(), shop());
}

#[test]
fn letters_with_blanks_have_a_limit_where_one_is_said() {
    let text = "table! { t (a) { a -> Bpchar, #[max_length = 3] b -> Bpchar, c -> Char, } }";
    let schema = laid(text, &Schema::new(), "postgres").unwrap();
    let types = schema.table(&name("t")).unwrap().columns.iter().map(|column| &column.ty);
    let native = |text: &str| ColumnType::Native(limbeck_core::literal::RawSql::new(text));
    assert!(types.eq(&[native("BPCHAR"), native("CHAR(3)"), native("CHAR(1)")]));
    let mut there = schema;
    let columns = &mut there.tables.get_mut(&name("t")).unwrap().columns;
    for (column, printed) in columns.iter_mut().zip(["bpchar", "character(3)", "character(1)"]) {
        column.ty = native(printed);
    }
    let shown = printed(&there, "postgres");
    assert_eq!(shown.matches("-> Bpchar").count(), 3, "{shown}");
    assert_eq!(shown.matches("max_length").count(), 2, "{shown}");
}

#[test]
fn tables_that_print_schema_does_not_show_stay() {
    let mut known = shop();
    for own in ["__diesel_schema_migrations", "other.t", "keyless"] {
        let mut table = Table::new(name(own), vec![Column::new(ident("a"), ColumnType::Text)]);
        if own != "keyless" {
            table
                .constraints
                .push(Constraint::PrimaryKey(PrimaryKey { name: None, columns: vec![ident("a")] }));
        }
        known.tables.insert(name(own), table);
    }
    assert_eq!(laid(&printed(&shop(), "postgres"), &known, "postgres").unwrap(), known);
    let fault = print(&known, &server("postgres"), None, Schema::clone).unwrap_err();
    assert!(fault.to_string().contains("table `keyless` has no primary key"), "{fault}");
}

#[test]
fn every_type_of_diesel_is_read_as_the_type_that_is_printed_as_it() {
    for (dialect, backend) in [
        ("sqlite", backend::Backend::Sqlite),
        ("postgres", backend::Backend::Postgres),
        ("mysql", backend::Backend::Mysql),
    ] {
        for ty in provided::names(backend) {
            let text = format!("table! {{ t (id) {{ id -> {ty}, }} }}");
            let made = laid(&text, &Schema::new(), dialect).unwrap();
            assert_eq!(laid(&text, &made, dialect).unwrap(), made, "{dialect} {ty}");
            let back = laid(&printed(&made, dialect), &made, dialect).unwrap();
            assert_eq!(back, made, "{dialect} {ty}");
            let again = printed(&made, dialect);
            let shown = again.split(" -> ").nth(1).unwrap().split(',').next().unwrap();
            let same = provided::canonical(shown, backend) == provided::canonical(ty, backend);
            assert!(same || ty == "CChar", "{dialect} {ty} comes back as {shown}");
        }
    }
}

#[test]
fn types_of_the_projects_own_are_defined_and_used() {
    let mut known = shop();
    let state = ColumnType::Enum { name: Some(name("cart State")), values: vec!["open".to_owned()] };
    known.table_mut(&name("purchase")).unwrap().columns.push(Column::new(ident("state"), state));
    let text = printed(&known, "postgres");
    assert!(
        text.contains("#[diesel(postgres_type(name = \"cart State\"))]\n    pub struct CartState;"),
        "{text}"
    );
    assert!(text.contains("    use super::sql_types::CartState;\n"), "{text}");
    assert!(text.contains("state -> Nullable<CartState>"), "{text}");
    assert_eq!(laid(&text, &known, "postgres").unwrap(), known);
    let added =
        text.replace("state -> Nullable<CartState>,", "state -> Nullable<CartState>, more -> CartState,");
    let schema = laid(&added, &known, "postgres").unwrap();
    let more = schema.table(&name("purchase")).unwrap().column(&ident("more")).unwrap();
    assert_eq!(more.ty, ColumnType::Enum { name: Some(name("cart State")), values: Vec::new() });
    let text = printed(&known, "mysql");
    assert!(
        text.contains("mysql_type(name = \"Enum\")") && text.contains("Nullable<PurchaseStateEnum>"),
        "{text}"
    );
    assert_eq!(laid(&text, &known, "mysql").unwrap(), known);
}

#[test]
fn the_class_of_a_type_of_mysql_begins_with_a_capital_in_every_alphabet() {
    let mut known = shop();
    let ty = ColumnType::Native(RawSql::new("\u{e9}toile"));
    known.table_mut(&name("purchase")).unwrap().columns.push(Column::new(ident("state"), ty));
    let text = printed(&known, "mysql");
    assert!(text.contains("mysql_type(name = \"\u{c9}toile\")"), "{text}");
}

#[test]
fn a_type_from_elsewhere_is_taken_as_given_where_the_column_is_there() {
    let text = printed(&shop(), "postgres").replace("email -> Varchar", "email -> Mail");
    assert!(laid(&text, &shop(), "postgres").unwrap_err().to_string().contains("unknown SQL type `Mail`"));
    for import in ["use crate::types::Mail;", "use crate::types::*;", "use a::{b, c::{Mel as Mail}};"] {
        let text = text.replacen("table! {", &format!("table! {{ {import}"), 1);
        assert_eq!(laid(&text, &shop(), "postgres").unwrap(), shop(), "{import}");
    }
    let text = text.replacen("table! {", "table! { use diesel::sql_types::*;", 1);
    assert!(laid(&text, &shop(), "postgres").is_err());
}

#[test]
fn a_file_that_declares_no_table_or_not_all_of_them_is_told() {
    let table = "table! { t { id -> Integer, } }";
    for (text, nothing, unread) in [
        ("// @generated automatically by Diesel CLI.\n", false, &[][..]),
        (table, false, &[]),
        ("fn main() {}", true, &[]),
        ("pub mod schema { pub mod sql_types {} }", true, &[]),
        ("mod tables;", true, &["mod tables;"]),
        ("include!(\"tables.rs\");", true, &["include!"]),
        (&format!("{table} pub mod a {{ mod b; }} #[cfg(test)] mod tests;"), false, &["mod b;"]),
    ] {
        let declared = Declared::parse(Path::new("schema.rs"), &Arc::from(text)).unwrap();
        assert_eq!(declared.nothing().is_some(), nothing, "{text}");
        let found = declared.unread();
        let found: Vec<&str> = found.iter().filter_map(|fault| fault.message.split('`').nth(1)).collect();
        assert_eq!(found, unread, "{text}");
        let mut both = Declared::parse(Path::new("other.rs"), &Arc::from(table)).unwrap();
        both.extend(declared);
        assert!(both.nothing().is_none(), "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, code, line, part) in [
        ("table! { t (id) { id -> Integer } ", Code::FileSyntax, 1, "not Rust"),
        ("\ntable! { t (id) { id Integer, } }", Code::FileSyntax, 2, "expected `->`"),
        ("table! {\n t (id) {\n id -> Integer,\n id -> Text,\n } }", Code::ColumnExists, 4, "exists already"),
        ("table! {\n t (key) {\n id -> Integer,\n } }", Code::NoSuchColumn, 2, "no column `key`"),
        ("table! { t { id -> Integer, } }\ntable! { t { id -> Integer, } }", Code::TableExists, 2, "twice"),
        ("table! { t {\n id -> Intger, } }", Code::BadType, 2, "unknown SQL type `Intger`"),
        ("table! { use x::Tsvec; t {\n id -> Tsvec, } }", Code::BadType, 2, "unknown SQL type `Tsvec`"),
        ("table! { t {\n id -> Nullable, } }", Code::BadType, 2, "takes one type"),
        ("table! { t { id -> Integer, } }\njoinable!(t -> u (id));", Code::NoSuchTable, 2, "no table `u`"),
        ("table! { t { id -> Integer, } }\njoinable!(t -> t (x));", Code::NoSuchColumn, 2, "no column `x`"),
        ("\n\nallow_tables_to_appear_in_same_query!(t);", Code::NoSuchTable, 3, "no table `t`"),
        ("table! { t {\n #[max_length = \"a\"]\n id -> Integer, } }", Code::FileSyntax, 2, "takes a number"),
        ("table! { t {\n #[sql_name = \"\"]\n id -> Integer, } }", Code::BadName, 3, "must not be empty"),
    ] {
        let faults = laid(text, &Schema::new(), "postgres").unwrap_err();
        let fault = faults.first();
        assert_eq!((fault.code, fault.places[0].line()), (code, Some(line)), "{text}: {faults}");
        assert!(fault.message.contains(part), "{text}: {faults}");
    }
}
