//! Random histories with everything that a history can have, and random commands with targets of every form.

use super::case::{Case, Command, Kind, Revision};
use super::rng::Rng;

/// Names that are legal and unkind: prefixes of each other, short, digits only, quotes, dots, other scripts.
const IDS: &[&str] = &[
    "abcd",
    "abcd01",
    "abcd02",
    "abce",
    "ab",
    "a",
    "1975ea83b712",
    "1975ea83b713",
    "27c6a30d7c24",
    "0001",
    "0002",
    "1234",
    "ae1027a6acf0",
    "ae1027b",
    "select",
    "we\"ird",
    "it's",
    "back`tick",
    "Größe",
    "rev.1",
    "rev_2",
    "headless",
    "100%",
    "zeta",
    "zeta9",
    "omega",
    "x",
    "yy",
    "zzz",
    "UPPER",
    "upper",
    "naïve",
];
const LABELS: &[&str] = &["shop", "shopping-cart", "abcdlabel", "Läden", "one", "two", "ship", "lbl_3"];

/// Makes one case of a seed.
pub(super) fn case(seed: u64, number: u64) -> Case {
    let mut rng = Rng::new(seed, number);
    let most = if rng.percent(20) { 24 } else { 10 };
    let size = 1 + rng.below(most);
    let mut ids = IDS.to_vec();
    rng.shuffle(&mut ids);
    ids.truncate(size);
    let mut labels = LABELS.to_vec();
    rng.shuffle(&mut labels);
    let mut revisions: Vec<Revision> = Vec::new();
    for id in ids {
        let revision = revision(&mut rng, id, &revisions, &mut labels);
        revisions.push(revision);
    }
    if rng.percent(4) {
        tangle(&mut rng, &mut revisions);
    }
    let commands = (0..1 + rng.below(8)).map(|_| command(&mut rng, &revisions)).collect();
    rng.shuffle(&mut revisions);
    Case { revisions, commands }
}

fn revision(rng: &mut Rng, id: &str, before: &[Revision], labels: &mut Vec<&str>) -> Revision {
    let all: Vec<String> = before.iter().map(|r| r.id.clone()).collect();
    let heads: Vec<String> =
        all.iter().filter(|id| before.iter().all(|r| !r.down.contains(id))).cloned().collect();
    let down = match rng.below(100) {
        _ if before.is_empty() => Vec::new(),
        0..12 => Vec::new(),
        12..62 => vec![rng.pick(&heads).clone()],
        62..80 => vec![rng.pick(&all).clone()],
        80..95 => {
            let width = 2 + rng.below(3);
            rng.pick_some(&heads, width)
        }
        _ => rng.pick_some(&all, 2),
    };
    let mut depends = Vec::new();
    if rng.percent(22) && !before.is_empty() {
        let count = 1 + rng.below(2);
        for index in rng.pick_some(&(0..before.len()).collect::<Vec<_>>(), count) {
            let on = &before[index];
            match on.labels.first() {
                Some(label) if rng.percent(50) => depends.push(label.clone()),
                _ => depends.push(on.id.clone()),
            }
        }
    }
    let mut own = Vec::new();
    while own.len() < 2 && rng.percent(18) {
        own.extend(labels.pop().map(str::to_owned));
    }
    Revision { id: id.to_owned(), down, depends, labels: own }
}

/// Adds an edge that may close a circle.
fn tangle(rng: &mut Rng, revisions: &mut [Revision]) {
    let (from, to) = (rng.below(revisions.len()), rng.below(revisions.len()));
    let id = revisions[to].id.clone();
    let edges = if rng.percent(50) { &mut revisions[from].down } else { &mut revisions[from].depends };
    if !edges.contains(&id) {
        edges.push(id);
    }
}

fn command(rng: &mut Rng, revisions: &[Revision]) -> Command {
    if rng.percent(12) {
        let mut end = |words: &[&str]| match rng.below(100) {
            0..45 => rng.pick(revisions).id.clone(),
            45..55 => name(rng, revisions),
            _ => (*rng.pick(words)).to_owned(),
        };
        let range = format!(
            "{}:{}",
            end(&["", "base", "current"]),
            end(&["", "", "heads", "head", "current", "+1", "+2"])
        );
        return Command { kind: Kind::History, targets: vec![range] };
    }
    let kind = *rng.pick(&[
        Kind::Upgrade,
        Kind::Upgrade,
        Kind::Upgrade,
        Kind::Downgrade,
        Kind::Downgrade,
        Kind::Stamp,
    ]);
    let count = if kind == Kind::Stamp && rng.percent(35) { 2 + rng.below(2) } else { 1 };
    Command { kind, targets: (0..count).map(|_| target(rng, revisions)).collect() }
}

fn target(rng: &mut Rng, revisions: &[Revision]) -> String {
    let most = if rng.percent(80) { 2 } else { 5 };
    let n = 1 + rng.below(most);
    match rng.below(100) {
        0..18 => "heads".to_owned(),
        18..22 => "head".to_owned(),
        22..25 => "base".to_owned(),
        25..44 => name(rng, revisions),
        44..50 => format!("+{n}"),
        50..56 => format!("-{n}"),
        56..61 => format!("{}+{n}", name(rng, revisions)),
        61..66 => format!("{}-{n}", name(rng, revisions)),
        66..71 => format!("{}@head", branch(rng, revisions)),
        71..75 => format!("{}@heads", branch(rng, revisions)),
        75..79 => format!("{}@base", branch(rng, revisions)),
        79..84 => format!("{}@+{n}", branch(rng, revisions)),
        84..89 => format!("{}@-{n}", branch(rng, revisions)),
        89..93 => format!("{}@{}", branch(rng, revisions), name(rng, revisions)),
        93..95 => format!("{}@{}+{n}", branch(rng, revisions), name(rng, revisions)),
        95..97 => format!("{}@{}-{n}", branch(rng, revisions), name(rng, revisions)),
        97 => format!("{}{}", rng.pick(&["head-", "head+", "heads-", "base+", "base-"]), rng.below(3)),
        98 => format!("{}{}", rng.pick(&["+", "-", "abcd+", "abcd-"]), 0),
        _ => (*rng.pick(&[
            "",
            "@",
            "@head",
            "@heads",
            "shop@",
            "nothing",
            "current",
            "heads@base",
            "+",
            "-x",
            "abcd@@",
            "shop@one@+1",
            "+1x",
            "abcd+1x",
            "abcd-1 ",
        ]))
        .to_owned(),
    }
}

/// Names a revision: by id, by the start of it, by a label, or not at all.
fn name(rng: &mut Rng, revisions: &[Revision]) -> String {
    let revision = rng.pick(revisions);
    match rng.below(100) {
        0..12 => {
            let length = 1 + rng.below(revision.id.chars().count());
            revision.id.chars().take(length).collect()
        }
        12..25 => branch(rng, revisions),
        25..28 => "nothing".to_owned(),
        _ => revision.id.clone(),
    }
}

/// Names a branch: by a label, or by a revision on it.
fn branch(rng: &mut Rng, revisions: &[Revision]) -> String {
    let labels: Vec<&String> = revisions.iter().flat_map(|r| &r.labels).collect();
    match rng.below(100) {
        0..4 => "nowhere".to_owned(),
        4..8 if !labels.is_empty() => rng.pick(&labels).chars().take(3).collect(),
        8..80 if !labels.is_empty() => (*rng.pick(&labels)).clone(),
        _ => rng.pick(revisions).id.clone(),
    }
}
