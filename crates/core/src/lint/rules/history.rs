//! Rules about the history as a whole, and about what can be known of it.

use crate::history::{Task, Undo};
use crate::lint::rule::{Level, Looks, Rule};
use crate::lint::site::{RevisionSite, Spot};
use crate::op::Operation;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "R701",
        name: "several_heads",
        level: Level::Error,
        summary: "the history has several heads",
        why: "`upgrade head` does not know which is meant, and the order in which databases run them is left to chance",
        instead: "`limbeck merge heads`, once the branches are known to go together",
        source: "https://alembic.sqlalchemy.org/en/latest/branches.html",
        dialects: &[],
        peers: &[("atlas", "non-linear changes")],
        looks: Looks::Graph,
    },
    Rule {
        code: "R702",
        name: "no_way_back",
        level: Level::On,
        summary: "a revision cannot be undone, and does not say why",
        why: "when it has to be taken back in the middle of the night, somebody has to find out how",
        instead: "give a downgrade; or say `irreversible = \"why\"`",
        source: "https://github.com/3YOURMIND/django-migration-linter/blob/main/docs/incompatibilities.md",
        dialects: &[],
        peers: &[
            ("django-migration-linter", "RUNSQL_REVERSIBLE"),
            ("django-migration-linter", "RUNPYTHON_REVERSIBLE"),
        ],
        looks: Looks::Revision(no_way_back),
    },
    Rule {
        code: "R703",
        name: "unread_sql",
        level: Level::On,
        summary: "raw SQL may change the schema, and it is not known how",
        why: "nothing behind it can be judged, planned without a database, or derived",
        instead: "use operations; or state the effect with `state = […]`",
        source: "https://github.com/ankane/strong_migrations#executing-SQL-directly",
        dialects: &[],
        peers: &[("strong_migrations", "executing SQL directly")],
        looks: Looks::Operation(|site| match &site.scoped.operation {
            Operation::Execute(execute) if execute.state.is_none() && !execute.leaves_schema() => {
                Some(format!("it is not known what `{}` does to the schema", execute.summary()))
            }
            _ => None,
        }),
    },
];

fn no_way_back(site: &RevisionSite<'_>) -> Vec<Spot> {
    match &site.body.undo {
        Undo::Given(_) => Vec::new(),
        Undo::Irreversible(Some(_)) => Vec::new(),
        Undo::Irreversible(None) => {
            let message = "the revision is irreversible, and does not say why".to_owned();
            vec![Spot { message, place: site.origin(|_| true).map(crate::op::Origin::place) }]
        }
        Undo::Derived => {
            let work = site.body.upgrade.iter().find_map(|task| match task {
                Task::Work(work) => Some(Spot {
                    message: format!("it is not known what undoes `{}`", work.name()),
                    place: None,
                }),
                Task::Operation(_) => None,
            });
            let sql = site.steps.iter().find_map(|(scoped, _)| match &scoped.operation {
                Operation::Execute(execute) => {
                    let message = format!("it is not known what undoes `{}`", execute.summary());
                    Some(Spot::at(scoped, message))
                }
                _ => None,
            });
            work.into_iter().chain(sql).take(1).collect()
        }
    }
}
