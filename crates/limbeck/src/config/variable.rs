//! `${VAR}` and `${VAR:-default}` in the values of the configuration.

use limbeck_core::diagnostic::{Code, Diagnostic};

use super::Stated;

/// Looks up an environment variable. The library reads no environment by itself.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Puts the variables into a text. An empty variable counts as set, except before a `:-default`, as in a shell.
///
/// `$${` stands for `${` itself; a `$` before anything else is a `$`.
///
/// # Errors
/// [`Code::MissingVariable`] for the first variable that is not set and has no default, [`Code::ConfigInvalid`] for a
/// `${` without its `}` or without a name.
pub(super) fn expand(text: &Stated<String>, lookup: Lookup<'_>) -> Result<String, Diagnostic> {
    let invalid = |message: &str| Diagnostic::new(Code::ConfigInvalid, message).at(text.place.clone());
    let mut out = String::with_capacity(text.value.len());
    let mut rest = text.value.as_str();
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            out.push_str(before);
            out.push_str("${");
            rest = &from[2..];
            continue;
        }
        out.push_str(before);
        let Some(end) = from.find('}') else {
            return Err(
                invalid("`${` without its `}`").hint("write `$${` for the characters `${` themselves")
            );
        };
        let (name, default) = match from[2..end].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&from[2..end], None),
        };
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(invalid("`${…}` must hold the name of an environment variable"));
        }
        match (lookup(name), default) {
            (Some(value), Some(default)) if value.is_empty() => out.push_str(default),
            (Some(value), _) => out.push_str(&value),
            (None, Some(default)) => out.push_str(default),
            (None, None) => {
                let message = format!("the environment variable `{name}` is not set");
                return Err(Diagnostic::new(Code::MissingVariable, message)
                    .at(text.place.clone().label("needed here"))
                    .hint(format!("set it, or give a default: `${{{name}:-…}}`")));
            }
        }
        rest = &from[end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::Stated;
    use super::expand;
    use limbeck_core::diagnostic::{Code, Place};

    fn expanded(text: &str) -> Result<String, Code> {
        let text = Stated { value: text.to_owned(), place: Place::file("limbeck.toml") };
        let lookup = |name: &str| match name {
            "HOST" => Some("db".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        expand(&text, &lookup).map_err(|fault| fault.code)
    }

    #[test]
    fn variables_are_put_in_and_defaults_stand_for_missing_or_empty_ones() {
        assert_eq!(expanded("pg://${HOST}/${NAME:-shop}").as_deref(), Ok("pg://db/shop"));
        assert_eq!(expanded("${EMPTY:-x}-${EMPTY}-${NAME:-}").as_deref(), Ok("x--"));
    }

    #[test]
    fn a_dollar_that_opens_no_variable_stays() {
        assert_eq!(expanded("p$ss$${HOST}$").as_deref(), Ok("p$ss${HOST}$"));
    }

    #[test]
    fn a_missing_variable_and_a_broken_one_are_two_faults() {
        assert_eq!(expanded("${NAME}"), Err(Code::MissingVariable));
        assert_eq!(expanded("${NAME"), Err(Code::ConfigInvalid));
        assert_eq!(expanded("${}"), Err(Code::ConfigInvalid));
    }
}
