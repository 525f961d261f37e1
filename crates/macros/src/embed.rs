//! Reads the files, checks them, and makes the tokens.

use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::history::History;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

/// Returns an expression of the type `limbeck::EmbeddedMigrations`.
pub(crate) fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    let given: Option<LitStr> = if input.is_empty() { None } else { Some(syn::parse2(input)?) };
    let span = given.as_ref().map_or_else(Span::call_site, LitStr::span);
    let fail = |message: String| syn::Error::new(span, message);
    let below = given.map_or_else(|| "migrations".to_owned(), |given| given.value());
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| fail("`CARGO_MANIFEST_DIR` is not set: the macro needs Cargo".to_owned()))?;
    let directory = PathBuf::from(root).join(&below);
    let files = check(&directory).map_err(|faults| fail(explain(&faults, &directory, &below)))?;

    let mut entries = Vec::with_capacity(files.len());
    for file in &files {
        let shown = shown(file, &directory, &below);
        let path = file.to_str().ok_or_else(|| fail(format!("the path `{shown}` is not UTF-8")))?;
        entries.push(quote! { ::limbeck::EmbeddedFile { path: #shown, text: ::core::include_str!(#path) } });
    }
    let heads = directory.join("HEADS");
    let heads = heads.to_str().filter(|_| heads.is_file());
    let watch = heads.map(|heads| quote! { const _: &[u8] = ::core::include_bytes!(#heads); });
    Ok(quote! {{
        #watch
        const FILES: &[::limbeck::EmbeddedFile] = &[#(#entries),*];
        ::limbeck::EmbeddedMigrations::new(FILES)
    }})
}

/// Returns the files, sorted by name, if all of them and the graph are sound.
fn check(directory: &Path) -> Result<Vec<PathBuf>, Diagnostics> {
    let history = History::builder().directories(&[directory.to_owned()]).build()?;
    let ids: Vec<_> = history.graph().headers().map(|header| header.revision.clone()).collect();
    history.bodies(&ids)?;
    Ok(history.graph().headers().filter_map(|header| header.path.clone()).collect())
}

/// Returns the path of a file as the author of the macro call would write it.
fn shown(file: &Path, directory: &Path, below: &str) -> String {
    let name = file.strip_prefix(directory).unwrap_or(file);
    Path::new(below).join(name).display().to_string().replace('\\', "/")
}

/// Writes a line or two for each fault: `migrations/x.toml:5: what is wrong`, and the hint.
fn explain(faults: &Diagnostics, directory: &Path, below: &str) -> String {
    let one = |fault: &Diagnostic| {
        let place = fault.places.first().map(|place| {
            let line = place.line().map(|line| format!(":{line}")).unwrap_or_default();
            format!("{}{line}: ", shown(&place.path, directory, below))
        });
        let hint = fault.hint.as_ref().map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
        format!("{}{} [{}]{hint}", place.unwrap_or_default(), fault.message, fault.code)
    };
    faults.iter().map(one).collect::<Vec<_>>().join("\n")
}
