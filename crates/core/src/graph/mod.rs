//! How revisions follow each other, and the way from one state of a database to another.
//!
//! [`RevisionGraph::build`] checks all headers and makes the graph. A [`Target`] says where to go, [`Heads`] where a
//! database is, and a [`Route`] is the way between: steps, and the change that each makes to the version table.

mod adjacency;
mod build;
mod check;
mod cycle;
mod dependencies;
mod downgrade;
mod error;
mod extend;
mod fault;
mod heads;
mod history;
mod labels;
#[cfg(test)]
mod laws;
mod node;
mod order;
#[cfg(test)]
mod picture;
mod reach;
mod resolve;
mod revisions;
mod route;
mod rows;
mod stamp;
mod target;
mod upgrade;
mod walk;

pub use error::RouteError;
pub use extend::{NewRevision, Splice};
pub use fault::{HeaderKey, Locate};
pub use heads::{Heads, RowChange};
pub use revisions::RevisionGraph;
pub use route::{Direction, Passage, Route, Step};
pub use target::{Anchor, Range, Target};
