//! A schema as the `schema.rs` of a Diesel project.

use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::dialect::{Dialect, ServerInfo};
use limbeck_core::name::Ident;
use limbeck_core::schema::Schema;

/// Prints the tables of a schema of the database as `diesel print-schema` does, those of the usual one for `None`.
///
/// # Errors
/// Tables without a primary key and columns of types that Diesel has no word for. [`Code::Unsupported`] in a build without the
/// feature `diesel`.
///
/// [`Code::Unsupported`]: limbeck_core::diagnostic::Code::Unsupported
#[cfg(feature = "diesel")]
pub fn schema_rs(
    schema: &Schema,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    within: Option<&Ident>,
) -> Result<String, Diagnostics> {
    limbeck_diesel::schema_rs::print(schema, server, within, |schema| dialect.normal_form(schema, server))
}

/// Says that this build cannot.
///
/// # Errors
/// Always.
#[cfg(not(feature = "diesel"))]
pub fn schema_rs(
    _: &Schema,
    _: &'static dyn Dialect,
    _: &ServerInfo,
    _: Option<&Ident>,
) -> Result<String, Diagnostics> {
    use limbeck_core::diagnostic::{Code, Diagnostic};

    Err(Diagnostic::new(Code::Unsupported, "this build does not write Diesel's `schema.rs`")
        .hint("build `limbeck` with the feature `diesel`")
        .into())
}
