//! The macro behind `limbeck::embed_migrations!`.

mod embed;

use proc_macro::TokenStream;

/// Puts the migration files of a directory into the program, and checks them while it compiles.
///
/// The directory is given relative to the crate's own, where its `Cargo.toml` is; without one it is `migrations`.
/// The value is a `limbeck::EmbeddedMigrations`, which `History::builder().embedded(…)` takes.
///
/// Every file is read whole, and the graph of revisions is made: what is wrong with either is an error of the
/// compiler that names the file and the line. A change to a file, or to the directory's `HEADS`, compiles the crate
/// again. Cargo does not see a new file by itself when there is no `HEADS`; a build script that prints
/// `cargo::rerun-if-changed=migrations` makes it look.
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    embed::expand(input.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}
