//! Which names of types the `use` lines of a `table!` may bring.

use std::collections::BTreeSet;

use syn::UseTree;
use syn::ext::IdentExt;

/// What is imported.
#[derive(Debug, Default)]
pub(super) struct Imports {
    names: BTreeSet<String>,
    /// Whether all of some module is, other than of Diesel's `sql_types`.
    anything: bool,
}

impl Imports {
    /// Reads the trees of some `use` lines.
    pub(super) fn of(trees: &[UseTree]) -> Self {
        let mut imports = Self::default();
        trees.iter().for_each(|tree| imports.add(tree, &[]));
        imports
    }

    /// Says whether a name may come from elsewhere.
    pub(super) fn may_bring(&self, name: &str) -> bool {
        self.anything || self.names.contains(name)
    }

    fn add(&mut self, tree: &UseTree, path: &[String]) {
        match tree {
            UseTree::Path(step) => {
                let path = [path, &[step.ident.unraw().to_string()]].concat();
                self.add(&step.tree, &path);
            }
            UseTree::Name(name) => drop(self.names.insert(name.ident.unraw().to_string())),
            UseTree::Rename(rename) => drop(self.names.insert(rename.rename.unraw().to_string())),
            UseTree::Glob(_) => {
                let diesel = path.first().is_some_and(|first| first == "diesel");
                self.anything |= !(diesel && path.last().is_some_and(|last| last == "sql_types"));
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add(tree, path)),
        }
    }
}
