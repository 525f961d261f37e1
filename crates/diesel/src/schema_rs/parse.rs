//! Reads a `schema.rs` into what it declares.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::name::{Ident as Name, TableName};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, Item, LitStr, Macro, PathArguments, Type, TypePath};

use super::declared::{CustomName, CustomType, Declared, DeclaredColumn, DeclaredTable, DeclaredType, Join};
use super::imports::Imports;
use super::note::{Note, notes};
use super::syntax::{ColumnLine, JoinMacro, TableMacro, TogetherMacro};

impl Declared {
    /// Reads a file. What is no macro of Diesel's and no SQL type is passed over; modules are looked into.
    ///
    /// # Errors
    /// All that is wrong with it, with its place: text that is not Rust, macros that Diesel would not take, columns that are
    /// there twice.
    pub fn parse(path: &Path, text: &Arc<str>) -> Result<Self, Diagnostics> {
        let mut reader =
            Reader { path, text, declared: Self::default(), faults: Vec::new(), above: Vec::new() };
        match syn::parse_file(text) {
            Ok(file) => reader.items(&file.items),
            Err(error) => reader.syntax(&error, "this is not Rust"),
        }
        Diagnostics::check(reader.faults, reader.declared)
    }
}

struct Reader<'r> {
    path: &'r Path,
    text: &'r Arc<str>,
    declared: Declared,
    faults: Vec<Diagnostic>,
    /// What comments over the macro at hand say.
    above: Vec<Note>,
}

