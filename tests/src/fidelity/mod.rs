//! How it is measured that a change keeps everything that it was not asked to change. SQLite itself tells, and nothing of
//! what is tested: the same measures hold for other tools.

mod allowed;
mod change;
mod fixture;
mod judge;
mod look;
mod loss;
mod plan;
mod probe;
mod reaction;
mod stage;
mod text;
mod token;
mod tried;

pub use allowed::Allowed;
pub use change::{Change, changes};
pub use fixture::{FidelityFixture, fidelity};
use judge::judge;
use look::Look;
pub use loss::{Loss, Measure};
use probe::{Probe, probes};
use reaction::{Reaction, react};
pub use stage::{Depth, Seen, Setting, Stage};
use tried::judge_reactions;
