//! What texts that may name anything have to do with the other branch.

use crate::name::Ident;
use crate::op::Object;

use super::super::touch::{How, Touch};
use super::meet::{Grounds, Met, new};
use super::{FreeText, MergeClass, Move, TextKind};

/// Finds what a text of one branch may name of what the other changes.
pub(super) fn texts(own: &[Move], others: &Grounds<'_>, theirs: &[Move], met: &mut Vec<Met>, swapped: bool) {
    for (at, change) in own.iter().enumerate() {
        let Some(text) = &change.text else { continue };
        let mut look = |place: &str, touched: &[(usize, &Touch)]| {
            for &(other, touch) in touched {
                if let Some(class) = text_meets(text, touch, &theirs[other]) {
                    let moves = if swapped { [other, at] } else { [at, other] };
                    let why = match text.kind {
                        TextKind::View => "the query of the view may name it",
                        TextKind::Updates(_) | TextKind::Rows => "SQL that works on rows may name it",
                        TextKind::Unknown(_) => "what the SQL does is not known, and it may name it",
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
    if let TextKind::Unknown(_) = text.kind {
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
pub(super) fn text_pairs(first: &[Move], second: &[Move], met: &mut Vec<Met>) {
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
