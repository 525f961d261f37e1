//! The texts of values: `str()`, `repr()`, f-strings, `str.format` and `%`.

use super::value::Value;

/// Returns what `str()` gives; `None` when that is not known.
pub(super) fn str(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Item(item) => super::sql::plain(item),
        other => repr(other),
    }
}

/// Returns what `repr()` gives; `None` when that is not known.
pub(super) fn repr(value: &Value) -> Option<String> {
    let list = |items: &[Value]| -> Option<String> {
        Some(items.iter().map(repr).collect::<Option<Vec<_>>>()?.join(", "))
    };
    Some(match value {
        Value::None => "None".to_owned(),
        Value::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => float(*number),
        Value::Str(text) => quoted(text)?,
        Value::List(items) => format!("[{}]", list(&items.borrow())?),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", repr(&items[0])?),
        Value::Tuple(items) => format!("({})", list(items)?),
        Value::Dict(entries) => {
            let entry = |(key, value): &(Value, Value)| Some(format!("{}: {}", repr(key)?, repr(value)?));
            let entries = entries.borrow().iter().map(entry).collect::<Option<Vec<_>>>()?;
            format!("{{{}}}", entries.join(", "))
        }
        _ => return None,
    })
}

/// Returns the text that Python has for a number.
pub(super) fn float(number: f64) -> String {
    let text = number.to_string();
    let magnitude = number.abs();
    match () {
        () if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) => {
            let text = format!("{number:e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
        () if text.contains(['.', 'n', 'i']) => text,
        () => format!("{text}.0"),
    }
}

fn quoted(text: &str) -> Option<String> {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter == quote => out.extend(['\\', letter]),
            // What Python takes for printable is a long list.
            letter if letter.is_control() => return None,
            letter => out.push(letter),
        }
    }
    out.push(quote);
    Some(out)
}

/// Formats a value as in `{value:spec}`.
pub(super) fn formatted(value: &Value, spec: &str) -> Option<String> {
    if spec.is_empty() {
        return str(value);
    }
    match (value, spec) {
        (Value::Int(number), "d") => Some(number.to_string()),
        (Value::Int(number), "x") => Some(format!("{number:x}")),
        (Value::Str(text), "s") => Some(text.to_string()),
        (Value::Int(number), spec) if spec.starts_with('0') && number >= &0 => {
            let width = spec.trim_end_matches('d').parse::<usize>().ok()?;
            Some(format!("{number:0>width$}"))
        }
        _ => None,
    }
}

/// Formats as `str.format` does, with names, positions and attributes of nothing.
pub(super) fn format(text: &str, positional: &[Value], named: &[(String, Value)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut next = 0;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = rest[at..].chars().next()?;
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push(brace);
            rest = after;
            continue;
        }
        if brace == '}' {
            return None;
        }
        let (field, after) = rest.split_once('}')?;
        rest = after;
        let (field, spec) = field.split_once(':').unwrap_or((field, ""));
        let (field, conversion) = match field.split_once('!') {
            Some((field, conversion)) => (field, Some(conversion)),
            None => (field, None),
        };
        let value = if field.is_empty() {
            next += 1;
            positional.get(next - 1)?.clone()
        } else if let Ok(position) = field.parse::<usize>() {
            positional.get(position)?.clone()
        } else if let Some((name, key)) = field.strip_suffix(']').and_then(|field| field.split_once('[')) {
            let object = named.iter().find(|(own, _)| own == name).map(|(_, value)| value)?;
            object.get(&Value::str(key))?
        } else {
            named.iter().find(|(own, _)| own == field).map(|(_, value)| value)?.clone()
        };
        out.push_str(&match conversion {
            Some("r") => repr(&value)?,
            Some("s") => str(&value)?,
            Some(_) => return None,
            None => formatted(&value, spec)?,
        });
    }
    out.push_str(rest);
    Some(out)
}

/// Formats as `text % value` does.
pub(super) fn percent(text: &str, value: &Value) -> Option<String> {
    let positional: Vec<Value> = match value {
        Value::Tuple(items) => items.to_vec(),
        one => vec![one.clone()],
    };
    let mut out = String::new();
    let mut rest = text;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let argument = match rest.strip_prefix('(') {
            Some(inner) => {
                let (name, after) = inner.split_once(')')?;
                rest = after;
                value.get(&Value::str(name))?
            }
            None => {
                next += 1;
                positional.get(next - 1)?.clone()
            }
        };
        let kind = rest.chars().next()?;
        rest = &rest[kind.len_utf8()..];
        out.push_str(&match (kind, &argument) {
            ('s', argument) => str(argument)?,
            ('r', argument) => repr(argument)?,
            ('d' | 'i', Value::Int(number)) => number.to_string(),
            _ => return None,
        });
    }
    if next < positional.len() && !matches!(value, Value::Dict(_)) {
        return None;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_python() {
        assert_eq!(float(1e16), "1e+16");
        assert_eq!((float(0.1), float(3.0), float(1e-5)), ("0.1".into(), "3.0".into(), "1e-05".into()));
        assert_eq!(repr(&Value::str("it's")).as_deref(), Some("\"it's\""));
        let tuple = Value::tuple(vec![Value::Int(1), Value::str("a\n")]);
        assert_eq!(repr(&tuple).as_deref(), Some("(1, 'a\\n')"));
        assert_eq!(
            percent("a %s %% %d", &Value::tuple(vec![Value::str("b"), Value::Int(2)])).as_deref(),
            Some("a b % 2")
        );
        assert_eq!(percent("%s", &Value::tuple(vec![Value::Int(1), Value::Int(2)])), None);
        let named = [("x".to_owned(), Value::Int(7))];
        assert_eq!(format("{} {x} {{}}", &[Value::str("a")], &named).as_deref(), Some("a 7 {}"));
        assert_eq!(formatted(&Value::Int(7), "03d").as_deref(), Some("007"));
    }
}
