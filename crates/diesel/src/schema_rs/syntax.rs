//! The grammar of Diesel's macros, as `diesel_table_macro_syntax` 0.3 has it.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Token, TypePath};

/// What stands in a `table!`.
pub(super) struct TableMacro {
    pub(super) imports: Vec<syn::UseTree>,
    pub(super) schema: Option<Ident>,
    pub(super) name: Ident,
    pub(super) sql_name: Option<LitStr>,
    pub(super) key: Option<Vec<Ident>>,
    pub(super) columns: Vec<ColumnLine>,
    pub(super) attributes: Vec<Attribute>,
}

/// A line of a `table!`.
pub(super) struct ColumnLine {
    pub(super) name: Ident,
    pub(super) sql_name: Option<LitStr>,
    pub(super) max_length: Option<LitInt>,
    pub(super) ty: TypePath,
    pub(super) attributes: Vec<Attribute>,
}

/// What stands in a `joinable!`.
pub(super) struct JoinMacro {
    pub(super) child: Ident,
    pub(super) parent: Ident,
    pub(super) column: Ident,
}

/// What stands in an `allow_tables_to_appear_in_same_query!`.
pub(super) struct TogetherMacro {
    pub(super) tables: Vec<Ident>,
}

impl Parse for TableMacro {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut imports = Vec::new();
        while input.peek(Token![use]) {
            imports.push(input.parse::<syn::ItemUse>()?.tree);
        }
        let attributes = Attribute::parse_outer(input)?;
        let first = Ident::parse_any(input)?;
        let (schema, name) = match input.parse::<Option<Token![.]>>()? {
            Some(_) => (Some(first), Ident::parse_any(input)?),
            None => (None, first),
        };
        let mut key = None;
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(&content, Ident::parse_any)?;
            key = Some(names.into_iter().collect());
        }
        let content;
        syn::braced!(content in input);
        let columns = Punctuated::<ColumnLine, Token![,]>::parse_terminated(&content)?;
        let sql_name = text(&attributes, "sql_name")?;
        Ok(Self { imports, schema, name, sql_name, key, columns: columns.into_iter().collect(), attributes })
    }
}

impl Parse for ColumnLine {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        let name = Ident::parse_any(input)?;
        input.parse::<Token![->]>()?;
        let ty = input.parse()?;
        let (sql_name, max_length) = (text(&attributes, "sql_name")?, number(&attributes)?);
        Ok(Self { name, sql_name, max_length, ty, attributes })
    }
}

impl Parse for JoinMacro {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let child = Ident::parse_any(input)?;
        input.parse::<Token![->]>()?;
        let parent = Ident::parse_any(input)?;
        let content;
        syn::parenthesized!(content in input);
        let column = Ident::parse_any(&content)?;
        Ok(Self { child, parent, column })
    }
}

impl Parse for TogetherMacro {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let names = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)?;
        Ok(Self { tables: names.into_iter().collect() })
    }
}

/// Returns the value of `#[name = …]`, and where it stands.
fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<(Option<&'a Lit>, Span)> {
    let attribute = attributes.iter().find(|one| one.path().is_ident(name))?;
    let literal = match &attribute.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit { lit, .. }) => Some(lit),
            _ => None,
        },
        _ => None,
    };
    Some((literal, attribute.span()))
}

fn text(attributes: &[Attribute], name: &str) -> syn::Result<Option<LitStr>> {
    match value(attributes, name) {
        None => Ok(None),
        Some((Some(Lit::Str(text)), _)) => Ok(Some(text.clone())),
        Some((_, span)) => Err(syn::Error::new(span, format!("`{name}` takes a text: `#[{name} = \"…\"]`"))),
    }
}

fn number(attributes: &[Attribute]) -> syn::Result<Option<LitInt>> {
    match value(attributes, "max_length") {
        None => Ok(None),
        Some((Some(Lit::Int(number)), _)) => Ok(Some(number.clone())),
        Some((_, span)) => Err(syn::Error::new(span, "`max_length` takes a number: `#[max_length = 255]`")),
    }
}
