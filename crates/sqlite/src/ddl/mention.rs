//! Where an expression over one table mentions a column of it, and whether that is certain.

use super::grammar::{Mention, Part, What, mentions};
use super::meaningful;
use super::tree::Span;

/// The places where an expression mentions a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnMentions {
    /// The names that are the column for certain, in order, without what qualifies them.
    pub(crate) certain: Vec<Span>,
    /// Whether there may be others: in a query within the expression, whose tables may have such a column too, or
    /// because the expression cannot be read.
    pub(crate) others: bool,
}

/// Finds a column in an expression of a CHECK, a generated column or an index.
///
/// Such an expression sees nothing but its own table, so that a name is the column, in double quotes too; a text in
/// single quotes, a function and a collation of that name are not.
pub(crate) fn column_mentions(expression: &str, table: &str, column: &str) -> ColumnMentions {
    let tokens = meaningful(expression);
    let Ok(found) = mentions(Part::Expression, &tokens) else {
        return ColumnMentions { certain: Vec::new(), others: true };
    };
    let is = |name: Option<String>, other: &str| name.is_some_and(|name| name.eq_ignore_ascii_case(other));
    let of_column = found.all.iter().filter(|mention| {
        let of_table = mention.qualifiers.last().is_none_or(|qualifier| is(qualifier.name(), table));
        is_column(mention) && of_table && is(mention.name.name(), column)
    });
    let (own, inner): (Vec<&Mention<'_>>, Vec<_>) = of_column.partition(|mention| mention.scope == 0);
    let span = |mention: &Mention<'_>| Span { start: mention.name.start, end: mention.name.end() };
    ColumnMentions { certain: own.into_iter().map(span).collect(), others: !inner.is_empty() }
}

fn is_column(mention: &Mention<'_>) -> bool {
    matches!(mention.what, What::Column | What::Joined | What::Written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expression: &str) -> (Vec<&str>, bool) {
        let found = column_mentions(expression, "t", "size");
        (found.certain.iter().map(|span| span.of(expression)).collect(), found.others)
    }

    #[test]
    fn a_column_is_told_from_all_that_is_called_like_it() {
        assert_eq!(
            found(
                "Size > 1 AND t.\"SIZE\" <> 'size' AND size(x) AND other.size AND [size] /* size */ COLLATE size"
            ),
            (vec!["Size", "\"SIZE\"", "[size]"], false)
        );
        assert_eq!(found("CAST(x AS size) + sizes"), (vec![], false));
    }

    #[test]
    fn within_a_query_nothing_is_certain() {
        assert_eq!(found("size IN (SELECT size FROM o)"), (vec!["size"], true));
        assert_eq!(found("1 IN (SELECT o.size FROM o)"), (vec![], false));
        assert_eq!(found("1 +"), (vec![], true));
    }
}
