//! Gives one case to both tools, and says whether they agree.

use std::error::Error;
use std::fmt::Write;

use super::case::Case;
use super::catalog::{Ground, Refused};
use super::differences::{self, Scene};
use super::oracle::Oracle;
use super::server::Server;
use super::text::{Line, normal};

/// Whether the tools agree on a case.
#[derive(Debug)]
pub enum Verdict {
    /// Their texts are the same.
    SameText,
    /// Their texts differ, and the real server's catalogs are the same afterwards.
    SameCatalogs,
    /// Neither makes SQL of it.
    RefusedByBoth,
    /// The real server refuses what both make, with the same words; or Limbeck refuses it before anything runs, and the
    /// real server refuses what Alembic makes.
    RefusedByServer,
    /// They differ only as is listed; the names of the listed differences.
    Listed(Vec<&'static str>),
    /// They differ; the text says how.
    Differs(String),
}

/// What cases are judged with.
pub struct Judge {
    oracle: Oracle,
    server: Server,
    ground: Option<Ground>,
}

impl Judge {
    /// Makes one for a server. Where there is none to run on, only texts are compared.
    pub fn new(oracle: Oracle, server: Server) -> Self {
        Self { oracle, server, ground: Ground::open(server) }
    }

    /// Says whether there is a server to run on.
    pub fn can_run(&self) -> bool {
        self.ground.is_some()
    }

    /// Judges a case.
    ///
    /// # Errors
    /// Only when the oracle cannot be asked.
    pub fn judge(&mut self, case: &Case) -> Result<Verdict, Box<dyn Error>> {
        let theirs = self.oracle.sql(&case.python(), self.server)?;
        let ours = case.server.dialect().lower(&case.change, &case.before, &case.server.info());
        let ours = ours.map(|lowered| {
            let asks = |statement: &limbeck_core::dialect::Statement| {
                matches!(statement.expect, limbeck_core::dialect::Expect::Anything)
            };
            // Questions put to the rows change nothing.
            let statements = lowered.statements.into_iter().filter(asks);
            statements.map(|statement| statement.sql).collect::<Vec<_>>()
        });
        if let (Ok(ours), Ok(theirs)) = (&ours, &theirs)
            && normal(ours, self.server) == normal(theirs, self.server)
        {
            return Ok(Verdict::SameText);
        }
        if let Some(Err(Refused::Scene(fault))) = self.run(case, &[]) {
            return Ok(Verdict::Differs(format!("what is there cannot be made: {fault}")));
        }
        Ok(match (ours, theirs) {
            (Err(_), Err(_)) => Verdict::RefusedByBoth,
            (Ok(ours), Ok(theirs)) => self.compare(case, &ours, &theirs),
            (Err(fault), Ok(theirs)) => {
                let refused = differences::of_refusal(&fault.message, case);
                match (refused, self.run(case, &theirs)) {
                    (Some(name), _) => Verdict::Listed(vec![name]),
                    (None, Some(Err(_))) => Verdict::RefusedByServer,
                    (None, Some(Ok(_)) | None) => Verdict::Differs(format!(
                        "Limbeck refuses: {}\n{}",
                        fault.message,
                        told("Alembic", &theirs)
                    )),
                }
            }
            (Ok(ours), Err(error)) => {
                match (differences::of_inability(&error, case), self.run(case, &ours)) {
                    (Some(name), None | Some(Ok(_))) => Verdict::Listed(vec![name]),
                    (_, Some(Err(Refused::Change(fault) | Refused::Scene(fault)))) => {
                        Verdict::Differs(format!(
                            "Alembic refuses: {error}\n{}\nwhich the server refuses: {fault}",
                            told("Limbeck", &ours)
                        ))
                    }
                    (None, _) => {
                        Verdict::Differs(format!("Alembic refuses: {error}\n{}", told("Limbeck", &ours)))
                    }
                }
            }
        })
    }

    /// Runs the scene and a change, where there is a server to run on.
    fn run(&mut self, case: &Case, change: &[String]) -> Option<Result<Vec<String>, Refused>> {
        let ground = self.ground.as_mut()?;
        Some(match case.scene_sql() {
            Ok(scene) => ground.run(&scene, change),
            Err(fault) => Err(Refused::Scene(fault.message)),
        })
    }

    fn compare(&mut self, case: &Case, ours: &[String], theirs: &[String]) -> Verdict {
        let (mut our_lines, mut their_lines) = (normal(ours, self.server), normal(theirs, self.server));
        let mut listed = Vec::new();
        differences::rewrite(
            &mut Scene { case, ours: &mut our_lines, theirs: &mut their_lines },
            &mut listed,
        );
        let sorted = |lines: &[Line]| {
            let mut lines = lines.to_vec();
            lines.sort();
            lines
        };
        let same = sorted(&our_lines) == sorted(&their_lines);
        let texts = format!("{}\n{}", told("Limbeck", ours), told("Alembic", theirs));
        let (Some(our_facts), Some(their_facts)) = (self.run(case, ours), self.run(case, theirs)) else {
            return match (same, listed.is_empty()) {
                // Nothing but the order of statements differs.
                (true, true) => Verdict::SameText,
                (true, false) => Verdict::Listed(listed),
                (false, _) => Verdict::Differs(texts),
            };
        };
        match (our_facts, their_facts) {
            (Ok(ours), Ok(theirs)) if ours == theirs => Verdict::SameCatalogs,
            (Ok(_), Ok(_) | Err(_)) if same && !listed.is_empty() => Verdict::Listed(listed),
            (Ok(ours), Ok(theirs)) => match differences::of_catalogs(&ours, &theirs, case) {
                Some(name) => Verdict::Listed(vec![name]),
                None => Verdict::Differs(format!("{texts}\n{}", unlike(&ours, &theirs))),
            },
            (Ok(_), Err(Refused::Change(fault) | Refused::Scene(fault))) => {
                match differences::of_failure(&fault, case) {
                    Some(name) => Verdict::Listed(vec![name]),
                    None => Verdict::Differs(format!("{texts}\nthe server refuses Alembic's: {fault}")),
                }
            }
            (Err(Refused::Change(fault) | Refused::Scene(fault)), Ok(_)) => {
                Verdict::Differs(format!("{texts}\nthe server refuses Limbeck's: {fault}"))
            }
            (Err(_), Err(_)) if same => Verdict::SameText,
            (Err(Refused::Change(ours)), Err(Refused::Change(theirs))) if ours == theirs => {
                Verdict::RefusedByServer
            }
            (
                Err(Refused::Change(ours) | Refused::Scene(ours)),
                Err(Refused::Change(theirs) | Refused::Scene(theirs)),
            ) => Verdict::Differs(format!("{texts}\nthe server refuses both: {ours}; {theirs}")),
        }
    }
}

fn told(who: &str, statements: &[String]) -> String {
    let mut text = format!("{who} makes");
    for statement in statements {
        let _ = write!(text, "\n    {};", statement.replace('\n', "\n    "));
    }
    text
}

fn unlike(ours: &[String], theirs: &[String]) -> String {
    let mut text = String::from("the catalogs differ:");
    for fact in ours.iter().filter(|fact| !theirs.contains(fact)) {
        let _ = write!(text, "\n  Limbeck's: {fact}");
    }
    for fact in theirs.iter().filter(|fact| !ours.contains(fact)) {
        let _ = write!(text, "\n  Alembic's: {fact}");
    }
    text
}
