//! Where two branches meet, and what can be said of it before both orders are tried.

use rustc_hash::FxHashMap;

use crate::action::Action;
use crate::dialect::Names;
use crate::literal::Value;
use crate::name::Ident;
use crate::op::{EnumAction, Insert, Object, Operation};

use super::super::touch::{How, Touch, ground, same_object};
use super::around::{Around, has_column, is_gone, is_key};
use super::keys::{drops_alike, drops_key, makes_as_key, passes_over};
use super::texts::{text_pairs, texts};
use super::{Branch, Clash, MergeClass, Move, Side};
use crate::schema::Schema;
use crate::schema::words::folded;

/// A meeting of two changes.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) class: MergeClass,
    /// The change of the first branch, and that of the second.
    pub(super) moves: [usize; 2],
    /// Where, in words.
    pub(super) object: String,
    /// What its place is compared by.
    pub(super) ground: String,
    pub(super) why: String,
    /// Whether one could make the other fail.
    pub(super) may_break: bool,
    /// How much it says: what is about a part of a table says more than what is about all of it.
    pub(super) weight: u8,
}

impl Met {
    pub(super) fn clash(&self, one: &Branch, other: &Branch, moves: (&[Move], &[Move])) -> Clash {
        let side = |branch: &Branch, change: &Move| Side::of(&branch.steps[change.step]);
        Clash {
            class: self.class,
            object: self.object.clone(),
            why: self.why.clone(),
            sides: [side(one, &moves.0[self.moves[0]]), side(other, &moves.1[self.moves[1]])],
        }
    }
}

/// Finds all meetings. What neither meets nor names anything of the other branch costs nothing but a look at its ground.
///
/// `around` is what there is before and behind them.
pub(super) fn meetings(first: &[Move], second: &[Move], around: &Around, names: Names) -> Vec<Met> {
    let (grounds, others) = (by_ground(first), by_ground(second));
    let mut met = Vec::new();
    for (place, own) in &grounds {
        for &(at, touch) in own {
            for &(other, theirs) in others.get(place).into_iter().flatten() {
                let moves = (&first[at], &second[other]);
                if let Some((class, why)) = meeting(touch, theirs, moves, around, names) {
                    let touched = if touch.how.only_looks() { theirs } else { touch };
                    met.push(new(class, [at, other], touched, place, why));
                }
            }
        }
    }
    texts(first, &others, second, &mut met, false);
    texts(second, &grounds, first, &mut met, true);
    text_pairs(first, second, &mut met);
    met.sort_by_key(|meeting| meeting.moves);
    met
}

pub(super) fn new(class: MergeClass, moves: [usize; 2], touch: &Touch, place: &str, why: String) -> Met {
    let object = touch.object.to_string();
    let weight = match touch.object {
        Object::Column(..) | Object::Constraint(..) | Object::Index(_) => 2,
        Object::Rows(_) => 1,
        _ => u8::from(!touch.how.only_looks()),
    };
    Met { class, moves, object, ground: place.to_owned(), why, may_break: true, weight }
}

/// The touches of a branch by their grounds, with the number of the change.
pub(super) type Grounds<'m> = FxHashMap<String, Vec<(usize, &'m Touch)>>;

fn by_ground(moves: &[Move]) -> Grounds<'_> {
    let mut grounds: Grounds<'_> = FxHashMap::default();
    for (at, change) in moves.iter().enumerate() {
        for touch in &change.touches {
            grounds.entry(ground(&touch.object)).or_default().push((at, touch));
        }
    }
    grounds
}

