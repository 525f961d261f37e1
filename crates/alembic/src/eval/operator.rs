//! Operators, of Python's values and of SQL expressions.

use ruff_python_ast::{CmpOp, Operator, UnaryOp};
use ruff_text_size::Ranged;
use std::rc::Rc;

use super::format;
use super::interpreter::{Eval, Interpreter};
use super::item::Item;
use super::stop::Stop;
use super::value::Value;

impl Interpreter<'_> {
    /// Raises an exception of Python.
    pub(super) fn raise<T>(&self, at: impl Ranged, kind: &str, reason: &str) -> Eval<T> {
        let untold = self.because(at.range(), format!("`{kind}`: {reason}"));
        Err(Stop::Raise(Rc::from(kind), Box::new(untold)))
    }

    pub(super) fn binary(&mut self, at: impl Ranged, op: Operator, left: Value, right: Value) -> Eval<Value> {
        if is_sql(&left) || is_sql(&right) {
            return self.sql_binary(at.range(), op, &left, &right);
        }
        let float = |this: &Self, number: f64| match number.is_finite() {
            true => Ok(Value::Float(number)),
            false => this.raise(at.range(), "ZeroDivisionError", "a division by zero"),
        };
        let result = match (&left, op, &right) {
            (Value::Str(left), Operator::Add, Value::Str(right)) => {
                Some(Value::str(format!("{left}{right}")))
            }
            (Value::List(left), Operator::Add, Value::List(right)) => {
                Some(Value::list([&left.borrow()[..], &right.borrow()[..]].concat()))
            }
            (Value::Tuple(left), Operator::Add, Value::Tuple(right)) => {
                Some(Value::tuple([&left[..], &right[..]].concat()))
            }
            (Value::Dict(left), Operator::BitOr, Value::Dict(right)) => {
                Some(Value::dict([&left.borrow()[..], &right.borrow()[..]].concat()))
            }
            (Value::Set(left), Operator::BitOr, Value::Set(right)) => {
                Some(Value::set([&left.borrow()[..], &right.borrow()[..]].concat()))
            }
            (Value::Set(left), Operator::Sub, Value::Set(right)) => {
                let right = right.borrow();
                let kept = |item: &&Value| !right.iter().any(|other| item.equals(other) == Some(true));
                Some(Value::set(left.borrow().iter().filter(kept).cloned().collect()))
            }
            (Value::Str(text), Operator::Mod, value) => format::percent(text, value).map(Value::str),
            (Value::Str(text), Operator::Mult, Value::Int(times)) => {
                Some(Value::str(text.repeat(usize::try_from(*times).unwrap_or_default())))
            }
            (Value::List(items), Operator::Mult, Value::Int(times)) => {
                let times = usize::try_from(*times).unwrap_or_default();
                Some(Value::list(std::iter::repeat_n(items.borrow().clone(), times).flatten().collect()))
            }
            (Value::Int(left), op, Value::Int(right)) => match op {
                Operator::Add => left.checked_add(*right).map(Value::Int),
                Operator::Sub => left.checked_sub(*right).map(Value::Int),
                Operator::Mult => left.checked_mul(*right).map(Value::Int),
                Operator::Pow => {
                    u32::try_from(*right).ok().and_then(|right| left.checked_pow(right)).map(Value::Int)
                }
                Operator::Div => return float(self, *left as f64 / *right as f64),
                Operator::FloorDiv if *right != 0 => {
                    Some(Value::Int(left.div_euclid(*right))).filter(|_| *right > 0)
                }
                Operator::Mod if *right > 0 => Some(Value::Int(left.rem_euclid(*right))),
                Operator::BitOr => Some(Value::Int(left | right)),
                Operator::BitAnd => Some(Value::Int(left & right)),
                Operator::LShift => {
                    u32::try_from(*right).ok().and_then(|right| left.checked_shl(right)).map(Value::Int)
                }
                _ => None,
            },
            (left, op, right) => match (left.number(), right.number()) {
                (Some(left), Some(right)) => match op {
                    Operator::Add => return float(self, left + right),
                    Operator::Sub => return float(self, left - right),
                    Operator::Mult => return float(self, left * right),
                    Operator::Div => return float(self, left / right),
                    _ => None,
                },
                _ => None,
            },
        };
        match result {
            Some(value) => Ok(value),
            None => match (&left, &right) {
                (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Ok(Value::unknown(why)),
                // `str | None` in an annotation.
                (Value::Symbol(_), _) => Ok(Value::unknown("an annotation")),
                _ => self.untold(at, format!("`{}` of {} and {}", op.as_str(), left.what(), right.what())),
            },
        }
    }

    pub(super) fn unary(&mut self, at: impl Ranged, op: UnaryOp, operand: Value) -> Eval<Value> {
        if is_sql(&operand) {
            return self.sql_unary(at.range(), op, &operand);
        }
        match (op, &operand) {
            (UnaryOp::Not, value) => self.truth(at, value).map(|truth| Value::Bool(!truth)),
            (UnaryOp::USub, Value::Int(number)) => Ok(Value::Int(-number)),
            (UnaryOp::USub, Value::Float(number)) => Ok(Value::Float(-number)),
            (UnaryOp::UAdd, Value::Int(_) | Value::Float(_)) => Ok(operand),
            _ => self.untold(at, format!("`{}` of {}", op.as_str(), operand.what())),
        }
    }

    pub(super) fn compare(&mut self, at: impl Ranged, op: CmpOp, left: &Value, right: &Value) -> Eval<Value> {
        let identity = matches!(op, CmpOp::Is | CmpOp::IsNot);
        let membership = matches!(op, CmpOp::In | CmpOp::NotIn);
        if (is_sql(left) || is_sql(right)) && !identity && !membership {
            return self.sql_compare(at.range(), op, left, right);
        }
        let known = match op {
            CmpOp::Eq => left.equals(right),
            CmpOp::NotEq => left.equals(right).map(|same| !same),
            CmpOp::Is => is(left, right),
            CmpOp::IsNot => is(left, right).map(|same| !same),
            CmpOp::In => contains(right, left),
            CmpOp::NotIn => contains(right, left).map(|there| !there),
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => order(left, right).map(|order| match op {
                CmpOp::Lt => order.is_lt(),
                CmpOp::LtE => order.is_le(),
                CmpOp::Gt => order.is_gt(),
                _ => order.is_ge(),
            }),
        };
        match known {
            Some(truth) => Ok(Value::Bool(truth)),
            None => match (left, right) {
                (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Ok(Value::unknown(why)),
                (Value::Item(item), _) | (_, Value::Item(item)) if matches!(&**item, Item::Rows) => {
                    Ok(Value::unknown(item.what()))
                }
                _ => self.untold(at, format!("`{}` of {} and {}", op.as_str(), left.what(), right.what())),
            },
        }
    }
}

/// Says whether an operator on it makes an SQL expression.
fn is_sql(value: &Value) -> bool {
    matches!(value, Value::Item(item) if matches!(&**item, Item::Sql(_) | Item::Column(_)))
}

fn is(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::None, Value::None) => Some(true),
        (Value::None, Value::Symbol(_)) | (Value::Symbol(_), Value::None) => Some(false),
        (Value::None, _) | (_, Value::None) => Some(false),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Bool(_), _) | (_, Value::Bool(_)) => Some(false),
        (Value::Class(_), Value::Class(_)) | (Value::Symbol(_), Value::Symbol(_)) => left.equals(right),
        _ => None,
    }
}

fn contains(container: &Value, item: &Value) -> Option<bool> {
    match (container, item) {
        (Value::Str(text), Value::Str(part)) => Some(text.contains(&**part)),
        (Value::Dict(entries), _) => any(entries.borrow().iter().map(|(key, _)| key), item),
        (Value::List(items) | Value::Set(items), _) => any(items.borrow().iter(), item),
        (Value::Tuple(items), _) => any(items.iter(), item),
        (Value::Item(columns), Value::Str(name)) if let Item::Columns(table) = &**columns => {
            Some(table.names().any(|own| own == *name))
        }
        _ => None,
    }
}

fn any<'v>(items: impl Iterator<Item = &'v Value>, item: &Value) -> Option<bool> {
    let mut known = Some(false);
    for other in items {
        match other.equals(item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = None,
        }
    }
    known
}

pub(super) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
        (Value::Tuple(left), Value::Tuple(right)) => {
            for (left, right) in left.iter().zip(right.iter()) {
                match order(left, right)? {
                    std::cmp::Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(left.len().cmp(&right.len()))
        }
        (left, right) => left.number()?.partial_cmp(&right.number()?),
    }
}
