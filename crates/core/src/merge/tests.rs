//! Branches in a few lines, and what comes of joining them.

use super::*;
use crate::history::{EmbeddedFile, EmbeddedMigrations};

const BASE: &str = r#"
[[upgrade]]
create_table = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "name", type = "text" },
    { name = "age", type = "integer" },
]
[[upgrade]]
create_table = "org"
columns = [{ name = "id", type = "integer", primary_key = true }]
[[upgrade]]
create_table = "tag"
columns = [{ name = "id", type = "integer", primary_key = true }, { name = "code", type = "text" }]
uniques = [{ name = "uq_tag_id", columns = ["id"] }, { name = "uq_tag_code", columns = ["code"] }]
"#;

fn pair(one: &str, other: &str) -> PairOfBranches {
    let file = |path: &str, head: &str, body: &str| EmbeddedFile {
        path: format!("{path}.toml").leak(),
        text: format!("{head}\n{body}").leak(),
    };
    let files = vec![
        file("base", "revision = \"base0\"", BASE),
        file("one", "revision = \"aaaa\"\ndown_revision = \"base0\"", one),
        file("other", "revision = \"bbbb\"\ndown_revision = \"base0\"", other),
    ];
    let history = History::builder().embedded(EmbeddedMigrations::new(files.leak())).build().unwrap();
    let heads = [RevisionId::new("bbbb"), RevisionId::new("aaaa")];
    let mut pairs = judge_heads(&history, &heads, "postgres", Schema::clone).unwrap();
    assert_eq!(pairs.len(), 1);
    pairs.remove(0)
}

fn class(one: &str, other: &str) -> MergeClass {
    let class = pair(one, other).judgement.class;
    assert_eq!(pair(other, one).judgement.class, class, "which branch is named first does not matter");
    class
}

fn alter(actions: &str) -> String {
    format!("[[upgrade]]\nalter_table = \"account\"\nactions = [{actions}]\n")
}

fn execute(sql: &str) -> String {
    format!("[[upgrade]]\nexecute = '''{sql}'''\n")
}

