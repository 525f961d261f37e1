//! Which constraints of two tables are the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::Ident;
use crate::schema::words::Words;
use crate::schema::{Constraint, ConstraintKind};

use super::part::Part;

type Rule = Part<Constraint>;

/// The constraints of two tables; those that stay stand beside what they stay as.
pub(super) struct Paired {
    pub(super) kept: Vec<(Rule, Rule)>,
    pub(super) gone: Vec<Rule>,
    pub(super) made: Vec<Rule>,
}

/// How two constraints are taken for the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Everything, the name too.
    Name,
    /// Everything else, where one of them has no name.
    Shape,
}

/// Pairs those with the same name first, so that a nameless twin does not take their place.
pub(super) fn paired(old: Vec<Rule>, new: Vec<Rule>) -> Paired {
    let mut all = Paired { kept: Vec::new(), gone: old, made: new };
    for by in [By::Name, By::Shape] {
        all.pair(by);
    }
    all.make_room();
    all
}

impl Paired {
    fn pair(&mut self, by: By) {
        let key = |rule: &Rule| match by {
            By::Name => rule.normal.clone(),
            By::Shape => rule.normal.nameless(),
        };
        // Where those without a name are, and those with one.
        let mut offers: BTreeMap<Constraint, [BTreeSet<usize>; 2]> = BTreeMap::new();
        for (at, there) in self.gone.iter().enumerate() {
            let has_name = there.normal.name().is_some();
            offers.entry(key(there)).or_default()[usize::from(has_name)].insert(at);
        }
        let mut gone: Vec<Option<Rule>> = std::mem::take(&mut self.gone).into_iter().map(Some).collect();
        for wanted in std::mem::take(&mut self.made) {
            let fits_named = by == By::Name || wanted.normal.name().is_none();
            let there = offers.get_mut(&key(&wanted)).and_then(|[nameless, named]| {
                let last = if fits_named { named.first() } else { None };
                let at = nameless.first().into_iter().chain(last).min().copied()?;
                nameless.remove(&at);
                named.remove(&at);
                gone[at].take()
            });
            match there {
                Some(there) => self.kept.push((there, wanted)),
                None => self.made.push(wanted),
            }
        }
        self.gone.extend(gone.into_iter().flatten());
    }

    /// One that could stay under another's name makes room for a nameless one that could not be told from it, and for one that
    /// takes that name. What has made room comes anew, so that others may have to.
    fn make_room(&mut self) {
        let mut named: BTreeMap<Ident, Vec<usize>> = BTreeMap::new();
        let mut nameless: BTreeMap<Shape, Vec<usize>> = BTreeMap::new();
        let mut kept: Vec<Option<(Rule, Rule)>> =
            std::mem::take(&mut self.kept).into_iter().map(Some).collect();
        for (at, (there, _)) in kept.iter().flatten().enumerate() {
            match there.said.name() {
                Some(name) => named.entry(name.clone()).or_default().push(at),
                None => nameless.entry(Shape::of(&there.said)).or_default().push(at),
            }
        }
        let mut seen = 0;
        while seen < self.made.len() {
            let mut in_the_way = BTreeSet::new();
            for one in &self.made[seen..] {
                let there = match one.said.name() {
                    Some(name) => named.get(name),
                    None => nameless.get(&Shape::of(&one.said)),
                };
                let is_it = |at: &&usize| {
                    let there = kept[**at].as_ref();
                    there.is_some_and(|(there, _)| one.said.name().is_some() || one.said.is_twin(&there.said))
                };
                in_the_way.extend(there.into_iter().flatten().filter(is_it).copied());
            }
            seen = self.made.len();
            for (there, wanted) in in_the_way.into_iter().filter_map(|at| kept[at].take()) {
                self.gone.push(there);
                self.made.push(wanted);
            }
        }
        self.kept.extend(kept.into_iter().flatten());
    }
}

/// What nameless constraints that cannot be told apart have in common, though others may have it too.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shape(ConstraintKind, Vec<String>);

impl Shape {
    fn of(constraint: &Constraint) -> Self {
        let mut words: Vec<String> = match constraint {
            Constraint::PrimaryKey(_) => Vec::new(),
            Constraint::Check(check) => {
                Words::of(check.sql.as_str()).list().into_iter().flatten().map(str::to_owned).collect()
            }
            other => other.columns().into_iter().map(|column| column.as_str().to_owned()).collect(),
        };
        words.sort();
        Self(constraint.kind(), words)
    }
}
