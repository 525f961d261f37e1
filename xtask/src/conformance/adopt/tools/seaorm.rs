//! The migrations of a project, with SeaORM's own command line; built outside the workspace.

use sea_orm_migration::prelude::*;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Org)]
    }
}

struct Org;

impl MigrationName for Org {
    fn name(&self) -> &str {
        "m20240101_000000_org"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Org {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut org = Table::create();
        org.table("org")
            .col(ColumnDef::new("id").integer().not_null().primary_key())
            .col(ColumnDef::new("name").string_len(20).not_null().unique_key());
        manager.create_table(org).await
    }
}

#[tokio::main]
async fn main() {
    cli::run_cli(Migrator).await;
}