/// Says whether two touches of the same ground meet, and how bad that is at least.
fn meeting(
    one: &Touch,
    other: &Touch,
    moves: (&Move, &Move),
    around: &Around,
    names: Names,
) -> Option<(MergeClass, String)> {
    if one.how.only_looks() && other.how.only_looks() {
        return None;
    }
    let typed = names.dialect != "sqlite";
    let fine = Some((MergeClass::Commuting, String::new()));
    let unknown = |why: &str| Some((MergeClass::Unknown, why.to_owned()));
    let conflict = |why: &str| Some((MergeClass::Conflict, why.to_owned()));
    // What meets by its name alone is no conflict for sure where it may not be made, or is gone again in the end.
    let fleeting = |touch: &Touch, change: &Move, end: &Schema| {
        touch.how == How::Creates && (passes_over(change) || is_gone(&touch.object, end))
    };
    let named = |why: &str| {
        let [first, second] = around.ends;
        match fleeting(one, moves.0, first) || fleeting(other, moves.1, second) {
            true => unknown(why),
            false => conflict(why),
        }
    };
    let pair = |a: How, b: How| (one.how, other.how) == (a, b) || (one.how, other.how) == (b, a);
    match (&one.object, &other.object) {
        (Object::Column(a, _), Object::Column(b, _)) if same_table(a, b) => {
            if !same_object(&one.object, &other.object) {
                return None;
            }
            if let Some((dropped, (need, needing), end)) = match (one.how, other.how) {
                (How::Drops, need) => Some((one, (need, moves.1), around.ends[0])),
                (need, How::Drops) => Some((other, (need, moves.0), around.ends[1])),
                _ => None,
            }
            .filter(|(_, (need, _), _)| matches!(need, How::Mentions | How::Builds | How::Points))
            {
                let given_back = match need {
                    How::Points => is_key(end, a, needing),
                    _ => has_column(end, &dropped.object),
                };
                return match (given_back, typed) {
                    (false, _) => conflict("one needs what the other takes away or gives another name"),
                    // Both orders find a column of that name.
                    (true, false) => fine,
                    (true, true) => unknown(
                        "the other has a new column of that name, and whether it will do is known to the server alone",
                    ),
                };
            }
            // A name that comes to be was nothing to whoever mentions the word.
            if pair(How::Mentions, How::Creates) {
                return None;
            }
            let retypes = [one.how, other.how].contains(&How::Retypes);
            if retypes && typed && moves.0.operation != moves.1.operation {
                return unknown(
                    "whether the one fits the new type of the other is known to the server alone",
                );
            }
            fine
        }
        (Object::Constraint(a, _), Object::Constraint(b, _)) if same_table(a, b) => {
            let (drops, creates) = if one.how == How::Drops { moves } else { (moves.1, moves.0) };
            if pair(How::Drops, How::Creates) && drops_alike(drops, creates) {
                return unknown("which of the two the other drops depends on which is there");
            }
            if !same_object(&one.object, &other.object) {
                return None;
            }
            let numbered = one.object.to_string().contains("without a name");
            match (numbered, &one.object) {
                (true, _) => Some((
                    MergeClass::OrderDependent,
                    "the server numbers what has no name, in the order of coming".to_owned(),
                )),
                (false, Object::Constraint(owner, _)) if owner.name.as_str() == "*" => {
                    conflict("both give the same name to a constraint")
                }
                _ => fine,
            }
        }
        (Object::Rows(a), Object::Rows(b)) if same_table(a, b) => rows(moves.0, moves.1),
        (Object::Rows(a), Object::Column(b, column)) | (Object::Column(b, column), Object::Rows(a))
            if same_table(a, b) =>
        {
            let (rows_first, touch) = match &one.object {
                Object::Rows(_) => (true, other),
                _ => (false, one),
            };
            let (rows, change) = if rows_first { moves } else { (moves.1, moves.0) };
            match touch.how {
                How::Creates if !fills_itself(change, column) => {
                    unknown("rows that are there may refuse the new column")
                }
                How::Retypes | How::Writes if names_column(rows, column) || touch.how == How::Writes => {
                    unknown("what becomes of the rows depends on which comes first")
                }
                how if how.only_looks() => None,
                _ => fine,
            }
        }
        (Object::Rows(a), Object::Constraint(b, _)) | (Object::Constraint(b, _), Object::Rows(a))
            if same_table(a, b) =>
        {
            let rule = if matches!(one.object, Object::Rows(_)) { other } else { one };
            match rule.how {
                How::Creates => unknown("whether the rows keep the new rule is known to the database alone"),
                _ => None,
            }
        }
        // The server ties a foreign key to one of several keys over the same columns.
        (Object::Column(a, column), Object::Constraint(b, _))
        | (Object::Constraint(b, _), Object::Column(a, column))
            if same_table(a, b) && names.dialect == "postgres" && pair(How::Points, How::Drops) =>
        {
            let drops = if one.how == How::Drops { moves.0 } else { moves.1 };
            let why = "which key the foreign key of the other stands on is known to the server alone";
            drops_key(drops, b, column, around).then(|| unknown(why)).flatten()
        }
        (Object::Type(a), Object::Type(b)) if same_table(a, b) => {
            if pair(How::Mentions, How::Drops) {
                return conflict("one uses the type that the other drops");
            }
            let changes = |change: &Move| match &change.operation {
                Some(Operation::AlterEnum(alter)) => {
                    alter.actions.iter().any(|action| !matches!(action, EnumAction::AddValue { .. }))
                }
                _ => false,
            };
            let looks = one.how.only_looks() || other.how.only_looks();
            match looks && (changes(moves.0) || changes(moves.1)) {
                true => unknown("a default may be a value that goes"),
                false => fine,
            }
        }
        // PostgreSQL and SQLite find an index by its name alone, wherever it is said to be.
        (Object::Table(a), Object::Table(b))
            if same_table(a, b)
                && pair(How::Reads, How::Drops)
                && [moves.0, moves.1].iter().any(|change| may_miss_its_table(change)) =>
        {
            unknown("whether the index is found without its table is known to the server alone")
        }
        (Object::Table(a), Object::Table(b))
            if same_table(a, b)
                && typed
                && pair(How::Creates, How::Drops)
                && (moves.0.is_idle || moves.1.is_idle) =>
        {
            unknown("whether it can be made where the other has taken it away is known to the server alone")
        }
        // A foreign key of another table points at it, or it itself is changed: SQLite looks only when rows change.
        (Object::Table(a), Object::Table(b))
            if same_table(a, b)
                && typed
                && pair(How::Reads, How::Drops)
                && around.base.tables.contains_key(a) =>
        {
            let (drops, needs) = if one.how == How::Drops { (0, 1) } else { (1, 0) };
            match around.ends[drops].tables.contains_key(a) {
                true => unknown("the other has a new table of that name"),
                false if around.spares[needs].iter().any(|spare| same_table(spare, a)) => {
                    unknown("the one makes the table again where the other has taken it away")
                }
                false => conflict("one needs what the other takes away or gives another name"),
            }
        }
        (Object::Table(a), Object::Table(b)) if same_table(a, b) => {
            let points = [one.how, other.how].contains(&How::Points);
            match points || pair(How::Reads, How::Writes) {
                true => None,
                false => fine,
            }
        }
        // What is in a table meets the table only where that comes or goes, or where any part of it may be named.
        (Object::Table(table), part) | (part, Object::Table(table)) if is_part(part, table) => {
            let (whole, inner) =
                if matches!(one.object, Object::Table(_)) { (one, other) } else { (other, one) };
            match whole.how {
                How::Creates | How::Drops => fine,
                How::Mentions if !inner.how.only_looks() => unknown("a text may name what the other changes"),
                How::Points if inner.how == How::Retypes && typed => {
                    unknown("whether the foreign key fits the new type is known to the server alone")
                }
                How::Points if inner.how == How::Drops && names.dialect == "postgres" => unknown(
                    "whether the primary key goes that the other points at is known to the server alone",
                ),
                _ => None,
            }
        }
        (a, b) if std::mem::discriminant(a) == std::mem::discriminant(b) => match (a, b) {
            (Object::View(a), Object::View(b)) | (Object::Sequence(a), Object::Sequence(b)) => {
                same_table(a, b).then_some(fine).flatten()
            }
            // A key is an index there, of which the schema of a table knows nothing.
            (Object::Index(_), Object::Index(_))
                if names.dialect == "postgres" && pair(How::Creates, How::Creates) =>
            {
                named("both give the same name to an index")
            }
            (Object::Index(a), Object::Index(b))
                if names.dialect == "postgres"
                    && pair(How::Creates, How::Drops)
                    && folded(a.as_str()) == folded(b.as_str())
                    && makes_as_key(if one.how == How::Creates { moves.0 } else { moves.1 }, a) =>
            {
                named("one drops as an index what the other makes as a key")
            }
            (Object::Index(_), Object::Index(_)) | (Object::Schema(_), Object::Schema(_)) => fine,
            _ => None,
        },
        (a, b) if pair(How::Creates, How::Creates) && share_names(a, b, names) => {
            named("both give the same name, and it can be one object's only")
        }
        // One that may be missing, but must not be something else. SQLite looks for indexes beside tables.
        (a, b)
            if pair(How::Creates, How::Drops)
                && share_names(a, b, names)
                && (typed || !matches!((a, b), (Object::Index(_), _) | (_, Object::Index(_)))) =>
        {
            named("one drops by a name that the other gives to an object of another kind")
        }
        _ => None,
    }
}

