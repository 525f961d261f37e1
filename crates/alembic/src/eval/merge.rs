//! Makes one list of what a script does on each dialect: the same once, the rest limited to its dialects.

use std::collections::BTreeSet;

use limbeck_core::op::ScopedOperation;

/// What a script does on one dialect, by Limbeck's name of it.
pub(crate) struct Side {
    pub(crate) dialect: &'static str,
    pub(crate) operations: Vec<ScopedOperation>,
}

/// Merges the lists. On every dialect, the operations that concern it come in the order in which they were.
///
/// An operation that all have is not limited; `whole` says whether the sides are all dialects that there are.
pub(crate) fn merge(sides: Vec<Side>, whole: bool) -> Vec<ScopedOperation> {
    let count = sides.len();
    let mut at = vec![0; count];
    let mut merged = Vec::new();
    // An operation is taken when it stands at the front of all sides that still have it further on; else the first side
    // that is held up by no other gives its own.
    while let Some(lead) = (0..count).find(|side| at[*side] < sides[*side].operations.len()) {
        let mut candidates = (lead..count).filter(|side| at[*side] < sides[*side].operations.len());
        let chosen = candidates
            .find(|side| {
                let operation = &sides[*side].operations[at[*side]];
                (0..count).all(|other| match sides[other].operations.get(at[other]) {
                    Some(front) => {
                        front == operation || !sides[other].operations[at[other]..].contains(operation)
                    }
                    None => true,
                })
            })
            .unwrap_or(lead);
        let operation = sides[chosen].operations[at[chosen]].clone();
        let mut dialects = BTreeSet::new();
        for (side, position) in sides.iter().zip(&mut at) {
            if side.operations.get(*position) == Some(&operation) {
                *position += 1;
                dialects.insert(side.dialect.to_owned());
            }
        }
        let mut scoped = operation;
        if dialects.len() < count || !whole {
            scoped.scope.dialects = dialects;
        }
        merged.push(scoped);
    }
    merged
}

#[cfg(test)]
mod tests {
    use limbeck_core::literal::RawSql;
    use limbeck_core::op::{Execute, Operation};

    use super::*;

    fn side(dialect: &'static str, texts: &str) -> Side {
        let one = |text: &str| Execute { sql: RawSql::new(text), state: None }.into();
        Side { dialect, operations: texts.split(' ').filter(|text| !text.is_empty()).map(one).collect() }
    }

    fn shown(sides: Vec<Side>) -> String {
        let one = |scoped: ScopedOperation| {
            let Operation::Execute(execute) = &scoped.operation else { panic!() };
            let dialects: Vec<&str> = scoped.scope.dialects.iter().map(String::as_str).collect();
            format!(
                "{}{}",
                execute.sql,
                if dialects.is_empty() { String::new() } else { format!("@{}", dialects.join("+")) }
            )
        };
        merge(sides, true).into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_all_do_is_not_limited_and_every_side_keeps_its_order() {
        assert_eq!(shown(vec![side("a", "1 2"), side("b", "1 2")]), "1 2");
        assert_eq!(shown(vec![side("a", "1 x 2"), side("b", "1 2"), side("c", "1 y 2")]), "1 x@a y@c 2");
        assert_eq!(shown(vec![side("a", "1 2"), side("b", "2 1")]), "1@a 2 1@b");
        assert_eq!(shown(vec![side("a", ""), side("b", "1")]), "1@b");
        assert_eq!(shown(vec![side("a", "1 1"), side("b", "1")]), "1 1@a");
    }
}
