//! Column types: SQLAlchemy's own, those of libraries by a table, those of the application by its files or configuration.

mod map;
mod native;

use std::collections::BTreeMap;
use std::rc::Rc;

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use ruff_text_size::TextRange;

pub use map::{BadTypeMap, TypeMap};

use super::call::{Outside, outside};
use super::function::Function;
use super::interpreter::{Eval, Interpreter};
use super::item::{Arguments, Item, Type};
use super::value::Value;
use native::DIALECTS;

/// A type of a column, and what SQLAlchemy makes beside it.
pub(super) struct Typed {
    pub(super) ty: ColumnType,
    /// The collation that the type names.
    pub(super) collation: Option<String>,
    /// The named enum that the type stands for, where the database has them.
    pub(super) made: Option<Made>,
    /// The check that a boolean or an enum brings along: its name, and the values allowed.
    pub(super) check: Option<(Option<String>, Vec<Value>)>,
}

/// A named enum that SQLAlchemy makes with a table.
pub(super) struct Made {
    pub(super) name: TableName,
    pub(super) values: Vec<String>,
}

impl Typed {
    fn plain(ty: ColumnType) -> Self {
        Self { ty, collation: None, made: None, check: None }
    }
}

impl Interpreter<'_> {
    /// Returns the column type of a value that stands for one: an object or a class.
    pub(super) fn typed(&mut self, at: TextRange, value: &Value) -> Eval<Typed> {
        match value {
            Value::Item(item) => match &**item {
                Item::Type(ty) => self.typed_object(at, ty),
                other => self.untold(at, format!("{} stands for a type", other.what())),
            },
            Value::Symbol(name) => {
                let ty = Type {
                    name: name.clone(),
                    class: None,
                    args: Arguments::default(),
                    variants: Vec::new(),
                };
                match outside(name) {
                    Outside::Sa(last) => {
                        self.typed_object(at, &Type { name: Rc::from(format!("sa.{last}")), ..ty })
                    }
                    Outside::Dialect(dialect, last) => {
                        self.typed_object(at, &Type { name: Rc::from(format!("{dialect}.{last}")), ..ty })
                    }
                    _ => self.typed_object(at, &ty),
                }
            }
            Value::Class(_) => {
                let made = self.invoke(at, value, Arguments::default())?;
                match &made {
                    Value::Item(_) => self.typed(at, &made),
                    other => self.untold(at, format!("{} stands for a type", other.what())),
                }
            }
            other => self.untold(at, format!("the type is {}", other.what())),
        }
    }

    fn typed_object(&mut self, at: TextRange, ty: &Type) -> Eval<Typed> {
        let own = ty.variants.iter().find(|(dialect, _)| dialect == self.dialect);
        let mut base = match (self.without_variants(at, ty), own) {
            (Ok(base), _) => base,
            // Where a variant stands for the type, the type itself need not exist.
            (Err(_), Some((_, own))) => return self.typed(at, own),
            (Err(stop), None) => return Err(stop),
        };
        let mut variants = BTreeMap::new();
        for (dialect, variant) in &ty.variants {
            if let Some(name) = core_name(dialect) {
                let known = DIALECTS.iter().find(|(known, _)| known == dialect).map(|(known, _)| *known);
                let outer = std::mem::replace(&mut self.dialect, known.unwrap_or("mysql"));
                let typed = self.typed(at, variant);
                self.dialect = outer;
                let typed = typed?;
                if dialect == self.dialect {
                    base.made = typed.made;
                    base.collation = typed.collation;
                    base.check = typed.check;
                }
                variants.insert(name.to_owned(), typed.ty.on(name).clone());
            }
        }
        if !variants.is_empty() {
            base.ty = ColumnType::Variant { base: Box::new(base.ty), variants };
        }
        Ok(base)
    }

    fn without_variants(&mut self, at: TextRange, ty: &Type) -> Eval<Typed> {
        if let Some(instance) = &ty.class {
            return self.application_type(at, instance, ty);
        }
        if let Some(mapped) = self.types.get(&ty.name, &ty.args) {
            return match mapped {
                Ok(mapped) => Ok(Typed::plain(mapped)),
                Err(why) => self.untold(at, format!("the type `{}`: {why}", ty.name)),
            };
        }
        let (module, name) = match ty.name.split_once('.') {
            Some((module @ ("sa" | "postgresql" | "mysql" | "sqlite"), name)) => (module, name),
            _ => {
                return self.untold(at, format!("the type `{}`, which is not known here", ty.name));
            }
        };
        match name {
            "Enum" | "ENUM" => return self.enum_type(at, module, &ty.args),
            "ARRAY" => {
                let Some(item) = ty.args.get(0, "item_type").cloned() else {
                    return self.untold(at, "an array of nothing");
                };
                let item = self.typed(at, &item)?;
                let dimensions = match ty.args.get(2, "dimensions") {
                    Some(Value::Int(count)) => *count,
                    _ => 1,
                };
                let mut array = item.ty;
                for _ in 0..dimensions.max(1) {
                    array = ColumnType::Array(Box::new(array));
                }
                return Ok(Typed { ty: array, ..Typed::plain(ColumnType::Text) });
            }
            _ => {}
        }
        let mut typed = match native::column_type(module, name, &ty.args) {
            Ok(ty) => Typed::plain(ty),
            Err(why) => return self.untold(at, format!("the type `{}`: {why}", ty.name)),
        };
        if !native::exists(&typed.ty, self.dialect) {
            let message = format!("the type `{}` does not exist on {}", ty.name, self.dialect);
            return self.untold(at, message);
        }
        typed.ty = native::where_it_exists(typed.ty);
        typed.collation = match ty.args.named("collation") {
            None | Some(Value::None) => None,
            Some(Value::Str(name)) => Some(name.to_string()),
            Some(other) => return self.untold(at, format!("the collation is {}", other.what())),
        };
        if matches!(name, "Boolean" | "BOOLEAN")
            && ty.args.flag("create_constraint")
            && self.dialect != "postgresql"
        {
            let name = ty.args.named("name").and_then(Value::as_str).map(str::to_owned);
            typed.check = Some((name, vec![Value::Int(0), Value::Int(1)]));
        }
        Ok(typed)
    }

    /// Returns the type of an object of the application's class, as its `impl` or `load_dialect_impl` says.
    fn application_type(
        &mut self,
        at: TextRange,
        instance: &Rc<super::function::Instance>,
        ty: &Type,
    ) -> Eval<Typed> {
        let class = &instance.class;
        let path = format!("{}.{}", class.scope.module.name, class.name());
        if let Some(mapped) = self.types.get(&path, &ty.args) {
            return match mapped {
                Ok(mapped) => Ok(Typed::plain(mapped)),
                Err(why) => self.untold(at, format!("the type `{path}`: {why}")),
            };
        }
        if compiled_by_hand(&class.scope.module.body, class.name()) {
            return self.untold(
                at,
                format!("the type `{path}`, whose SQL is made by a function of the application"),
            );
        }
        let this = Value::Instance(instance.clone());
        let base = |found: &Value| matches!(found, Value::Symbol(_));
        if class.get("__init__").is_some() {
            return self
                .untold(at, format!("the type `{path}`, which is made by a function of the application"));
        }
        if class.get("get_col_spec").is_some() {
            return self.untold(
                at,
                format!("the type `{path}`, whose SQL is made by a function of the application"),
            );
        }
        let decorator = class.descends_from(&|name| name.ends_with(".TypeDecorator"));
        if !decorator {
            // A class made of a type means that type.
            let Some(Value::Symbol(from)) = nearest_base(class) else {
                return self.untold(at, format!("the type `{path}`"));
            };
            let from = self.invoke(at, &Value::Symbol(from), ty.args.clone())?;
            return self.typed(at, &from);
        }
        let Some(implementation) = class.get("impl") else {
            return self.untold(at, format!("the type `{path}`, which does not say its `impl`"));
        };
        let implementation = match &implementation {
            class if base(class) || matches!(class, Value::Class(_)) => {
                self.invoke(at, class, ty.args.clone())?
            }
            object => object.clone(),
        };
        let plain = self.typed(at, &implementation)?;
        let Some(Value::Function(load)) = class.get("load_dialect_impl") else { return Ok(plain) };
        // What it is on each dialect is said with the type, so that it is one type on all.
        let mut own = Typed::plain(plain.ty);
        let mut variants = BTreeMap::new();
        for (name, core) in DIALECTS {
            let typed = self.on_dialect(at, &load, &this, name, &implementation);
            match typed {
                Ok(typed) if name == self.dialect => {
                    variants.insert(core.to_owned(), typed.ty.on(core).clone());
                    own.collation = typed.collation;
                    own.made = typed.made;
                    own.check = typed.check;
                }
                Ok(typed) => drop(variants.insert(core.to_owned(), typed.ty.on(core).clone())),
                Err(stop) if name == self.dialect => return Err(stop),
                Err(_) => {}
            }
        }
        let mut types = variants.values();
        if let Some(first) = types.next()
            && variants.len() == DIALECTS.len()
            && types.all(|other| other == first)
        {
            own.ty = first.clone();
        } else {
            own.ty = ColumnType::Variant {
                base: Box::new(own.ty.on(core_name(self.dialect).unwrap_or("")).clone()),
                variants,
            };
        }
        Ok(own)
    }

    fn on_dialect(
        &mut self,
        at: TextRange,
        load: &Rc<Function>,
        this: &Value,
        dialect: &'static str,
        implementation: &Value,
    ) -> Eval<Typed> {
        if let Value::Instance(instance) = this {
            instance.fields.borrow_mut().insert("impl".to_owned(), implementation.clone());
        }
        let bound = Rc::new(load.bound(this.clone()));
        let positional = vec![Value::Dialect(Rc::from(dialect))];
        let outer = std::mem::replace(&mut self.dialect, dialect);
        let result = self
            .run(&bound, Arguments { positional, named: Vec::new() }, at)
            .and_then(|value| self.typed(at, &value));
        self.dialect = outer;
        result
    }

    fn enum_type(&mut self, at: TextRange, module: &str, args: &Arguments) -> Eval<Typed> {
        let class = match args.positional.first() {
            Some(Value::Class(class)) => {
                super::builtin::members(class).map(|members| (class.clone(), members))
            }
            _ => None,
        };
        let mut default_name = None;
        let values: Vec<String> = match class {
            Some((class, members)) => {
                default_name = Some(class.name().to_lowercase());
                let key = if args.named("values_callable").is_some() { "value" } else { "name" };
                if let Some(callable) = args.named("values_callable") {
                    let class = Value::Class(class);
                    let given =
                        self.invoke(at, callable, Arguments { positional: vec![class], named: Vec::new() })?;
                    self.texts(at, &given)?
                } else {
                    let names = members.iter().filter_map(|member| match member {
                        Value::Instance(member) => member.fields.borrow().get(key).cloned(),
                        _ => None,
                    });
                    self.texts(at, &Value::list(names.collect()))?
                }
            }
            None => self.texts(at, &Value::list(args.positional.clone()))?,
        };
        let name = match args.named("name") {
            None | Some(Value::None) => default_name,
            Some(Value::Str(name)) => Some(name.to_string()),
            Some(other) => return self.untold(at, format!("the name of the enum is {}", other.what())),
        };
        let schema = match args.named("schema") {
            None | Some(Value::None) => None,
            Some(Value::Str(schema)) => Ident::new(schema).ok(),
            Some(other) => return self.untold(at, format!("the schema of the enum is {}", other.what())),
        };
        for (key, _) in &args.named {
            let known = [
                "name",
                "schema",
                "native_enum",
                "create_constraint",
                "length",
                "create_type",
                "values_callable",
                "validate_strings",
                "inherit_schema",
                "metadata",
                "charset",
                "collation",
                "quote",
                "omit_aliases",
                "sort_key_function",
                "checkfirst",
            ];
            if !known.contains(&key.as_str()) || ["charset", "inherit_schema"].contains(&key.as_str()) {
                return self.untold(at, format!("the argument `{key}` of an enum"));
            }
        }
        let native = args.named("native_enum").and_then(Value::truth) != Some(false);
        let length = match args.named("length") {
            Some(Value::Int(length)) => u32::try_from(*length).ok(),
            _ => None,
        };
        let longest = values.iter().map(|value| value.chars().count()).max().unwrap_or_default();
        let text = ColumnType::String { length: length.or(u32::try_from(longest).ok()) };
        if module == "postgresql" && self.dialect != "postgresql" && values.is_empty() {
            return Ok(Typed::plain(ColumnType::String { length: None }));
        }
        let named = name.as_deref().map(Ident::new).transpose();
        let Ok(named) = named else { return self.untold(at, "a name that no database takes") };
        let named = named.map(|name| TableName { schema, name });
        let mut typed = match self.dialect {
            "postgresql" if native => {
                let Some(named) = named else {
                    return self.untold(at, "an enum needs a name on PostgreSQL");
                };
                let create = args.named("create_type").and_then(Value::truth) != Some(false);
                Typed {
                    made: create.then(|| Made { name: named.clone(), values: values.clone() }),
                    ..Typed::plain(ColumnType::Enum { name: Some(named), values: Vec::new() })
                }
            }
            "mysql" if native => Typed::plain(ColumnType::Enum { name: None, values: values.clone() }),
            _ => Typed::plain(text),
        };
        if args.flag("create_constraint") && !(native && self.dialect != "sqlite") {
            typed.check = Some((name, values.iter().map(Value::str).collect()));
        }
        Ok(typed)
    }

    /// Returns the texts of a list.
    pub(super) fn texts(&mut self, at: TextRange, value: &Value) -> Eval<Vec<String>> {
        let items = self.iterate(at, value)?;
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match &item {
                Value::Str(text) => texts.push(text.to_string()),
                // The members of an enum that is made of `str` are texts.
                Value::Instance(member) => match member.text() {
                    Some(text) => texts.push(text.to_string()),
                    None => return self.untold(at, format!("a text is needed, not {}", item.what())),
                },
                other => return self.untold(at, format!("a text is needed, not {}", other.what())),
            }
        }
        Ok(texts)
    }
}

