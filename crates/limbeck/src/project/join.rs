//! Whether branches can be joined, on every kind of server that the project runs on.

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::dialect::{Dialect, ServerInfo};
use limbeck_core::merge::{PairOfBranches, judge_heads};
use limbeck_core::revision::RevisionId;

use super::Project;

/// A kind of server, and what makes SQL for it.
pub type Server = (&'static dyn Dialect, ServerInfo);

/// Two branches, and what comes of joining them where it comes out worst.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The branches and the judgement.
    pub pair: PairOfBranches,
    /// The flavour of the server that it is about.
    pub flavour: &'static str,
}

impl Joined {
    /// Says what clashes, and how it can be settled; nothing for branches that may be joined.
    pub fn report(&self) -> Vec<Diagnostic> {
        self.pair.report()
    }
}

impl Project {
    /// Judges every pair of some heads on each of some servers, and returns the worst judgement of each pair.
    ///
    /// # Errors
    /// Files that cannot be read, operations that do not fit.
    pub fn judge(&self, heads: &[RevisionId], servers: &[Server]) -> Result<Vec<Joined>, Diagnostics> {
        let mut worst: Vec<Joined> = Vec::new();
        for (dialect, server) in servers {
            let server = &server.clone().with(&self.config.options);
            let normal = |schema: &_| dialect.normal_form(schema, server);
            let pairs = judge_heads(&self.history, heads, server.names(), normal)?;
            for (at, pair) in pairs.into_iter().enumerate() {
                let joined = Joined { pair, flavour: server.flavour };
                match worst.get_mut(at) {
                    Some(known) if known.pair.judgement.class < joined.pair.judgement.class => {
                        *known = joined
                    }
                    Some(_) => {}
                    None => worst.push(joined),
                }
            }
        }
        Ok(worst)
    }
}
