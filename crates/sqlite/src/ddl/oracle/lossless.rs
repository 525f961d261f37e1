//! What holds for the tree of every text.

use crate::ddl::print::print;
use crate::ddl::tree::{Definition, Node, Span};
use crate::ddl::{Token, TokenKind, tokenize};

/// Checks that nodes nest and cut no token, and collects the leaves.
fn check(node: &dyn Node, sql: &str, tokens: &[Token<'_>], leaves: &mut Vec<Span>) {
    let (span, mut at) = (node.span(), node.span().start);
    for inner in node.nodes() {
        let place = inner.span();
        assert!(
            at <= place.start && place.start < place.end && place.end <= span.end,
            "{sql}: {place:?} in {span:?}"
        );
        at = place.end;
        check(inner, sql, tokens, leaves);
    }
    if node.nodes().is_empty() {
        leaves.push(span);
    }
    for cut in [span.start, span.end] {
        let token = &tokens[tokens.partition_point(|token| token.end() <= cut).min(tokens.len() - 1)];
        assert!(cut <= token.start || token.end() <= cut, "{sql}: {token:?} is cut at {cut}");
    }
}

/// Checks that a tree prints as the text it was read from, that its nodes nest, and that nothing but keywords and
/// punctuation lies outside of them.
///
/// # Panics
/// It does not.
pub(in crate::ddl) fn covered(tree: &Definition, sql: &str) {
    assert_eq!(print(tree, sql), sql);
    let tokens = tokenize(sql);
    let mut leaves = Vec::new();
    check(tree.node(), sql, &tokens, &mut leaves);
    // Outside of leaves are only keywords and punctuation: no name, value or text is passed over.
    for token in &tokens {
        let within = leaves.iter().any(|leaf| leaf.start <= token.start && token.end() <= leaf.end);
        let own = matches!(token.kind, TokenKind::Space | TokenKind::Comment | TokenKind::Symbol)
            || (token.kind == TokenKind::Word && token.text.chars().all(|c| c.is_ascii_alphabetic()));
        assert!(within || own, "{sql}: {token:?} is in no leaf");
    }
}