pub(super) fn same_table(one: &crate::name::TableName, other: &crate::name::TableName) -> bool {
    let schema = |name: &crate::name::TableName| name.schema.as_ref().map(|schema| folded(schema.as_str()));
    folded(one.name.as_str()) == folded(other.name.as_str()) && schema(one) == schema(other)
}

fn is_part(part: &Object, table: &crate::name::TableName) -> bool {
    match part {
        Object::Column(owner, _) | Object::Constraint(owner, _) | Object::Rows(owner) => {
            same_table(owner, table)
        }
        _ => false,
    }
}

/// Says whether a change drops an index of a table, and is no fault where there is none.
fn may_miss_its_table(change: &Move) -> bool {
    matches!(&change.operation, Some(Operation::DropIndex(drop)) if drop.if_exists && drop.table.is_some())
}

/// Says whether objects of two kinds share their names.
fn share_names(one: &Object, other: &Object, names: Names) -> bool {
    let is_relation = |object: &Object| match (object, names.dialect) {
        (Object::Table(_) | Object::View(_), _) => true,
        (Object::Sequence(_), "postgres" | "mysql") => true,
        (Object::Index(_), "postgres" | "sqlite") => true,
        // A table makes a type of its name (postgresql.org/docs, CREATE TYPE).
        (Object::Type(_), "postgres") => true,
        _ => false,
    };
    is_relation(one) && is_relation(other)
}

