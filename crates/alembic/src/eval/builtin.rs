//! What is built into Python, as far as scripts use it.

use std::rc::Rc;

use ruff_text_size::TextRange;

use super::attribute::is_enum;
use super::format;
use super::interpreter::{Eval, Interpreter};
use super::item::{Arguments, Item};
use super::operator::order;
use super::value::Value;

const NAMES: [&str; 41] = [
    "str",
    "int",
    "float",
    "bool",
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "len",
    "next",
    "range",
    "enumerate",
    "zip",
    "sorted",
    "reversed",
    "any",
    "all",
    "min",
    "max",
    "sum",
    "map",
    "filter",
    "print",
    "isinstance",
    "getattr",
    "hasattr",
    "type",
    "repr",
    "object",
    "Exception",
    "ValueError",
    "RuntimeError",
    "NotImplementedError",
    "KeyError",
    "AttributeError",
    "ImportError",
    "super",
    "abs",
    "round",
    "bytes",
];

/// Says whether a name is built in.
pub(super) fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name) || name.ends_with("Error") || name.ends_with("Warning")
}

/// Calls what is built in.
pub(super) fn call(
    this: &mut Interpreter<'_>,
    at: TextRange,
    name: &str,
    arguments: Arguments,
) -> Eval<Value> {
    let args = &arguments.positional;
    let first = args.first();
    let one = |this: &mut Interpreter<'_>| match first {
        Some(value) => this.iterate(at, value),
        None => Ok(Vec::new()),
    };
    if let Some(Value::Unknown(why)) = args.iter().find(|value| matches!(value, Value::Unknown(_)))
        && !["print", "isinstance"].contains(&name)
    {
        return Ok(Value::unknown(why));
    }
    if name == "dict" {
        let dict = Value::dict(Vec::new());
        if let Some(from) = first {
            if let Value::Dict(entries) = from {
                entries.borrow().iter().for_each(|(key, value)| dict.insert(key.clone(), value.clone()));
            } else {
                for pair in one(this)? {
                    match pair.elements().as_deref() {
                        Some([key, value]) => dict.insert(key.clone(), value.clone()),
                        _ => return this.untold(at, "a call of `dict`"),
                    }
                }
            }
        }
        arguments.named.iter().for_each(|(key, value)| dict.insert(Value::str(key), value.clone()));
        return Ok(dict);
    }
    let known = match (name, first) {
        ("print", _) => Some(Value::None),
        ("str", None) => Some(Value::str("")),
        ("str", Some(value)) => format::str(value).map(Value::str),
        ("repr", Some(value)) => format::repr(value).map(Value::str),
        ("int", Some(Value::Int(number))) => Some(Value::Int(*number)),
        ("int", Some(Value::Bool(truth))) => Some(Value::Int(i64::from(*truth))),
        ("int", Some(Value::Str(text))) => text.trim().parse().ok().map(Value::Int),
        ("int", Some(Value::Float(number))) if number.abs() < 1e15 => Some(Value::Int(number.trunc() as i64)),
        ("float", Some(value)) => value.number().map(Value::Float),
        ("bool", Some(value)) => value.truth().map(Value::Bool),
        ("list", _) => Some(Value::list(one(this)?)),
        ("tuple", _) => Some(Value::tuple(one(this)?)),
        ("set" | "frozenset", Some(Value::Set(items))) => Some(Value::set(items.borrow().clone())),
        ("set" | "frozenset", _) => Some(Value::set(one(this)?)),
        ("len", Some(Value::Set(items))) => Some(Value::Int(items.borrow().len() as i64)),
        ("len", Some(value)) => value.elements().map(|items| Value::Int(items.len() as i64)),
        ("range", _) => {
            let numbers: Option<Vec<i64>> = args
                .iter()
                .map(|value| match value {
                    Value::Int(number) => Some(*number),
                    _ => None,
                })
                .collect();
            match numbers.as_deref() {
                Some([end]) => Some((0..*end).map(Value::Int).collect()),
                Some([start, end]) => Some((*start..*end).map(Value::Int).collect()),
                Some([start, end, step]) if *step > 0 => {
                    Some((*start..*end).step_by(*step as usize).map(Value::Int).collect())
                }
                _ => None,
            }
            .filter(|items: &Vec<Value>| items.len() < 100_000)
            .map(Value::list)
        }
        ("enumerate", _) => {
            let start = match arguments.get(1, "start") {
                Some(Value::Int(start)) => *start,
                _ => 0,
            };
            let items = one(this)?.into_iter().zip(start..);
            Some(Value::list(items.map(|(item, at)| Value::tuple(vec![Value::Int(at), item])).collect()))
        }
        ("zip", _) => {
            let lists = args.iter().map(|value| this.iterate(at, value)).collect::<Eval<Vec<_>>>()?;
            let len = lists.iter().map(Vec::len).min().unwrap_or_default();
            let row = |at: usize| Value::tuple(lists.iter().map(|list| list[at].clone()).collect());
            Some(Value::list((0..len).map(row).collect()))
        }
        ("reversed", _) => Some(Value::list(one(this)?.into_iter().rev().collect())),
        ("sorted", Some(value)) => {
            let mut items = match value {
                Value::Set(items) => items.borrow().clone(),
                other => this.iterate(at, other)?,
            };
            if arguments.named("key").is_some() {
                return this.untold(at, "`sorted` with a key");
            }
            let comparable = items.windows(2).all(|pair| order(&pair[0], &pair[1]).is_some());
            items.sort_by(|left, right| order(left, right).unwrap_or(std::cmp::Ordering::Equal));
            if arguments.flag("reverse") {
                items.reverse();
            }
            comparable.then(|| Value::list(items))
        }
        ("any", _) => {
            let mut truth = false;
            for item in one(this)? {
                truth |= this.truth(at, &item)?;
            }
            Some(Value::Bool(truth))
        }
        ("all", _) => {
            let mut truth = true;
            for item in one(this)? {
                truth &= this.truth(at, &item)?;
            }
            Some(Value::Bool(truth))
        }
        ("min" | "max", Some(value)) => {
            let items = if args.len() > 1 { args.clone() } else { this.iterate(at, value)? };
            let better = |left: &Value, right: &Value| match order(left, right) {
                Some(order) if name == "min" => Some(order.is_le()),
                Some(order) => Some(order.is_ge()),
                None => None,
            };
            let mut best: Option<Value> = None;
            let mut known = true;
            for item in items {
                best = match best {
                    None => Some(item),
                    Some(old) => match better(&old, &item) {
                        Some(true) => Some(old),
                        Some(false) => Some(item),
                        None => {
                            known = false;
                            Some(old)
                        }
                    },
                };
            }
            best.filter(|_| known)
        }
        ("isinstance", Some(value)) => match (args.get(1), value) {
            (_, Value::Unknown(_)) => None,
            (Some(Value::Symbol(class)), value) => is_instance(value, class).map(Value::Bool),
            _ => None,
        },
        ("getattr", Some(object)) => match (object, args.get(1).and_then(Value::as_str)) {
            (Value::Instance(instance), Some(name)) => {
                let own = instance.fields.borrow().get(name).cloned();
                own.or_else(|| args.get(2).cloned().filter(|_| instance.class.get(name).is_none()))
            }
            _ => None,
        },
        _ => None,
    };
    match known {
        Some(value) => Ok(value),
        None => match first {
            Some(Value::Item(item)) if matches!(&**item, Item::Rows) => Ok(Value::unknown(item.what())),
            _ => this.untold(at, format!("a call of `{name}`")),
        },
    }
}

