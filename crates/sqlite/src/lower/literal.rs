//! How SQLite writes literals.

use limbeck_core::literal::Literal;
use limbeck_core::sql::{Quoting, standard_literal};

/// SQLite's quoting: `"name"`, `'text'`, `X'ff'`, 1 and 0 for truth.
pub(crate) static QUOTING: Quoting = Quoting { name: '"', literal };

fn literal(literal: &Literal, out: &mut String) {
    match literal {
        Literal::Bool(truth) => out.push(if *truth { '1' } else { '0' }),
        // SQLite reads a number beyond the range as infinity, and has no NaN (sqlite.org/floatingpoint.html).
        Literal::Float(number) if number.is_nan() => out.push_str("NULL"),
        Literal::Float(number) if number.is_infinite() => {
            out.push_str(if *number < 0.0 { "-9e999" } else { "9e999" });
        }
        // A NUL would end the statement.
        Literal::Text(text) if text.contains('\0') => {
            out.push_str("CAST(");
            standard_literal(&Literal::Bytes(text.as_bytes().into()), out);
            out.push_str(" AS TEXT)");
        }
        other => standard_literal(other, out),
    }
}
