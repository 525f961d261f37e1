//! What leads from one schema to another leads there.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::action::Action;
use crate::arbitrary::{Branches, Reach, branches, end_of, schemas};
use crate::column_type::ColumnType;
use crate::literal::{RawSql, Value};
use crate::op::{Change, EnumAction, ValuePosition};
use crate::schema::{Column, Constraint, ForeignKey, NamedEnum, View};
use crate::script::{Naming, parse_model, print_model};

fn same(schema: &Schema) -> Schema {
    schema.clone()
}

/// Returns what a difference is about: all but what is opaque, which no operation states, and the schemas that are known by
/// what stands in them.
fn plain(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    schema.opaque = Default::default();
    let used: Vec<Ident> =
        schema.schemas.iter().filter(|name| schema.object_in(name).is_some()).cloned().collect();
    schema.schemas.retain(|name| !used.contains(name));
    schema
}

fn schema(table: &Table) -> Schema {
    let mut schema = Schema::new();
    schema.tables.insert(table.name.clone(), table.clone());
    schema
}

/// Puts the columns of each table in order of name.
fn without_order(schema: &Schema) -> Schema {
    let mut schema = plain(schema);
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

/// Makes the enums that columns name without saying their values: no database has such a column without them.
fn whole(mut schema: Schema) -> Schema {
    for column in schema.tables.values().flat_map(|table| &table.columns) {
        if let ColumnType::Enum { name: Some(name), values } = &column.ty
            && values.is_empty()
        {
            let definition = NamedEnum { name: name.clone(), values: vec!["open".to_owned()] };
            schema.enums.entry(name.clone()).or_insert(definition);
        }
    }
    schema
}

/// Draws two schemas: of which one grew out of the other, which both grew out of a third, or which have little in common.
fn pairs() -> impl Strategy<Value = (Schema, Schema)> {
    let grown = |Branches { base, branches: [one, other] }: Branches| {
        let base = end_of(&base, Schema::new());
        [end_of(&one, base.clone()), end_of(&other, base.clone()), base].map(whole)
    };
    prop_oneof![
        1 => (schemas(Reach::Everything, 6), schemas(Reach::Everything, 6)).prop_map(|(one, other)| (whole(one), whole(other))),
        2 => branches(Reach::Everything, 6).prop_map(move |drawn| {
            let [one, other, _] = grown(drawn);
            (one, other)
        }),
        1 => branches(Reach::Everything, 8).prop_map(move |drawn| {
            let [one, _, base] = grown(drawn);
            (base, one)
        }),
        1 => branches(Reach::Everything, 8).prop_map(move |drawn| {
            let [one, _, base] = grown(drawn);
            (one, base)
        }),
    ]
}

/// Gives rules that have no name here the one that the same rule has there.
fn with_names_of(schema: &Schema, other: &Schema) -> Schema {
    let mut schema = schema.clone();
    for (name, table) in &mut schema.tables {
        let Some(there) = other.tables.get(name) else { continue };
        let mut left: Vec<&Constraint> =
            there.constraints.iter().filter(|one| !table.constraints.contains(one)).collect();
        for own in &mut table.constraints {
            if there.constraints.contains(own) {
                continue;
            }
            let same = |one: &&Constraint| {
                let mut nameless = [own.clone(), (*one).clone()];
                nameless.iter_mut().for_each(|one| *one.name_mut() = None);
                (own.name().is_none() || one.name().is_none()) && nameless[0] == nameless[1]
            };
            if let Some(at) = left.iter().position(same) {
                *own = left.remove(at).clone();
            }
        }
    }
    schema
}

fn run(operations: &[Operation], from: &Schema, to: &Schema) -> Result<Schema, TestCaseError> {
    let mut schema = from.clone();
    for operation in operations {
        let done = operation.apply(&mut schema);
        prop_assert!(
            done.is_ok(),
            "{:?}\n{}\nof\n{}\nfrom\n{}\nto\n{}",
            done,
            operation.describe(),
            operations.iter().map(Operation::describe).collect::<Vec<_>>().join("\n"),
            print_model(from),
            print_model(to)
        );
    }
    Ok(schema)
}

proptest! {
    #[test]
    fn there_is_no_difference_between_a_schema_and_itself(schema in schemas(Reach::Everything, 8)) {
        prop_assert_eq!(diff(&schema, &schema, same), Vec::new());
    }

    #[test]
    fn a_schema_is_made_from_nothing(schema in schemas(Reach::Everything, 8)) {
        let made = run(&diff(&Schema::new(), &schema, same), &Schema::new(), &schema)?;
        prop_assert_eq!(plain(&made), plain(&schema));
    }

    #[test]
    fn a_schema_is_taken_apart(schema in schemas(Reach::Everything, 8)) {
        let left = run(&diff(&schema, &Schema::new(), same), &schema, &Schema::new())?;
        prop_assert_eq!(plain(&left), Schema::new());
    }

    #[test]
    fn a_difference_leads_from_one_schema_to_the_other((from, to) in pairs()) {
        let made = run(&diff(&from, &to, same), &from, &to)?;
        let made = with_names_of(&made, &to);
        prop_assert!(
            without_order(&made) == without_order(&to),
            "{}\nand not\n{}\nfrom\n{}",
            print_model(&made),
            print_model(&to),
            print_model(&from)
        );
        prop_assert_eq!(diff(&made, &to, same), Vec::new());
    }

    #[test]
    fn columns_that_come_can_be_put_where_they_are_wanted((from, to) in pairs()) {
        let operations = diff_ordered(&from, &to, ColumnOrder::Kept, same);
        let made = with_names_of(&run(&operations, &from, &to)?, &to);
        prop_assert_eq!(without_order(&made), without_order(&to));
        for (name, wanted) in &to.tables {
            let left = |table: &Table, other: &Table| -> Vec<Ident> {
                table.columns.iter().map(|one| &one.name).filter(|one| other.column(one).is_some()).cloned().collect()
            };
            let moved = from.tables.get(name).is_some_and(|from| left(from, wanted) != left(wanted, from));
            prop_assert!(moved || made.tables[name].columns == wanted.columns, "{:?}", operations);
        }
    }
}

#[test]
fn views_go_and_come_in_the_order_in_which_they_stand_on_each_other() {
    let view = |name: &str, sql: &str| {
        let name = TableName::parse(name).unwrap();
        (name.clone(), View { name, sql: RawSql::new(sql), materialized: false })
    };
    let table = |ty: ColumnType| {
        let name = TableName::parse("t").unwrap();
        (name.clone(), Table::new(name, vec![Column::new(Ident::new("x").unwrap(), ty)]))
    };
    let views =
        BTreeMap::from([view("b", "SELECT x FROM t"), view("a", "SELECT x FROM b"), view("c", "SELECT 1")]);
    let of = |ty| Schema { tables: BTreeMap::from([table(ty)]), views: views.clone(), ..Schema::new() };
    let (small, big) = (of(ColumnType::Integer), of(ColumnType::Bigint));
    let describe =
        |from, to| diff(from, to, same).iter().map(Operation::describe).collect::<Vec<_>>().join("; ");
    assert_eq!(
        describe(&small, &big),
        "drop view `a`; drop view `b`; alter table `t`: alter column `x`; create view `b`; create view `a`"
    );
    assert_eq!(
        describe(&Schema::new(), &small),
        "create table `t`; create view `b`; create view `a`; create view `c`"
    );
}

/// Reads two models and returns what leads from one to the other, which runs and leads there.
fn leads(from: &str, to: &str) -> String {
    let read = |text: &str| {
        let read = parse_model(Path::new("schema.toml"), Arc::from(text), &Naming::default());
        read.unwrap_or_else(|faults| panic!("{faults}"))
    };
    let (from, to) = (read(from), read(to));
    let operations = diff(&from, &to, same);
    let made = run(&operations, &from, &to).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(without_order(&made), without_order(&to));
    operations.iter().map(Operation::describe).collect::<Vec<_>>().join("\n")
}

const PARENT: &str = r#"
[[table]]
name = "parent"
columns = [{ name = "id", type = "integer", primary_key = true }, { name = "code", type = "text" }]
"#;

#[test]
fn a_key_that_is_pointed_at_changes_while_nothing_points_at_it() {
    let child = |references: &str| {
        format!(
            "[[table]]\nname = \"child\"\ncolumns = [{{ name = \"p\", type = \"text\", references = \"parent.{references}\" }}]\n"
        )
    };
    let before = format!("{PARENT}uniques = [{{ name = \"uq\", columns = [\"code\"] }}]\n{}", child("code"));
    let after =
        format!("{PARENT}uniques = [{{ name = \"uq_code\", columns = [\"code\"] }}]\n{}", child("code"));
    assert_eq!(
        leads(&before, &after),
        "alter table `child`: drop constraint `foreign key (p)`\n\
         alter table `parent`: drop constraint `uq`, add unique `uq_code`\n\
         alter table `child`: add foreign key"
    );
    assert_eq!(leads(&before, PARENT), "drop table `child`\nalter table `parent`: drop constraint `uq`");
}

#[test]
fn a_name_is_free_before_something_else_takes_it() {
    let with = |parent: &str, other: &str| {
        format!(
            "{PARENT}{parent}\n[[table]]\nname = \"other\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\n{other}\n"
        )
    };
    let index = |column: &str| format!("indexes = [{{ name = \"ix\", columns = [\"{column}\"] }}]");
    assert_eq!(
        leads(&with(&index("code"), ""), &with("", &index("id"))),
        "alter table `parent`: drop index `ix`\nalter table `other`: create index `ix`"
    );
    let table = "[[table]]\nname = \"ix\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n";
    assert_eq!(
        leads(&with(&index("code"), ""), &format!("{}{table}", with("", ""))),
        "alter table `parent`: drop index `ix`\ncreate table `ix`"
    );
    let sequences = "[[sequence]]\nname = \"a\"\n[[sequence]]\nname = \"ix\"\n";
    assert_eq!(leads(sequences, table), "drop sequence `ix`\ncreate table `ix`\ndrop sequence `a`");
}

#[test]
fn tables_that_point_at_each_other_come_and_go() {
    let pair = r#"
[[table]]
name = "a"
columns = [{ name = "id", type = "integer", primary_key = true, references = "b.id" }]
[[table]]
name = "b"
columns = [{ name = "id", type = "integer", primary_key = true, references = "a.id" }]
"#;
    assert_eq!(leads("", pair), "create table `b`\ncreate table `a`\nalter table `b`: add foreign key");
    assert_eq!(
        leads(pair, ""),
        "alter table `b`: drop constraint `foreign key (id)`\ndrop table `a`\ndrop table `b`"
    );
}

#[test]
fn values_of_an_enum_that_stay_keep_their_place_where_they_can() {
    let of = |values: &str| format!("[[enum]]\nname = \"e\"\nvalues = [{values}]\n");
    let schema =
        |values: &str| parse_model(Path::new("a.toml"), Arc::from(of(values)), &Naming::default()).unwrap();
    let actions = |from: &str, to: &str| {
        let operations = diff(&schema(from), &schema(to), same);
        let [Operation::AlterEnum(alter)] = &operations[..] else { panic!("{operations:?}") };
        let one = |action: &EnumAction| match action {
            EnumAction::AddValue { value, position: None } => format!("+{value}"),
            EnumAction::AddValue { value, position: Some(ValuePosition::Before(other)) } => {
                format!("+{value}<{other}")
            }
            EnumAction::AddValue { value, position: Some(ValuePosition::After(other)) } => {
                format!("+{value}>{other}")
            }
            EnumAction::RenameValue { value, to } => format!("{value}={to}"),
            EnumAction::DropValue { value, .. } => format!("-{value}"),
        };
        leads(&of(from), &of(to));
        alter.actions.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(actions("'a', 'b'", "'a', 'b', 'c', 'd'"), "+c +d");
    assert_eq!(actions("'a', 'c'", "'z', 'a', 'b', 'c'"), "+z<a +b>a");
    assert_eq!(actions("'a', 'b', 'c'", "'b', 'c', 'a'"), "-a +a");
    assert_eq!(actions("'a', 'b'", "'c'"), "+c<a -a -b");
}

#[test]
fn a_rule_that_could_stay_makes_room_for_one_that_could_not_be_told_from_it() {
    let of = |uniques: &str| {
        format!(
            "[[table]]\nname = \"t\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\nuniques = [{uniques}]\n"
        )
    };
    let two = r#"{ name = "uq", columns = ["id"] }, { columns = ["id"], nulls_not_distinct = true }"#;
    assert_eq!(
        leads(&of(r#"{ columns = ["id"] }"#), &of(two)),
        "alter table `t`: drop constraint `unique (id)`, add unique, add unique `uq`"
    );
}

#[test]
fn a_rule_that_could_stay_makes_room_for_one_that_takes_its_name() {
    let of = |rules: &str| {
        format!("[[table]]\nname = \"t\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\n{rules}\n")
    };
    let before = "checks = [{ name = 'n', sql = 'id > 0' }]";
    let after = "checks = [{ sql = 'id > 0' }]\nuniques = [{ name = 'n', columns = ['id'] }]";
    assert_eq!(
        leads(&of(before), &of(after)),
        "alter table `t`: drop constraint `n`, add unique `n`, add check"
    );
}

#[test]
fn the_names_of_indexes_are_those_of_their_schema() {
    let table = |name: &str, more: &str| {
        format!("[[table]]\nname = \"{name}\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\n{more}\n")
    };
    let index = "indexes = [{ name = 'ix', columns = ['id'] }]";
    let tables = [table("a.t", index), table("b.t", index), table("b.u", "")].concat();
    let mut schema = parse_model(Path::new("a.toml"), Arc::from(tables), &Naming::default()).unwrap();
    let index = schema.tables.values().next().unwrap().indexes[0].clone();
    let table = TableName::parse("b.u").unwrap();
    let create = crate::op::CreateIndex { table, index, if_not_exists: false, concurrently: false };
    // One of that name in the schema before it does not hide the one that is in the way.
    assert!(create.apply(&mut schema).is_err());
}

#[test]
fn each_part_of_a_table_is_looked_at_beside_the_columns_that_it_stands_on() {
    let shown = |columns: usize| {
        let ident = |name: String| Ident::new(&name).unwrap();
        let name = |at: usize| ident(format!("c{at}"));
        let mut table = Table::new(TableName::parse("wide").unwrap(), Vec::new());
        for at in 0..columns {
            table.columns.push(Column::new(name(at), ColumnType::Integer));
            let key = crate::schema::IndexColumn::column(name(at));
            table.indexes.push(crate::schema::Index::new(ident(format!("ix{at}")), vec![key]));
            let sql = RawSql::new(format!("c{at} > 0"));
            table.constraints.push(Constraint::Check(crate::schema::Check {
                name: None,
                sql,
                not_valid: false,
            }));
        }
        let schema = |table: Table| {
            let mut schema = Schema::new();
            schema.tables.insert(table.name.clone(), table);
            schema
        };
        let mut other = table.clone();
        other.comment = Some("changed".to_owned());
        let count = std::cell::Cell::new(0);
        let normal = |schema: &Schema| {
            let all = schema.tables.values().map(|table| table.columns.len()).sum::<usize>();
            count.set(count.get() + all);
            schema.clone()
        };
        assert_eq!(diff(&schema(table), &schema(other), normal).len(), 1);
        count.get()
    };
    assert_eq!(shown(400), 4 * shown(100));
}

#[test]
fn what_is_computed_from_much_that_is_computed_comes_behind_it() {
    let mut table = Table::new(TableName::parse("sheet").unwrap(), Vec::new());
    let mut old = table.clone();
    old.columns.push(Column::new(Ident::new("z0").unwrap(), ColumnType::Integer));
    table.columns = old.columns.clone();
    // Each stands on all before it, so that the ways from the last to the first double with each.
    for at in 1..60 {
        let sum: Vec<String> = (0..at).map(|below| format!("z{below}")).collect();
        let mut column = Column::new(Ident::new(&format!("z{at}")).unwrap(), ColumnType::Integer);
        column.generated = Some(crate::schema::Generated {
            sql: RawSql::new(sum.join(" + ")),
            storage: crate::schema::GeneratedStorage::Stored,
        });
        table.columns.insert(0, column);
    }
    let names = |there: &Table, wanted: &Table| -> Vec<String> {
        let operations = diff(&schema(there), &schema(wanted), same);
        let [Operation::AlterTable(alter)] = &operations[..] else { panic!("{operations:?}") };
        let names = alter.actions.iter().map(|action| match action {
            Action::AddColumn(add) => add.column.name.to_string(),
            Action::DropColumn(drop) => drop.column.to_string(),
            other => panic!("{other:?}"),
        });
        names.collect()
    };
    let rising: Vec<String> = (1..60).map(|at| format!("z{at}")).collect();
    assert_eq!(names(&old, &table), rising);
    assert_eq!(names(&table, &old), rising.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn what_is_computed_goes_first_however_its_text_is_compared() {
    let ident = |name: &str| Ident::new(name).unwrap();
    let mut table = Table::new(TableName::parse("sheet").unwrap(), Vec::new());
    let columns = ["id", "two words", "sum"].map(|name| Column::new(ident(name), ColumnType::Integer));
    table.columns.extend(columns);
    table.columns[2].generated = Some(crate::schema::Generated {
        sql: RawSql::new("\"two words\" + 1"),
        storage: crate::schema::GeneratedStorage::Stored,
    });
    let mut wanted = table.clone();
    wanted.columns.truncate(1);
    // As dialects do that see no difference between `a` and `"a"`.
    let bare = |schema: &Schema| {
        let mut schema = schema.clone();
        for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
            if let Some(generated) = &mut column.generated {
                generated.sql = RawSql::new(generated.sql.as_str().replace('"', ""));
            }
        }
        schema
    };
    let (from, to) = (schema(&table), schema(&wanted));
    let mut reached = from.clone();
    for operation in diff(&from, &to, bare) {
        operation.apply(&mut reached).unwrap();
    }
    assert_eq!(reached, to);
}

#[test]
fn a_table_goes_before_one_comes_that_points_at_nothing() {
    let table = |name: &str| {
        let column = Column::new(Ident::new("id").unwrap(), ColumnType::Integer);
        Table::new(TableName::parse(name).unwrap(), vec![column])
    };
    let mut points = table("points");
    let id = vec![Ident::new("id").unwrap()];
    let key = ForeignKey::new(id.clone(), TableName::parse("old").unwrap(), id);
    points.constraints.push(Constraint::ForeignKey(key));
    let (from, to) = (schema(&table("old")), schema(&points));
    let mut reached = from.clone();
    for operation in diff(&from, &to, same) {
        operation.apply(&mut reached).unwrap();
    }
    assert_eq!(reached, to);
}

#[test]
fn a_default_is_said_anew_where_the_type_is_another() {
    let table = |ty: ColumnType, default: &str| {
        let mut column = Column::new(Ident::new("amount").unwrap(), ty);
        column.default = Some(Value::Sql(RawSql::new(default)));
        Table::new(TableName::parse("sheet").unwrap(), vec![column])
    };
    // As a dialect to which both are the same number.
    let number = |schema: &Schema| {
        let mut schema = schema.clone();
        for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
            column.default = Some(Value::Sql(RawSql::new("-1")));
        }
        schema
    };
    let from = schema(&table(ColumnType::Integer, "-1"));
    let to = schema(&table(ColumnType::Text, "-1.0"));
    let mut reached = from.clone();
    for operation in diff(&from, &to, number) {
        operation.apply(&mut reached).unwrap();
    }
    assert_eq!(reached, to);
    let same_type = schema(&table(ColumnType::Integer, "-1.0"));
    assert_eq!(diff(&from, &same_type, number), []);
}
