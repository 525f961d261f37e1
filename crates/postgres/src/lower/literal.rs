//! Names and literals in PostgreSQL's spelling.

use limbeck_core::literal::Literal;
use limbeck_core::sql::{Quoting, standard_literal};

/// Names in double quotes, `true` and `false` as SQLAlchemy writes them.
pub(super) static QUOTING: Quoting = Quoting { name: '"', literal };

fn literal(literal: &Literal, out: &mut String) {
    match literal {
        Literal::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Literal::Float(number) if number.is_nan() => out.push_str("'NaN'::float8"),
        Literal::Float(number) if number.is_infinite() => {
            out.push_str(if *number < 0.0 { "'-Infinity'::float8" } else { "'Infinity'::float8" });
        }
        // Says what it means whatever `standard_conforming_strings` is (postgresql.org/docs, String Constants With
        // C-Style Escapes).
        Literal::Text(text) if text.contains('\\') => {
            out.push_str(&format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''")));
        }
        Literal::Bytes(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            out.push_str(&format!("decode('{hex}', 'hex')"));
        }
        other => standard_literal(other, out),
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::literal::Literal;

    use crate::lower::sql;

    #[test]
    fn literals_mean_the_same_whatever_the_settings_are() {
        let written = |literal: Literal| sql().literal(&literal).finish();
        assert_eq!(written(Literal::text("it's")), "'it''s'");
        assert_eq!(written(Literal::text("\\'")), "E'\\\\'''");
        assert_eq!(written(Literal::Bool(true)), "true");
        assert_eq!(written(Literal::Bytes([0, 255].into())), "decode('00ff', 'hex')");
        assert_eq!(written(Literal::Float(1.0)), "1.0");
        assert_eq!(written(Literal::Float(f64::NAN)), "'NaN'::float8");
    }
}
