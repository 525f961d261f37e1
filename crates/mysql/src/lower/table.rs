//! `drop_table`, `rename_table`, `create_schema` and `drop_schema`.

use limbeck_core::dialect::{Hazard, Statement};
use limbeck_core::op::{CreateSchema, DropSchema, DropTable, RenameTable};

use super::{Target, ddl};

/// Lowers `drop_table`. The server refuses it while another table points at this one.
pub(super) fn drop_table(op: &DropTable, target: Target<'_>) -> Vec<Statement> {
    let DropTable { table, if_exists } = op;
    let sql = target.sql().kw("DROP TABLE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(table);
    let lost = Hazard::LosesData(format!("the rows of `{table}`"));
    vec![ddl(sql, format!("drop table `{table}`")).hazard(lost)]
}

/// Lowers `rename_table`. Foreign keys and triggers follow; the texts of views do not.
pub(super) fn rename_table(op: &RenameTable, target: Target<'_>) -> Vec<Statement> {
    let RenameTable { table, to: _ } = op;
    let to = op.target();
    let sql = target.sql().kw("ALTER TABLE").table(table).kw("RENAME TO").table(&to);
    vec![ddl(sql, format!("rename table `{table}` to `{to}`"))]
}

/// Lowers `create_schema`: a schema is a database.
pub(super) fn create_schema(op: &CreateSchema, target: Target<'_>) -> Vec<Statement> {
    let CreateSchema { schema, if_not_exists } = op;
    let sql = target.sql().kw("CREATE SCHEMA").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS"));
    vec![ddl(sql.ident(schema), format!("make schema `{schema}`"))]
}

/// Lowers `drop_schema`. The server would drop all that is in it; the fold has seen to it that it is empty.
pub(super) fn drop_schema(op: &DropSchema, target: Target<'_>) -> Vec<Statement> {
    let DropSchema { schema, if_exists } = op;
    let sql = target.sql().kw("DROP SCHEMA").when(*if_exists, |sql| sql.kw("IF EXISTS")).ident(schema);
    vec![
        ddl(sql, format!("drop schema `{schema}`"))
            .hazard(Hazard::LosesData(format!("all that is in schema `{schema}`"))),
    ]
}

#[cfg(test)]
mod tests {
    use limbeck_core::name::Ident;
    use limbeck_core::schema::Schema;

    use super::*;

    #[test]
    fn a_schema_is_a_database() {
        let server = crate::server::named("mysql", None).unwrap();
        let target = Target { server: &server, schema: &Schema::new() };
        let schema = Ident::new("sa`les").unwrap();
        let make = create_schema(&CreateSchema { schema: schema.clone(), if_not_exists: true }, target);
        assert_eq!(make[0].sql, "CREATE SCHEMA IF NOT EXISTS `sa``les`");
        assert_eq!(
            drop_schema(&DropSchema { schema, if_exists: false }, target)[0].sql,
            "DROP SCHEMA `sa``les`"
        );
    }
}
