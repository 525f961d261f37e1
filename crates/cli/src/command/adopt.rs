//! `limbeck adopt`: takes a database over from another tool.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::dialect::{ConnectOptions, Missing};
use limbeck::core::name::TableName;
use limbeck::core::revision::RevisionId;
use limbeck::project::{Adopted, Adoption, Tool, Writes};
use serde_json::json;

use crate::context::{Context, HeadsCheck, now};
use crate::failure::Failure;

const AFTER: &str = "\
The other tool is found by the name and the columns of its table: Alembic, sqlalchemy-migrate,
Diesel, sqlx, refinery, SeaORM, Django, Flyway, Liquibase, dbmate, golang-migrate, Rails, goose,
Atlas, Prisma, Sqitch. What it calls dirty, failed, locked or half applied is refused. The
baseline has the id of its last migration, makes all that the database has, is run on a scratch
database and compared, and is then stamped. The other tool's tables stay as they are.
On the next database of the same project the baseline is there already: the database is compared
with it, and stamped.";

/// Take a database over from another tool: write a baseline of what is there, and stamp it
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The tool, where the database has histories of several
    #[arg(long, value_name = "NAME")]
    tool: Option<String>,
    /// The table of its history, where that is not called as usual
    #[arg(long, value_name = "TABLE")]
    history_table: Option<String>,
    /// Show the baseline; write nothing
    #[arg(long)]
    plan: bool,
    /// An empty database to try the baseline on, in place of one made for it
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let tool = self.tool.as_deref().map(|name| {
            Tool::named(name).ok_or_else(|| {
                Diagnostic::new(Code::Usage, format!("`{name}` is no tool that is known here"))
                    .hint(format!("known are {}", Tool::names().join(", ")))
            })
        });
        let table = self.history_table.as_deref().map(TableName::parse).transpose();
        let adoption = Adoption {
            tool: tool.transpose()?,
            table: table.map_err(|error| Diagnostic::new(Code::BadName, error.to_string()))?,
            created: now(),
            writes: if self.plan { Writes::Nothing } else { Writes::Everything },
        };
        let project = context.project(HeadsCheck::Skip)?;
        let settings = context.settings(project.config());
        let mut connection = context.connect(project.config(), Missing::Refuse)?;
        let adopted = match &self.scratch {
            Some(url) => {
                let mut scratch = limbeck::connect_with(url, &ConnectOptions::default())?;
                project.adopt(&mut *connection, &mut *scratch, &adoption, &settings)?
            }
            None => {
                let mut scratch = context.scratch_beside(project.config())?;
                project.adopt(&mut *connection, scratch.connection(), &adoption, &settings)?
            }
        };
        tell(context, &adopted, self.plan)
    }
}

fn tell(context: &Context, adopted: &Adopted, plan: bool) -> Result<(), Failure> {
    let Adopted { tool, table, applied, remark, files, text, heads, left } = adopted;
    let heads: Vec<&str> = heads.iter().map(RevisionId::as_str).collect();
    if context.global.json {
        return crate::json::print(
            context,
            &json!({
                "tool": tool.name(), "table": table.to_string(), "applied": applied, "remark": remark,
                "files": files, "heads": heads, "left": left, "stamped": !plan,
                "baseline": text.as_ref().filter(|_| plan),
            }),
        );
    }
    context.note(format_args!("{}, in `{table}`: {applied} applied", tool.name()));
    for left in left {
        context.warn(
            &Diagnostic::new(Code::CheckFailed, format!("the baseline does not make {left}"))
                .hint("write in its file what makes it, for databases that are made anew"),
        );
    }
    if let (true, Some(text)) = (plan, text) {
        return context.out.text(text);
    }
    for file in files {
        context.out.line(file.display())?;
    }
    if !plan {
        context.note(format_args!("stamped: {}", heads.join(", ")));
    }
    Ok(())
}