fn is_instance(value: &Value, class: &str) -> Option<bool> {
    // Of these it is not known what they are made of.
    if matches!(value, Value::Instance(_) | Value::Symbol(_) | Value::Method(_) | Value::Class(_)) {
        return None;
    }
    Some(match class.strip_prefix("builtins.")? {
        "str" => matches!(value, Value::Str(_)),
        "int" => matches!(value, Value::Int(_) | Value::Bool(_)),
        "bool" => matches!(value, Value::Bool(_)),
        "float" => matches!(value, Value::Float(_)),
        "list" => matches!(value, Value::List(_)),
        "tuple" => matches!(value, Value::Tuple(_)),
        "dict" => matches!(value, Value::Dict(_)),
        _ => return None,
    })
}

/// Returns the values that a class of enum goes through, which a loop over it meets.
pub(super) fn members(class: &Rc<super::function::Class>) -> Option<Vec<Value>> {
    if !is_enum(class) {
        return None;
    }
    let names = class.order.iter();
    Some(names.filter_map(|name| super::attribute::member(class, name)).collect())
}

/// Takes away the spaces that all lines begin with, as `textwrap.dedent` does.
pub(super) fn dedent(text: &str) -> String {
    let blank = |line: &str| line.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    let indent = |line: &str| line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned();
    let mut margin: Option<String> = None;
    for line in text.lines().filter(|line| !blank(line)) {
        let own = indent(line);
        margin = Some(match margin {
            None => own,
            Some(margin) => {
                margin.chars().zip(own.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
            }
        });
    }
    let margin = margin.unwrap_or_default();
    let cut = |line: &str| match blank(line) {
        true if line.ends_with('\n') => "\n".to_owned(),
        true => String::new(),
        false => line.strip_prefix(&margin).unwrap_or(line).to_owned(),
    };
    text.split_inclusive('\n').map(cut).collect()
}

/// Returns what `json.dumps` gives.
pub(super) fn json(value: &Value) -> Option<String> {
    let text = |text: &str| {
        let mut out = String::from('"');
        for unit in text.encode_utf16() {
            match char::from_u32(u32::from(unit)) {
                Some('"') => out.push_str("\\\""),
                Some('\\') => out.push_str("\\\\"),
                Some('\n') => out.push_str("\\n"),
                Some('\r') => out.push_str("\\r"),
                Some('\t') => out.push_str("\\t"),
                Some(letter) if (' '..='~').contains(&letter) => out.push(letter),
                _ => out.push_str(&format!("\\u{unit:04x}")),
            }
        }
        out.push('"');
        out
    };
    Some(match value {
        Value::None => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(_) | Value::Float(_) => format::repr(value)?,
        Value::Str(string) => text(string),
        Value::List(_) | Value::Tuple(_) => {
            let items = value.elements()?.iter().map(json).collect::<Option<Vec<_>>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Dict(entries) => {
            let entry =
                |(key, value): &(Value, Value)| Some(format!("{}: {}", text(key.as_str()?), json(value)?));
            let entries = entries.borrow().iter().map(entry).collect::<Option<Vec<_>>>()?;
            format!("{{{}}}", entries.join(", "))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedent_and_json_are_those_of_python() {
        assert_eq!(dedent("\n    a\n      b\n\n    c\n  "), "\na\n  b\n\nc\n");
        let value = Value::dict(vec![(Value::str("ä\""), Value::list(vec![Value::None, Value::Bool(true)]))]);
        assert_eq!(json(&value).as_deref(), Some("{\"\\u00e4\\\"\": [null, true]}"));
    }
}
