//! How MySQL and MariaDB write literals, which depends on what a backslash means to the session.

use limbeck_core::literal::Literal;
use limbeck_core::sql::{Quoting, standard_literal};

/// For a session in which a backslash escapes.
pub(super) static ESCAPING: Quoting = Quoting { name: '`', literal: escaping };
/// For a session with `NO_BACKSLASH_ESCAPES`.
pub(super) static PLAIN: Quoting = Quoting { name: '`', literal: plain };
/// For either, where an expression may stand: in all that reads and writes rows.
pub(super) static ANY: Quoting = Quoting { name: '`', literal: for_any_mode };

fn escaping(literal: &Literal, out: &mut String) {
    match literal {
        Literal::Text(text) => {
            let text = text.replace('\\', "\\\\").replace('\'', "''").replace('\0', "\\0");
            out.push_str(&format!("'{text}'"));
        }
        other => plain(other, out),
    }
}

fn plain(literal: &Literal, out: &mut String) {
    match literal {
        Literal::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        // There is no number that is none (dev.mysql.com/doc/refman/8.4/en/number-literals.html).
        Literal::Float(number) if number.is_nan() => out.push_str("NULL"),
        other => standard_literal(other, out),
    }
}

fn for_any_mode(literal: &Literal, out: &mut String) {
    match literal {
        Literal::Text(text) if text.contains(['\\', '\0']) => {
            out.push_str("_utf8mb4 ");
            standard_literal(&Literal::Bytes(text.as_bytes().into()), out);
        }
        other => plain(other, out),
    }
}