impl Reader<'_> {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            if self.declared.first.is_none() {
                self.declared.first = Some(self.place(item.span(), item.span()));
            }
            match item {
                Item::Macro(item) => {
                    self.above = self.notes(&item.attrs);
                    self.any_macro(&item.mac);
                    self.refuse_above();
                }
                Item::Mod(module) => match &module.content {
                    Some((_, items)) => self.items(items),
                    None if is_test(&module.attrs) => {}
                    None => {
                        let place = self.place(module.mod_token.span(), module.ident.span());
                        self.declared.elsewhere.push((format!("mod {};", module.ident), place));
                    }
                },
                Item::Struct(item) => self.custom_type(&item.ident, &item.attrs),
                _ => {}
            }
        }
    }

    fn any_macro(&mut self, call: &Macro) {
        let Some(name) = call.path.segments.last() else { return };
        match name.ident.to_string().as_str() {
            "table" => self.parsed(call, "table!", Self::table),
            "joinable" => self.parsed(call, "joinable!", Self::join),
            "allow_tables_to_appear_in_same_query" => {
                self.parsed(call, "allow_tables_to_appear_in_same_query!", Self::together);
            }
            "include" => {
                let place = self.place(call.path.span(), call.path.span());
                self.declared.elsewhere.push(("include!".to_owned(), place));
            }
            _ => {}
        }
    }

    fn parsed<T: syn::parse::Parse>(&mut self, call: &Macro, name: &str, take: fn(&mut Self, T, &Macro)) {
        match call.parse_body() {
            Ok(body) => take(self, body, call),
            Err(error) => self.syntax(&error, &format!("this is no `{name}` of Diesel's")),
        }
    }

    fn table(&mut self, table: TableMacro, call: &Macro) {
        let TableMacro { imports, schema, name, sql_name, key, columns, attributes } = table;
        let mut notes = std::mem::take(&mut self.above);
        notes.extend(self.notes(&attributes));
        let imports = Imports::of(&imports);
        let schema = schema.map(|schema| schema.unraw().to_string());
        let rust_name = name.unraw().to_string();
        // Diesel's command line writes the schema into it too.
        let prefix = schema.as_ref().map(|schema| format!("{schema}."));
        let said = sql_name.as_ref().map(LitStr::value).map(|said| match &prefix {
            Some(prefix) => said.strip_prefix(prefix.as_str()).unwrap_or(&said).to_owned(),
            None => said,
        });
        let place = self.place(name.span(), name.span());
        let full = TableName {
            schema: schema.as_deref().and_then(|schema| self.name(schema, &place)),
            name: match self.name(said.as_deref().unwrap_or(&rust_name), &place) {
                Some(name) => name,
                None => return,
            },
        };
        let columns: Vec<DeclaredColumn> =
            columns.into_iter().filter_map(|one| self.column(one, &imports)).collect();
        if columns.is_empty() {
            let fault = Diagnostic::new(Code::FileSyntax, format!("table `{full}` has no columns"));
            self.faults.push(fault.at(self.place(call.path.span(), name.span())));
            return;
        }
        for (at, column) in columns.iter().enumerate() {
            let same = |one: &&DeclaredColumn| one.name == column.name || one.rust_name == column.rust_name;
            if let Some(first) = columns[..at].iter().find(same) {
                let message = format!("column `{}` in table `{full}` exists already", column.name);
                let fault = Diagnostic::new(Code::ColumnExists, message);
                self.faults.push(fault.at(column.place.clone()).at(first.place.clone()));
            }
        }
        let key = match key {
            Some(key) => key.iter().map(|one| self.named(one)).collect(),
            None => vec![("id".to_owned(), place.clone())],
        };
        for (key, place) in &key {
            if !columns.iter().any(|column| column.rust_name == *key) {
                let message = format!("no column `{key}` in table `{full}`, for its primary key");
                let names = columns.iter().map(|column| column.rust_name.as_str());
                let fault = Diagnostic::new(Code::NoSuchColumn, message).at(place.clone());
                self.faults.push(fault.similar(key, "a column", names));
            }
        }
        self.declared.tables.push(DeclaredTable { name: full, rust_name, key, columns, notes, place });
    }

    fn column(&mut self, line: ColumnLine, imports: &Imports) -> Option<DeclaredColumn> {
        let ColumnLine { name, sql_name, max_length, ty, attributes } = line;
        let notes = self.notes(&attributes);
        let rust_name = name.unraw().to_string();
        let place = self.place(name.span(), name.span());
        let said = sql_name.map(|text| text.value());
        let sql = self.name(said.as_deref().unwrap_or(&rust_name), &place)?;
        let max_length = match max_length.map(|number| (number.base10_parse(), number.span())) {
            None => None,
            Some((Ok(number), _)) => Some(number),
            Some((Err(_), span)) => {
                let message = "this is no length that a column can have";
                self.faults.push(Diagnostic::new(Code::BadValue, message).at(self.place(span, span)));
                return None;
            }
        };
        let ty = self.ty(&ty, imports)?;
        Some(DeclaredColumn { name: sql, rust_name, ty, max_length, notes, place })
    }

    fn ty(&mut self, ty: &TypePath, imports: &Imports) -> Option<DeclaredType> {
        let last = ty.path.segments.last()?;
        let mut arguments = Vec::new();
        if let PathArguments::AngleBracketed(given) = &last.arguments {
            for argument in &given.args {
                match argument {
                    GenericArgument::Type(Type::Path(path)) => arguments.push(self.ty(path, imports)?),
                    // What a `Record` holds is not looked into.
                    GenericArgument::Type(Type::Tuple(_)) => {}
                    other => {
                        let fault = Diagnostic::new(Code::BadType, "an SQL type of Diesel stands here");
                        self.faults.push(fault.at(self.place(other.span(), other.span())));
                        return None;
                    }
                }
            }
        }
        let place = self.place(last.ident.span(), last.ident.span());
        let name = last.ident.unraw().to_string();
        let imported = ty.path.segments.len() > 1 || imports.may_bring(&name);
        Some(DeclaredType { name, arguments, imported, place })
    }

    fn join(&mut self, join: JoinMacro, _: &Macro) {
        let JoinMacro { child, parent, column } = join;
        let place = self.place(child.span(), column.span());
        let [child, parent, column] = [child, parent, column].map(|name| name.unraw().to_string());
        self.declared.joins.push(Join { child, parent, column, place });
    }

    fn together(&mut self, together: TogetherMacro, _: &Macro) {
        for table in together.tables {
            let named = self.named(&table);
            self.declared.together.push(named);
        }
    }

    /// Notes what `#[diesel(postgres_type(name = "…", schema = "…"))]` and its like say.
    fn custom_type(&mut self, name: &Ident, attributes: &[syn::Attribute]) {
        let mut custom = CustomType::default();
        for attribute in attributes.iter().filter(|one| one.path().is_ident("diesel")) {
            // What is not of this form is Diesel's business.
            let _ = attribute.parse_nested_meta(|backend| {
                let Some(kind) = backend.path.get_ident().map(Ident::to_string) else { return Ok(()) };
                let (mut sql, mut schema) = (None, None);
                backend.parse_nested_meta(|pair| {
                    let value: syn::Lit = pair.value()?.parse()?;
                    if let syn::Lit::Str(text) = value {
                        match pair.path.get_ident().map(Ident::to_string).as_deref() {
                            Some("name") => sql = Some(text.value()),
                            Some("schema") => schema = Some(text.value()),
                            _ => {}
                        }
                    }
                    Ok(())
                })?;
                if let Some(name) = sql {
                    custom.names.insert(kind, CustomName { schema, name });
                }
                Ok(())
            });
        }
        if !custom.names.is_empty() {
            self.declared.types.insert(name.unraw().to_string(), custom);
        }
    }

    /// Reads the comments that are meant for Limbeck.
    fn notes(&mut self, attributes: &[syn::Attribute]) -> Vec<Note> {
        let read = notes(attributes, self.path, self.text);
        read.into_iter().filter_map(|note| note.map_err(|fault| self.faults.push(fault)).ok()).collect()
    }

    /// Says of comments that stand over something else than a table that they say nothing.
    fn refuse_above(&mut self) {
        for note in std::mem::take(&mut self.above) {
            let message = "this comment stands over nothing that it could be about";
            self.faults.push(
                Diagnostic::new(Code::FileSyntax, message)
                    .at(note.place)
                    .hint("put it over a column, or over the name of a table"),
            );
        }
    }

    fn name(&mut self, text: &str, place: &Place) -> Option<Name> {
        match Name::new(text) {
            Ok(name) => Some(name),
            Err(error) => {
                self.faults.push(Diagnostic::new(Code::BadName, error.to_string()).at(place.clone()));
                None
            }
        }
    }

    fn named(&self, name: &Ident) -> (String, Place) {
        (name.unraw().to_string(), self.place(name.span(), name.span()))
    }

    fn syntax(&mut self, error: &syn::Error, what: &str) {
        let mut faults = Vec::new();
        for one in error.clone() {
            let message = format!("{what}: {}", one.to_string().replace('\n', ", "));
            faults.push(
                Diagnostic::new(Code::FileSyntax, message)
                    .at(self.place(one.span(), one.span()))
                    .hint("`diesel print-schema` or `limbeck print-schema` writes such a file"),
            );
        }
        self.faults.extend(faults);
    }

    fn place(&self, from: Span, to: Span) -> Place {
        let span: Range<usize> = from.byte_range().start..to.byte_range().end;
        Place::new(self.path, self.text.clone(), span)
    }
}

/// Says whether something is there in tests only.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    let is_test = |one: &syn::Attribute| one.parse_args::<Ident>().is_ok_and(|word| word == "test");
    attributes.iter().any(|one| one.path().is_ident("cfg") && is_test(one))
}