#[test]
fn what_has_nothing_to_do_with_each_other_is_independent() {
    let one = alter(r#"{ add_column = "nick", type = "text" }"#);
    let other = "[[upgrade]]\ncreate_table = \"x\"\ncolumns = [{ name = \"a\", type = \"integer\" }]\n";
    assert_eq!(class(&one, other), MergeClass::Independent);
    let column = alter(r#"{ add_column = "motto", type = "text" }"#);
    assert_eq!(class(&one, &column), MergeClass::Independent, "columns of one table");
}

#[test]
fn both_orders_may_lead_to_the_same() {
    let default = alter(r#"{ alter_column = "name", default = "x" }"#);
    assert_eq!(class(&default, &default), MergeClass::Commuting);
    let null = alter(r#"{ alter_column = "name", nullable = false }"#);
    assert_eq!(class(&default, &null), MergeClass::Commuting);
}

#[test]
fn two_defaults_depend_on_the_order_and_can_be_reconciled() {
    let one = alter(r#"{ alter_column = "name", default = "x" }"#);
    let other = alter(r#"{ alter_column = "name", default = "y" }"#);
    let pair = pair(&one, &other);
    assert_eq!(pair.judgement.class, MergeClass::OrderDependent);
    let operations = reconcile(&pair.judgement).expect("a default can be set again");
    let expected = "alter table `account`: alter column `name`";
    assert_eq!(operations.iter().map(crate::op::Change::describe).collect::<Vec<_>>(), [expected]);
    let report = pair.report();
    let places: Vec<String> = report[0].places.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["one.toml:4", "other.toml:4"]);
    assert!(report[0].hint.as_ref().is_some_and(|hint| hint.contains("--reconcile")));
}

#[test]
fn an_order_that_fails_is_a_conflict() {
    let adds = alter(r#"{ add_column = "nick", type = "text" }"#);
    assert_eq!(class(&adds, &adds), MergeClass::Conflict);
    let renames = alter(r#"{ rename_column = "name", to = "full_name" }"#);
    let checks = alter(r#"{ add_check = "length(name) > 1", name = "ck" }"#);
    let indexes = "[[upgrade]]\ncreate_index = \"ix\"\ntable = \"account\"\ncolumns = [\"name\"]\n";
    for other in [checks.as_str(), indexes] {
        assert_eq!(class(&renames, other), MergeClass::Conflict, "{other}");
    }
    assert_eq!(class("[[upgrade]]\ndrop_table = \"account\"\n", &adds), MergeClass::Conflict);
    assert_eq!(
        class("[[upgrade]]\nrename_table = \"account\"\nto = \"person\"\n", &adds),
        MergeClass::Conflict
    );
    let table = "[[upgrade]]\ncreate_table = \"ix\"\ncolumns = [{ name = \"a\", type = \"integer\" }]\n";
    assert_eq!(class(table, indexes), MergeClass::Conflict, "a table and an index of one name");
}

#[test]
fn a_name_that_is_given_back_is_no_conflict_where_types_do_not_matter() {
    let swaps =
        alter("{ rename_column = 'name', to = 'full_name' }, { add_column = 'name', type = 'integer' }");
    let checks = alter("{ add_check = 'name <> 1', name = 'ck' }");
    assert_eq!(class(&swaps, &checks), MergeClass::Unknown);
    let word = alter("{ add_check = \"age <> 'name'\", name = 'ck' }");
    let renames = alter("{ rename_column = 'name', to = 'full_name' }");
    assert_eq!(class(&renames, &word), MergeClass::Independent, "a string is no name");
}

#[test]
fn what_is_dropped_if_it_is_there_must_not_become_something_else() {
    let drops = "[[upgrade]]\ndrop_view = \"person\"\nif_exists = true\n";
    let makes = "[[upgrade]]\ncreate_table = \"person\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n";
    assert_eq!(class(drops, makes), MergeClass::Conflict);
    let gone = format!("{makes}[[upgrade]]\ndrop_table = \"person\"\n");
    assert_eq!(class(drops, &gone), MergeClass::Unknown, "it is gone again in the end");
}

/// Changes the table that has two keys over the same column.
fn alter_tag(actions: &str) -> String {
    format!("[[upgrade]]\nalter_table = \"tag\"\nactions = [{actions}]\n")
}

#[test]
fn which_of_two_keys_is_meant_may_depend_on_the_order() {
    let drops = alter_tag("{ drop_constraint = { unique = ['code'] } }");
    let adds = alter_tag("{ add_unique = ['code'] }");
    assert_eq!(class(&drops, &adds), MergeClass::Unknown);
    let another = alter_tag("{ add_unique = ['code', 'id'] }");
    assert_eq!(class(&drops, &another), MergeClass::Independent);
}

#[test]
fn a_foreign_key_stands_on_one_of_the_keys_over_its_columns() {
    let points = alter("{ add_foreign_key = ['age'], references = 'tag', referred_columns = ['id'] }");
    let primary = alter_tag("{ drop_constraint = { primary_key = true } }");
    assert_eq!(class(&points, &primary), MergeClass::Unknown);
    let elsewhere = alter_tag("{ drop_constraint = 'uq_tag_code' }");
    assert_eq!(class(&points, &elsewhere), MergeClass::Independent);
}

#[test]
fn a_foreign_key_to_the_primary_key_must_fit_its_type() {
    let points = alter("{ add_foreign_key = ['age'], references = 'tag' }");
    let retypes = alter_tag("{ alter_column = 'id', type = 'text' }");
    assert_eq!(class(&points, &retypes), MergeClass::Unknown);
    let adds = alter_tag("{ add_column = 'more', type = 'text' }");
    assert_eq!(class(&points, &adds), MergeClass::Independent);
}

#[test]
fn the_index_of_a_key_is_not_dropped_as_an_index() {
    let drops = "[[upgrade]]\ndrop_index = \"uq\"\nif_exists = true\n";
    let adds = alter_tag("{ add_unique = ['code'], name = 'uq' }");
    assert_eq!(class(drops, &adds), MergeClass::Conflict);
    let other_name = alter_tag("{ add_unique = ['code'], name = 'uq2' }");
    assert_eq!(class(drops, &other_name), MergeClass::Independent);
}

#[test]
fn a_table_that_is_there_is_not_made_again() {
    let again = "[[upgrade]]\ncreate_table = \"org\"\nif_not_exists = true\ncolumns = [{ name = \"id\", type = \"integer\", references = \"account.name\" }]\n";
    let renames = alter("{ rename_column = 'name', to = 'full_name' }");
    assert_eq!(class(again, &renames), MergeClass::Independent);
}

#[test]
fn a_table_that_would_be_made_again_is_not_missed() {
    let again = "[[upgrade]]\ncreate_table = \"org\"\nif_not_exists = true\ncolumns = [{ name = \"id\", type = \"integer\" }]\n";
    let adds = "[[upgrade]]\nalter_table = \"org\"\nactions = [{ add_column = 'motto', type = 'text' }]\n";
    let drops = "[[upgrade]]\ndrop_table = \"org\"\n";
    assert_eq!(class(drops, adds), MergeClass::Conflict);
    assert_eq!(class(drops, &format!("{again}{adds}")), MergeClass::Unknown);
}

#[test]
fn raw_sql_that_is_understood_is_judged_as_what_it_does() {
    let adds = alter(r#"{ add_column = "nick", type = "text" }"#);
    assert_eq!(class(&execute("ALTER TABLE account ADD COLUMN nick text"), &adds), MergeClass::Conflict);
    assert_eq!(class(&execute("ALTER TABLE account ADD COLUMN motto text"), &adds), MergeClass::Independent);
    assert_eq!(class(&execute("ALTER TABLE account SET (fillfactor = 70)"), &adds), MergeClass::Unknown);
    assert_eq!(class(&execute("ALTER TABLE org SET (fillfactor = 70)"), &adds), MergeClass::Independent);
    assert_eq!(class(&execute("DO $$ BEGIN END $$"), &adds), MergeClass::Unknown);
}

#[test]
fn work_on_rows_is_judged_by_what_it_names() {
    let fill = execute("UPDATE account SET age = 0 WHERE age IS NULL");
    assert_eq!(class(&fill, &alter(r#"{ add_column = "nick", type = "text" }"#)), MergeClass::Independent);
    assert_eq!(class(&fill, &alter(r#"{ drop_column = "age" }"#)), MergeClass::Unknown);
    assert_eq!(class(&fill, &execute("UPDATE account SET name = 'x'")), MergeClass::Independent);
    assert_eq!(class(&fill, &execute("UPDATE account SET name = age")), MergeClass::Unknown);
    assert_eq!(class(&fill, &execute("DELETE FROM account")), MergeClass::Unknown);
    assert_eq!(class(&fill, &execute("DELETE FROM org")), MergeClass::Independent);
}

#[test]
fn what_free_sql_may_have_dropped_can_be_made_again_in_a_branch() {
    let remakes = format!(
        "{}[[upgrade]]\ncreate_table = \"tag\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\n",
        execute("DO $$ BEGIN EXECUTE 'DROP TABLE tag'; END $$")
    );
    let elsewhere = alter(r#"{ add_column = "nick", type = "text" }"#);
    assert_eq!(class(&remakes, &elsewhere), MergeClass::Unknown);
}