/// Says whether rows that are there get a value for a new column.
fn fills_itself(change: &Move, column: &Ident) -> bool {
    let Some(Operation::AlterTable(alter)) = &change.operation else { return false };
    alter.actions.iter().any(|action| match action {
        Action::AddColumn(add) if add.column.name == *column => {
            let column = &add.column;
            add.constraints.is_empty()
                && (column.nullable
                    || column.default.is_some()
                    || column.generated.is_some()
                    || column.identity.is_some())
        }
        // The new name of a column that was there.
        Action::RenameColumn(rename) => rename.to == *column,
        _ => false,
    })
}

fn names_column(change: &Move, column: &Ident) -> bool {
    match &change.operation {
        Some(Operation::Insert(insert)) => insert.rows.iter().flatten().any(|(name, _)| name == column),
        _ => true,
    }
}

/// Judges rows that both branches put into a table, or take out of it.
fn rows(one: &Move, other: &Move) -> Option<(MergeClass, String)> {
    let (Some(Operation::Insert(one)), Some(Operation::Insert(other))) = (&one.operation, &other.operation)
    else {
        return Some((MergeClass::Unknown, "both work on the rows of the table".to_owned()));
    };
    // A column that all rows of both give, with no value twice, tells them apart, whether it is the key or not.
    let values = |insert: &Insert, column: &Ident| -> Option<Vec<Value>> {
        let cell = |row: &crate::op::Row| {
            row.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone())
        };
        insert.rows.iter().map(cell).collect()
    };
    let columns = one.rows.first().into_iter().flatten().map(|(name, _)| name);
    let apart = columns.filter_map(|column| Some((values(one, column)?, values(other, column)?)));
    let mut told_apart = false;
    for (ours, theirs) in apart {
        told_apart |= !ours.iter().any(|value| theirs.contains(value));
    }
    match told_apart {
        true => Some((
            MergeClass::Unknown,
            "whether the rows of both get along is known to the database alone".to_owned(),
        )),
        false => Some((MergeClass::Unknown, "both may put in the same row".to_owned())),
    }
}
