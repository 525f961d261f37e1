//! The literals of a script's header, and the names that stand for them.

use ruff_python_ast::{Expr, Operator, Stmt};
use rustc_hash::FxHashMap;

/// A value that needs no evaluation to be known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    None,
    Text(String),
    /// A tuple, list or set.
    List(Vec<Literal>),
}

/// The names that a module binds to literals at its top, the last binding of each.
pub(crate) struct Constants(FxHashMap<String, Literal>);

impl Constants {
    /// Reads the assignments at the top of a module.
    pub(crate) fn of(body: &[Stmt]) -> Self {
        let mut constants = Self(FxHashMap::default());
        for statement in body {
            let (target, value) = match statement {
                Stmt::Assign(assign) => (assign.targets.last(), Some(&*assign.value)),
                Stmt::AnnAssign(assign) => (Some(&*assign.target), assign.value.as_deref()),
                _ => continue,
            };
            if let (Some(Expr::Name(name)), Some(value)) = (target, value) {
                match constants.eval(value) {
                    Some(literal) => constants.0.insert(name.id.to_string(), literal),
                    None => constants.0.remove(name.id.as_str()),
                };
            }
        }
        constants
    }

    /// Returns the value of an expression; `None` when it is no literal.
    pub(crate) fn eval(&self, expr: &Expr) -> Option<Literal> {
        let list = |items: &[Expr]| items.iter().map(|item| self.eval(item)).collect::<Option<_>>();
        Some(match expr {
            Expr::NoneLiteral(_) => Literal::None,
            Expr::StringLiteral(text) => Literal::Text(text.value.to_str().to_owned()),
            Expr::Tuple(tuple) => Literal::List(list(&tuple.elts)?),
            Expr::List(items) => Literal::List(list(&items.elts)?),
            Expr::Set(items) => Literal::List(list(&items.elts)?),
            Expr::Name(name) => self.0.get(name.id.as_str())?.clone(),
            Expr::BinOp(sum) if sum.op == Operator::Add => {
                match (self.eval(&sum.left)?, self.eval(&sum.right)?) {
                    (Literal::Text(left), Literal::Text(right)) => Literal::Text(left + &right),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}
