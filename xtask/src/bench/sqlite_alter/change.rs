//! Changes to the table, each a revision of its own, and what Limbeck takes for them.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use super::data::{BASE, Database};
use crate::Failure;
use crate::bench::Bench;
use crate::bench::measure::{Measured, measure};

/// A change of the table.
pub(super) struct Change {
    pub(super) name: &'static str,
    actions: &'static str,
    recreate: &'static str,
    pub(super) limit: Limit,
}

/// What a change may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// The same at any size.
    Constant,
    /// One reading of the rows, and nothing written.
    Scan,
    /// One copy.
    Copy,
}

/// What a change took.
pub(super) struct Changed {
    /// The whole command.
    pub(super) measured: Measured,
    /// The step alone, as the tool says.
    pub(super) inside: Duration,
    /// How it was made and at what cost, as the plan says.
    pub(super) way: String,
    /// How often the plan reads all rows without writing them.
    pub(super) scans: usize,
    /// How often it copies them.
    pub(super) copies: usize,
}

/// The change that the peers make too.
pub(super) const COPY: Change = Change {
    name: "type changed by a new table",
    actions: "{ alter_column = \"name\", type = \"text\" }",
    recreate: "always",
    limit: Limit::Copy,
};

const fn edit(name: &'static str, limit: Limit, actions: &'static str) -> Change {
    Change { name, actions, recreate: "auto", limit }
}

/// The changes that need no copy, and a group that needs one.
pub(super) const CHANGES: &[Change] = &[
    edit("default changed", Limit::Constant, "{ alter_column = \"state\", default = \"new\" }"),
    edit("type declared anew", Limit::Constant, "{ alter_column = \"name\", type = \"text\" }"),
    edit("foreign key dropped", Limit::Constant, "{ drop_constraint = \"fk_item_org\" }"),
    edit("NOT NULL dropped", Limit::Constant, "{ alter_column = \"quantity\", nullable = true }"),
    edit("check dropped", Limit::Constant, "{ drop_constraint = \"ck_item_quantity\" }"),
    edit("check added", Limit::Scan, "{ add_check = \"amount >= 0\", name = \"ck_item_amount\" }"),
    edit("NOT NULL added", Limit::Scan, "{ alter_column = \"name\", nullable = false }"),
    edit(
        "foreign key added",
        Limit::Scan,
        "{ add_foreign_key = [\"buyer_id\"], references = \"org\", referred_columns = [\"id\"], name = \"fk_item_buyer\" }",
    ),
    edit(
        "column dropped, type, foreign key",
        Limit::Copy,
        "{ drop_column = \"legacy\" }, { alter_column = \"amount\", type = \"integer\" }, \
         { add_foreign_key = [\"buyer_id\"], references = \"org\", referred_columns = [\"id\"], name = \"fk_item_buyer\" }",
    ),
];

impl Change {
    /// Writes the revision that makes the change.
    pub(super) fn write(&self, database: &Database) -> Result<(), Failure> {
        let text = format!(
            "revision = \"bbbbbbbbbbbb\"\ndown_revision = \"{BASE}\"\nmessage = \"{}\"\n\n[[upgrade]]\nalter_table = \"item\"\nrecreate = \"{}\"\nactions = [{}]\n",
            self.name, self.recreate, self.actions
        );
        fs::write(database.migrations().join("change.toml"), text)?;
        Ok(())
    }

    /// Makes the change on a fresh copy.
    pub(super) fn run(&self, bench: &Bench, database: &Database) -> Result<Changed, Failure> {
        self.write(database)?;
        database.fresh()?;
        let plan = measure(database.limbeck(bench).args(["--json", "upgrade", "heads", "--plan"]))?;
        let measured = measure(database.limbeck(bench).args(["--json", "upgrade", "heads"]))?;
        let step: Value = serde_json::from_str(&measured.said)?;
        let millis = step["millis"].as_u64().ok_or("the step does not say how long it took")?;
        let plan: Value = serde_json::from_str(&plan.said)?;
        let (scans, copies) = (costs(&plan, "one scan").count(), costs(&plan, "copies").count());
        Ok(Changed { measured, inside: Duration::from_millis(millis), way: way(&plan), scans, copies })
    }
}

/// Returns the costs that start with these words.
fn costs<'p>(plan: &'p Value, words: &'static str) -> impl Iterator<Item = &'p str> {
    let statements = plan["statements"].as_array().into_iter().flatten();
    let costs = statements.filter_map(|statement| statement["cost"].as_str());
    costs.filter(move |cost| cost.starts_with(words))
}

/// Returns the ways and the costs of the statements, each once.
fn way(plan: &Value) -> String {
    let mut found: Vec<&str> = Vec::new();
    for statement in plan["statements"].as_array().into_iter().flatten() {
        let row = statement["why"] == "keep the version table";
        for key in ["way", "cost"].iter().filter(|_| !row) {
            if let Some(text) = statement[key].as_str().filter(|text| !found.contains(text)) {
                found.push(text);
            }
        }
    }
    found.join(", ")
}
