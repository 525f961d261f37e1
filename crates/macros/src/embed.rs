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

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(files: &[(&str, &str)]) -> Result<String, String> {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(directory.path().join(name), text).unwrap();
        }
        let path = directory.path().to_str().unwrap();
        let tokens = expand(quote! { #path }).map_err(|error| error.to_string().replace(path, "…"))?;
        Ok(tokens.to_string().replace(path, "…"))
    }

    #[test]
    fn every_fault_names_its_file_and_line() {
        let error = expanded(&[
            ("a.toml", "revision = \"a\"\n\n[[upgrade]]\ncreate_tabel = \"t\"\n"),
            ("b.toml", "revision = \"b\"\n\n[[upgrade]]\ndrop_table = \"\"\n"),
        ])
        .unwrap_err();
        assert!(error.contains("…/a.toml:4: ") && error.contains("…/b.toml:4: "), "{error}");
        assert!(error.contains("[L0204]"), "{error}");
    }

    #[test]
    fn a_fault_of_the_graph_is_an_error_too() {
        let error = expanded(&[("a.toml", "revision = \"a\"\ndown_revision = \"gone\"\n")]).unwrap_err();
        assert!(error.starts_with("…/a.toml:2: "), "{error}");
    }

    #[test]
    fn a_missing_directory_is_an_error_and_an_empty_one_is_not() {
        let error = expand(quote! { "no/such/directory" }).unwrap_err().to_string();
        assert!(error.contains("there is no migrations directory"), "{error}");
        assert!(expanded(&[]).unwrap().contains("EmbeddedMigrations :: new"));
    }

    #[test]
    fn the_compiler_is_told_of_each_file_and_of_the_heads() {
        let tokens = expanded(&[("a.toml", "revision = \"a\"\n"), ("HEADS", "a\n"), ("README", "")]).unwrap();
        assert!(tokens.contains("include_str ! (\"…/a.toml\")"), "{tokens}");
        assert!(tokens.contains("include_bytes ! (\"…/HEADS\")") && !tokens.contains("README"), "{tokens}");
    }
}
