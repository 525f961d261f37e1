//! Asks a person who is at a terminal, yes or no.

use std::io::{self, IsTerminal, Write};

use limbeck::core::script::type_text;
use limbeck::project::LikelyRename;

use crate::context::Context;

/// Says whether there is a person who can be asked: what is typed and what is said are both at a terminal, and nothing keeps
/// the command quiet.
pub(crate) fn can_ask(context: &Context) -> bool {
    let is_quiet = context.global.quiet || context.global.json;
    !is_quiet && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks whether something has another name now.
pub(crate) fn is_rename(context: &Context, likely: &LikelyRename) -> bool {
    match likely {
        LikelyRename::Table { from, to, shared, of } => yes(
            context,
            format_args!("Was the table `{from}` renamed to `{to}` ({shared} of {of} columns the same)?"),
        ),
        LikelyRename::Column { table, from, to, ty } => {
            yes(context, format_args!("Was `{table}.{from}` renamed to `{table}.{to}` ({})?", type_text(ty)))
        }
    }
}

/// Asks until the answer is one. Nothing said is a no, and so is the end of what can be read.
fn yes(context: &Context, question: std::fmt::Arguments<'_>) -> bool {
    loop {
        // Nothing is left to be told if this fails.
        let _ = write!(anstream::stderr(), "{question} [y/N] ").and_then(|()| io::stderr().flush());
        let mut answer = String::new();
        match io::stdin().read_line(&mut answer) {
            Ok(1..) => {}
            Ok(0) | Err(_) => {
                context.say(format_args!(""));
                return false;
            }
        }
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => return true,
            "" | "n" | "no" => return false,
            _ => {}
        }
    }
}
