//! Which objects of a database are compared with a model.

use limbeck_core::name::TableName;
use limbeck_core::schema::Schema;
use wildmatch::WildMatch;

/// Patterns for the names of tables, views, sequences and enums, as `audit.*` or `tmp_?`.
///
/// `*` stands for any text and `?` for any character. A name is compared as it is printed: with its schema, where it is not in
/// the one that the connection uses by default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    include: Vec<WildMatch>,
    exclude: Vec<WildMatch>,
}

impl Filter {
    /// Takes what fits one of the first patterns, or everything when there are none, but for what fits one of the others.
    pub fn new(include: &[String], exclude: &[String]) -> Self {
        let patterns = |texts: &[String]| texts.iter().map(|text| WildMatch::new(text)).collect();
        Self { include: patterns(include), exclude: patterns(exclude) }
    }

    /// Says whether an object is compared.
    pub fn takes(&self, name: &TableName) -> bool {
        let name = name.to_string();
        let fits = |pattern: &WildMatch| pattern.matches(&name);
        (self.include.is_empty() || self.include.iter().any(fits)) && !self.exclude.iter().any(fits)
    }

    /// Leaves the objects in a schema that are compared, and the schemas in which one of them stands or none ever did.
    #[must_use]
    pub fn apply(&self, mut schema: Schema) -> Schema {
        if self.include.is_empty() && self.exclude.is_empty() {
            return schema;
        }
        let full: Vec<_> =
            schema.schemas.iter().filter(|one| schema.object_in(one).is_some()).cloned().collect();
        schema.tables.retain(|name, _| self.takes(name));
        schema.views.retain(|name, _| self.takes(name));
        schema.sequences.retain(|name, _| self.takes(name));
        schema.enums.retain(|name, _| self.takes(name));
        let emptied: Vec<_> = full.into_iter().filter(|one| schema.object_in(one).is_none()).collect();
        schema.schemas.retain(|one| !emptied.contains(one));
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Filter::new(&texts(include), &texts(exclude))
    }

    fn takes(filter: &Filter, names: &[&str]) -> Vec<bool> {
        names.iter().map(|name| filter.takes(&TableName::parse(name).unwrap())).collect()
    }

    #[test]
    fn what_is_left_out_goes_before_what_is_taken() {
        let names = ["account", "tmp_account", "audit.log"];
        assert_eq!(takes(&Filter::default(), &names), [true, true, true]);
        assert_eq!(takes(&filter(&[], &["tmp_*", "audit.*"]), &names), [true, false, false]);
        assert_eq!(takes(&filter(&["*account", "audit.l?g"], &["tmp_*"]), &names), [true, false, true]);
    }

    #[test]
    fn a_schema_of_which_nothing_is_taken_goes_and_an_empty_one_stays() {
        let mut schema = Schema::new();
        for name in ["audit", "empty"] {
            schema.schemas.insert(limbeck_core::name::Ident::new(name).unwrap());
        }
        let log = TableName::parse("audit.log").unwrap();
        schema.tables.insert(log.clone(), limbeck_core::schema::Table::new(log, Vec::new()));
        let left = filter(&[], &["audit.*"]).apply(schema.clone());
        assert!(left.tables.is_empty());
        assert_eq!(left.schemas.iter().map(ToString::to_string).collect::<Vec<_>>(), ["empty"]);
        assert_eq!(Filter::default().apply(schema.clone()), schema);
    }
}
