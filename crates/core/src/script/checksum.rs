//! The checksum of what a script means: comments, spaces, line ends and the form of the file do not count.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

use super::Script;
use super::print::Texts;

impl Script {
    /// Returns the SHA-256 of the operations in hexadecimal digits.
    ///
    /// The same operations give the same checksum whether they come from TOML or SQL, with or without sugar. The
    /// header does not count, so that a revision may be given another parent or message.
    pub fn checksum(&self) -> String {
        let mut text = String::new();
        super::printer::body(self, &[], &mut text, Texts::Meaning);
        Sha256::digest(text).iter().fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }
}

/// Returns SQL without comments, and with one space wherever there may be any.
///
/// Comments that databases read, `/*! … */` and `/*+ … */`, stay. A text that cannot be tokenized stays as it is but
/// for line ends and the spaces around it.
pub(super) fn meaning(sql: &str) -> String {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).with_unescape(false).tokenize() else {
        return sql.replace("\r\n", "\n").trim().to_owned();
    };
    let mut text = String::new();
    let mut gap = false;
    for token in &tokens {
        match token {
            Token::Whitespace(Whitespace::MultiLineComment(comment)) if comment.starts_with(['!', '+']) => {}
            Token::Whitespace(_) => {
                gap = true;
                continue;
            }
            _ => {}
        }
        if gap && !text.is_empty() {
            text.push(' ');
        }
        gap = false;
        let _ = write!(text, "{token}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::meaning;

    #[test]
    fn comments_and_spaces_do_not_count_and_texts_and_hints_do() {
        let same = meaning("SELECT 'a  -- b' /* why */  FROM\r\n\tt; -- done\n");
        assert_eq!(same, meaning("-- first\nSELECT 'a  -- b' FROM t;"));
        assert_ne!(same, meaning("SELECT 'a -- b' FROM t;"));
        assert_ne!(meaning("/*! x */ y"), meaning("y"));
    }
}
