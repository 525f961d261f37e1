//! Where two branches meet, and what can be said of it before both orders are tried.

use rustc_hash::FxHashMap;

use crate::action::Action;
use crate::dialect::Names;
use crate::literal::Value;
use crate::name::Ident;
use crate::op::{EnumAction, Insert, Object, Operation};

use super::super::touch::{How, Touch, ground, same_object};
use super::around::{Around, has_column, is_key};
use super::{Branch, Clash, FreeText, MergeClass, Move, Side, TextKind};
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

fn new(class: MergeClass, moves: [usize; 2], touch: &Touch, place: &str, why: String) -> Met {
    let object = touch.object.to_string();
    let weight = match touch.object {
        Object::Column(..) | Object::Constraint(..) | Object::Index(_) => 2,
        Object::Rows(_) => 1,
        _ => u8::from(!touch.how.only_looks()),
    };
    Met { class, moves, object, ground: place.to_owned(), why, may_break: true, weight }
}

type Grounds<'m> = FxHashMap<String, Vec<(usize, &'m Touch)>>;

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
            let end = if one.how == How::Drops { around.ends[0] } else { around.ends[1] };
            match end.tables.contains_key(a) {
                true => unknown("the other has a new table of that name"),
                false => conflict("one needs what the other takes away or gives another name"),
            }
        }
        (Object::Table(a), Object::Table(b)) if same_table(a, b) => match pair(How::Reads, How::Writes) {
            true => None,
            false => fine,
        },
        // What is in a table meets the table only where that comes or goes, or where any part of it may be named.
        (Object::Table(table), part) | (part, Object::Table(table)) if is_part(part, table) => {
            let (whole, inner) =
                if matches!(one.object, Object::Table(_)) { (one, other) } else { (other, one) };
            match whole.how {
                How::Creates | How::Drops => fine,
                How::Mentions if !inner.how.only_looks() => unknown("a text may name what the other changes"),
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
                conflict("both give the same name to an index")
            }
            (Object::Index(_), Object::Index(_)) | (Object::Schema(_), Object::Schema(_)) => fine,
            _ => None,
        },
        (a, b) if pair(How::Creates, How::Creates) && share_names(a, b, names) => {
            conflict("both give the same name, and it can be one object's only")
        }
        // One that may be missing, but must not be something else. SQLite looks for indexes beside tables.
        (a, b)
            if pair(How::Creates, How::Drops)
                && share_names(a, b, names)
                && (typed || !matches!((a, b), (Object::Index(_), _) | (_, Object::Index(_)))) =>
        {
            conflict("one drops by a name that the other gives to an object of another kind")
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

/// Finds what a text of one branch may name of what the other changes.
fn texts(own: &[Move], others: &Grounds<'_>, theirs: &[Move], met: &mut Vec<Met>, swapped: bool) {
    for (at, change) in own.iter().enumerate() {
        let Some(text) = &change.text else { continue };
        let mut look = |place: &str, touched: &[(usize, &Touch)]| {
            for &(other, touch) in touched {
                if let Some(class) = text_meets(text, touch, &theirs[other]) {
                    let moves = if swapped { [other, at] } else { [at, other] };
                    let why = match text.kind {
                        TextKind::View => "the query of the view may name it",
                        TextKind::Updates(_) | TextKind::Rows => "SQL that works on rows may name it",
                        TextKind::Unknown => "what the SQL does is not known, and it may name it",
                    };
                    met.push(new(class, moves, touch, place, why.to_owned()));
                }
            }
        };
        match text.words.list() {
            Some(words) => {
                for word in words {
                    if let Some((place, touched)) = others.get_key_value(word) {
                        look(place, touched);
                    }
                }
            }
            None => others.iter().for_each(|(place, touched)| look(place, touched)),
        }
    }
}

/// Says how bad it is that a text may name something that is touched; its ground is among the words of the text.
fn text_meets(text: &FreeText, touch: &Touch, change: &Move) -> Option<MergeClass> {
    let may_name = |name: &Ident| text.words.may_name(name.as_str()) || text.words.takes_all;
    if text.kind == TextKind::Unknown {
        return Some(MergeClass::Unknown);
    }
    let is_view = text.kind == TextKind::View;
    let updates = matches!(text.kind, TextKind::Updates(_));
    match (&touch.object, touch.how) {
        (_, how) if how.only_looks() => None,
        (Object::Table(_), How::Writes) => None,
        (Object::Table(_) | Object::View(_) | Object::Sequence(_), _) => Some(MergeClass::Unknown),
        (Object::Column(_, column), How::Creates) => {
            let matters = may_name(column) || (!is_view && !updates);
            matters.then_some(MergeClass::Unknown)
        }
        (Object::Column(_, column), _) => may_name(column).then_some(MergeClass::Unknown),
        (Object::Constraint(..), How::Creates) if !is_view => Some(MergeClass::Unknown),
        (Object::Constraint(..), _) => None,
        (Object::Rows(_), _) if is_view => None,
        (Object::Rows(_), _) => Some(MergeClass::Unknown),
        (Object::Type(_), _) => Some(MergeClass::Unknown),
        (Object::Index(_), _) => None,
        (Object::Schema(_), _) => Some(MergeClass::Unknown),
        (Object::Anything, _) => change.operation.is_none().then_some(MergeClass::Unknown),
    }
}

/// Finds texts of both branches that may work on the same rows.
fn text_pairs(first: &[Move], second: &[Move], met: &mut Vec<Met>) {
    let rows = |moves: &[Move]| -> Vec<usize> {
        let works = |change: &Move| change.text.as_ref().is_some_and(|text| text.kind != TextKind::View);
        (0..moves.len()).filter(|at| works(&moves[*at])).collect()
    };
    for one in rows(first) {
        for &other in &rows(second) {
            let (Some(a), Some(b)) = (&first[one].text, &second[other].text) else { continue };
            let apart = match (&a.kind, &b.kind) {
                (TextKind::Updates(ours), TextKind::Updates(theirs)) => {
                    let free = |columns: &std::collections::BTreeSet<String>, text: &FreeText| {
                        !columns.iter().any(|column| text.words.may_name(column))
                    };
                    free(ours, b) && free(theirs, a)
                }
                _ => !share_a_name(a, b),
            };
            if !apart {
                met.push(Met {
                    class: MergeClass::Unknown,
                    moves: [one, other],
                    object: "SQL of both branches".to_owned(),
                    ground: String::new(),
                    why: "both may work on the same rows".to_owned(),
                    may_break: false,
                    weight: 0,
                });
            }
        }
    }
}

/// Words of SQL that name nothing, as far as they are common. One that is missing makes two texts meet for nothing.
const NAMELESS: [&str; 46] = [
    "select", "insert", "update", "delete", "replace", "merge", "from", "into", "set", "where", "values",
    "and", "or", "not", "null", "is", "in", "as", "on", "using", "join", "left", "right", "inner", "outer",
    "cross", "order", "by", "group", "having", "limit", "case", "when", "then", "else", "end", "exists",
    "like", "distinct", "union", "all", "coalesce", "cast", "default", "true", "false",
];

/// Says whether two texts may name the same object: they have a word in common that could be a name.
fn share_a_name(one: &FreeText, other: &FreeText) -> bool {
    match (one.words.list(), other.words.list()) {
        (Some(mut words), Some(_)) => {
            words.any(|word| !NAMELESS.contains(&word) && other.words.may_name(word))
        }
        _ => true,
    }
}
