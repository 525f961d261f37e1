//! `create_sequence`: makes a sequence.

use crate::schema::{ObjectKind, Schema, SchemaError, Sequence};

use super::{Access, Change, DropSequence, Footprint, Object, Operation};

/// Makes a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSequence {
    /// The sequence as it is to be.
    pub sequence: Sequence,
    /// Whether a sequence of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

impl Change for CreateSequence {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let name = &self.sequence.name;
        match schema.relation(name) {
            Some(ObjectKind::Sequence) if self.if_not_exists => return Ok(()),
            Some(kind) => return Err(SchemaError::exists(kind, name, None)),
            None => {}
        }
        schema.sequences.insert(name.clone(), self.sequence.clone());
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let name = &self.sequence.name;
        if self.if_not_exists && before.sequences.contains_key(name) {
            return Ok(Vec::new());
        }
        Ok(vec![DropSequence { sequence: name.clone(), if_exists: false }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Creates, Object::Sequence(self.sequence.name.clone()))
    }

    fn describe(&self) -> String {
        format!("create sequence `{}`", self.sequence.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::literal::RawSql;
    use crate::name::{Ident, TableName};
    use crate::op::{CreateTable, CreateView, RenameTable};
    use crate::schema::{Table, View};

    fn numbers(name: TableName) -> Sequence {
        let (start, increment, min, max, cache) = (None, None, None, None, None);
        Sequence { name, start, increment, min, max, cache, cycle: false }
    }

    /// A server passes over what is to be made only if it is missing, where anything of that name is there.
    #[test]
    fn tables_views_and_sequences_share_their_names() {
        let name = |text: &str| TableName::unqualified(Ident::new(text).expect("a name"));
        let table =
            |text: &str| CreateTable { table: Table::new(name(text), Vec::new()), if_not_exists: true };
        let sequence = |text: &str| CreateSequence { sequence: numbers(name(text)), if_not_exists: true };
        let view = |text: &str| CreateView {
            view: View { name: name(text), sql: RawSql::new("SELECT 1"), materialized: false },
            if_not_exists: true,
            or_replace: true,
        };
        let mut schema = Schema::new();
        table("t").apply(&mut schema).expect("nothing is there");
        sequence("s").apply(&mut schema).expect("nothing is there");
        view("v").apply(&mut schema).expect("nothing is there");
        let there = schema.clone();
        let rename = |to: &str| RenameTable { table: name("t"), to: Ident::new(to).expect("a name") };
        let refused: [Operation; 8] = [
            table("s").into(),
            table("v").into(),
            sequence("t").into(),
            sequence("v").into(),
            view("t").into(),
            view("s").into(),
            rename("s").into(),
            rename("v").into(),
        ];
        for operation in refused {
            let fault = operation.apply(&mut schema).expect_err("the name is taken");
            assert!(matches!(fault, SchemaError::Exists { .. }), "{operation:?}");
            assert_eq!(schema, there);
        }
        for operation in [table("t").into(), sequence("s").into(), Operation::from(view("v"))] {
            operation.apply(&mut schema).expect("it is there, or replaced");
            assert_eq!(schema, there);
        }
    }
}