fn nearest_base(class: &super::function::Class) -> Option<Value> {
    class.bases.iter().find_map(|base| match base {
        Value::Symbol(_) => Some(base.clone()),
        Value::Class(base) => nearest_base(base),
        _ => None,
    })
}

/// Says whether a file has a function decorated with `@compiles(NAME …)`.
fn compiled_by_hand(body: &[ruff_python_ast::Stmt], name: &str) -> bool {
    use ruff_python_ast::{Expr, Stmt};
    body.iter().any(|statement| match statement {
        Stmt::FunctionDef(def) => def.decorator_list.iter().any(|decorator| match &decorator.expression {
            Expr::Call(call) => {
                let compiles = match &*call.func {
                    Expr::Name(function) => function.id.as_str() == "compiles",
                    Expr::Attribute(function) => function.attr.as_str() == "compiles",
                    _ => false,
                };
                compiles
                    && call
                        .arguments
                        .args
                        .iter()
                        .any(|arg| matches!(arg, Expr::Name(of) if of.id.as_str() == name))
            }
            _ => false,
        }),
        _ => false,
    })
}

/// Returns Limbeck's name of a dialect of SQLAlchemy; `None` for one that is not here.
pub(super) fn core_name(dialect: &str) -> Option<&'static str> {
    match dialect {
        "mariadb" => Some("mariadb"),
        dialect => DIALECTS.iter().find(|(name, _)| *name == dialect).map(|(_, core)| *core),
    }
}

/// Makes a type of text in the database's own words.
fn native_text(text: &str) -> ColumnType {
    ColumnType::Native(RawSql::new(text))
}
