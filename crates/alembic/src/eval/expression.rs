//! Expressions of Python.

use std::rc::Rc;

use ruff_python_ast::{BoolOp, Comprehension, Expr, FStringPart, InterpolatedStringElement, Number};
use ruff_text_size::Ranged;

use super::format;
use super::function::{Body, Code, Kind, Scope};
use super::interpreter::{Eval, Interpreter};
use super::statement::index;
use super::value::Value;

impl Interpreter<'_> {
    pub(super) fn expression(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Eval<Value> {
        Ok(match expr {
            Expr::NoneLiteral(_) => Value::None,
            Expr::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expr::StringLiteral(literal) => Value::str(literal.value.to_str()),
            Expr::BytesLiteral(literal) => Value::Bytes(literal.value.bytes().collect::<Vec<u8>>().into()),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(number) => match number.as_i64() {
                    Some(number) => Value::Int(number),
                    None => return self.untold(expr, "a number of more than 64 bits"),
                },
                Number::Float(number) => Value::Float(*number),
                Number::Complex { .. } => return self.untold(expr, "a complex number"),
            },
            Expr::EllipsisLiteral(_) => Value::unknown("`...`"),
            Expr::Name(name) => match self.name(name.id.as_str(), scope) {
                Some(value) => value,
                None => return self.untold(expr, format!("the name `{}` is not known", name.id)),
            },
            Expr::Attribute(attribute) => {
                let object = self.expression(&attribute.value, scope)?;
                self.attribute(expr, &object, attribute.attr.as_str())?
            }
            Expr::Call(call) => self.call(call, scope)?,
            Expr::Tuple(items) => Value::tuple(self.display(&items.elts, scope)?),
            Expr::List(items) => Value::list(self.display(&items.elts, scope)?),
            Expr::Set(items) => Value::set(self.display(&items.elts, scope)?),
            Expr::Dict(dict) => {
                let made = Value::dict(Vec::new());
                for item in &dict.items {
                    let value = self.expression(&item.value, scope)?;
                    match &item.key {
                        Some(key) => made.insert(self.expression(key, scope)?, value),
                        None => match &value {
                            Value::Dict(entries) => {
                                let entries = entries.borrow().clone();
                                entries.into_iter().for_each(|(key, value)| made.insert(key, value));
                            }
                            other => return self.untold(expr, format!("`**` of {}", other.what())),
                        },
                    }
                }
                made
            }
            Expr::FString(literal) => {
                let mut text = String::new();
                for part in literal.value.iter() {
                    match part {
                        FStringPart::Literal(literal) => text.push_str(&literal.value),
                        FStringPart::FString(part) => {
                            for element in part.elements.iter() {
                                self.interpolate(element, scope, &mut text)?;
                            }
                        }
                    }
                }
                Value::str(text)
            }
            Expr::BinOp(operation) => {
                let left = self.expression(&operation.left, scope)?;
                let right = self.expression(&operation.right, scope)?;
                self.binary(operation.range, operation.op, left, right)?
            }
            Expr::UnaryOp(operation) => {
                let operand = self.expression(&operation.operand, scope)?;
                self.unary(operation.range, operation.op, operand)?
            }
            Expr::BoolOp(operation) => {
                let mut last = Value::None;
                for value in &operation.values {
                    last = self.expression(value, scope)?;
                    let truth = self.truth(value, &last)?;
                    if truth == (operation.op == BoolOp::Or) {
                        break;
                    }
                }
                last
            }
            Expr::Compare(compare) => {
                let mut left = self.expression(&compare.left, scope)?;
                let mut result = Value::Bool(true);
                for (op, right) in compare.ops.iter().zip(&compare.comparators) {
                    let right = self.expression(right, scope)?;
                    result = self.compare(compare.range, *op, &left, &right)?;
                    if compare.ops.len() > 1 && !self.truth(compare, &result)? {
                        break;
                    }
                    left = right;
                }
                result
            }
            Expr::If(choice) => match self.condition(&choice.test, scope)? {
                true => self.expression(&choice.body, scope)?,
                false => self.expression(&choice.orelse, scope)?,
            },
            Expr::Named(named) => {
                let value = self.expression(&named.value, scope)?;
                self.assign(&named.target, value.clone(), scope)?;
                value
            }
            Expr::Subscript(subscript) => {
                let object = self.expression(&subscript.value, scope)?;
                if let Expr::Slice(slice) = &*subscript.slice {
                    return self.slice(expr, &object, slice, scope);
                }
                let key = self.expression(&subscript.slice, scope)?;
                self.subscript(expr, &object, &key)?
            }
            Expr::Lambda(lambda) => {
                let code = Code {
                    name: "<lambda>".to_owned(),
                    parameters: lambda.parameters.as_deref().cloned(),
                    body: Body::Expression((*lambda.body).clone()),
                };
                self.make_function(code, Kind::Plain, scope)?
            }
            Expr::ListComp(comp) => {
                let mut items = Vec::new();
                self.comprehend(&comp.generators, scope, &mut |this, scope| {
                    items.push(this.expression(&comp.elt, scope)?);
                    Ok(())
                })?;
                Value::list(items)
            }
            Expr::Generator(comp) => {
                let mut items = Vec::new();
                self.comprehend(&comp.generators, scope, &mut |this, scope| {
                    items.push(this.expression(&comp.elt, scope)?);
                    Ok(())
                })?;
                Value::list(items)
            }
            Expr::SetComp(comp) => {
                let mut items = Vec::new();
                self.comprehend(&comp.generators, scope, &mut |this, scope| {
                    items.push(this.expression(&comp.elt, scope)?);
                    Ok(())
                })?;
                Value::set(items)
            }
            Expr::DictComp(comp) => {
                let made = Value::dict(Vec::new());
                let target = made.clone();
                self.comprehend(&comp.generators, scope, &mut |this, scope| {
                    let Some(key) = &comp.key else { return this.untold(expr, "`**` in a comprehension") };
                    let key = this.expression(key, scope)?;
                    target.insert(key, this.expression(&comp.value, scope)?);
                    Ok(())
                })?;
                made
            }
            Expr::Starred(_)
            | Expr::Slice(_)
            | Expr::Await(_)
            | Expr::Yield(_)
            | Expr::YieldFrom(_)
            | Expr::TString(_)
            | Expr::IpyEscapeCommand(_) => {
                return self.untold(expr, "a kind of expression that is not evaluated");
            }
        })
    }

    /// Looks a name up: in the function, around it, in its file, among what is built in.
    pub(super) fn name(&mut self, name: &str, scope: &Rc<Scope>) -> Option<Value> {
        if let Some(value) = scope.get(name) {
            return Some(value);
        }
        let module = scope.module.clone();
        if let Some(value) = self.global(&module, name) {
            return Some(value);
        }
        match name {
            "__name__" => Some(Value::str(&module.name)),
            "__file__" => Some(Value::unknown("`__file__`")),
            name if super::builtin::is_builtin(name) => {
                Some(Value::Symbol(Rc::from(format!("builtins.{name}"))))
            }
            _ => None,
        }
    }

    /// Computes the items of a list or the like, with `*items` put in.
    pub(super) fn display(&mut self, items: &[Expr], scope: &Rc<Scope>) -> Eval<Vec<Value>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Expr::Starred(starred) => {
                    let value = self.expression(&starred.value, scope)?;
                    values.extend(self.iterate(item, &value)?);
                }
                item => values.push(self.expression(item, scope)?),
            }
        }
        Ok(values)
    }

    fn interpolate(
        &mut self,
        element: &InterpolatedStringElement,
        scope: &Rc<Scope>,
        text: &mut String,
    ) -> Eval<()> {
        match element {
            InterpolatedStringElement::Literal(literal) => text.push_str(&literal.value),
            InterpolatedStringElement::Interpolation(part) => {
                if part.debug_text.is_some() {
                    return self.untold(part, "`=` in an f-string");
                }
                let value = self.expression(&part.expression, scope)?;
                let mut spec = String::new();
                if let Some(parts) = &part.format_spec {
                    for element in parts.elements.iter() {
                        self.interpolate(element, scope, &mut spec)?;
                    }
                }
                let piece = match part.conversion.to_char() {
                    None => format::formatted(&value, &spec),
                    Some('r') => format::repr(&value),
                    Some(_) => format::str(&value),
                };
                match piece {
                    Some(piece) => text.push_str(&piece),
                    None => return self.untold(part, format!("the text of {}", value.what())),
                }
            }
        }
        Ok(())
    }

    fn comprehend(
        &mut self,
        generators: &[Comprehension],
        scope: &Rc<Scope>,
        each: &mut dyn FnMut(&mut Self, &Rc<Scope>) -> Eval<()>,
    ) -> Eval<()> {
        let Some((first, rest)) = generators.split_first() else { return each(self, scope) };
        let over = self.expression(&first.iter, scope)?;
        let inner = Scope::new(scope.module.clone(), Some(scope.clone()));
        for item in self.iterate(first.iter.range(), &over)? {
            self.pass(first.range)?;
            self.assign(&first.target, item, &inner)?;
            let mut kept = true;
            for test in &first.ifs {
                kept &= self.condition(test, &inner)?;
            }
            if kept {
                self.comprehend(rest, &inner, each)?;
            }
        }
        Ok(())
    }

    pub(super) fn subscript(&mut self, at: &Expr, object: &Value, key: &Value) -> Eval<Value> {
        let missing = |this: &mut Self| this.raise(at, "KeyError", "a key that is not there");
        match (object, key) {
            (Value::Dict(_), Value::Unknown(why)) => self.untold(at, format!("it depends on {why}")),
            (Value::Dict(_), key) => match object.get(key) {
                Some(value) => Ok(value),
                None if object.may_have(key) => self.untold(at, format!("it depends on {}", key.what())),
                None => missing(self),
            },
            (Value::List(items), Value::Int(position)) => {
                let items = items.borrow();
                match index(*position, items.len()) {
                    Some(position) => Ok(items[position].clone()),
                    None => self.raise(at, "IndexError", "an index out of range"),
                }
            }
            (Value::Tuple(items), Value::Int(position)) => match index(*position, items.len()) {
                Some(position) => Ok(items[position].clone()),
                None => self.raise(at, "IndexError", "an index out of range"),
            },
            (Value::Str(text), Value::Int(position)) => {
                let letters: Vec<char> = text.chars().collect();
                match index(*position, letters.len()) {
                    Some(position) => Ok(Value::str(letters[position].to_string())),
                    None => self.raise(at, "IndexError", "an index out of range"),
                }
            }
            (Value::Item(_), _) => self.item_subscript(at, object, key),
            // A class with parameters: `TypeDecorator[Any]`.
            (Value::Symbol(name), _) if is_class_name(name) => Ok(object.clone()),
            (Value::Symbol(_) | Value::Unknown(_), _) => {
                Ok(Value::unknown(format!("an item of {}", object.what())))
            }
            _ => self.untold(at, format!("an item of {}", object.what())),
        }
    }

    fn slice(
        &mut self,
        at: &Expr,
        object: &Value,
        slice: &ruff_python_ast::ExprSlice,
        scope: &Rc<Scope>,
    ) -> Eval<Value> {
        let mut bound = |end: &Option<Box<Expr>>| -> Eval<Option<i64>> {
            match end {
                None => Ok(None),
                Some(end) => match self.expression(end, scope)? {
                    Value::Int(number) => Ok(Some(number)),
                    Value::None => Ok(None),
                    other => self.untold(at, format!("a slice up to {}", other.what())),
                },
            }
        };
        let (lower, upper, step) = (bound(&slice.lower)?, bound(&slice.upper)?, bound(&slice.step)?);
        let cut = |items: Vec<Value>| -> Option<Vec<Value>> {
            let len = i64::try_from(items.len()).ok()?;
            let clamp = |at: i64| usize::try_from(if at < 0 { (at + len).max(0) } else { at.min(len) }).ok();
            match step.unwrap_or(1) {
                1 => {
                    let (lower, upper) = (clamp(lower.unwrap_or(0))?, clamp(upper.unwrap_or(len))?);
                    Some(items.get(lower..upper.max(lower))?.to_vec())
                }
                -1 if lower.is_none() && upper.is_none() => Some(items.into_iter().rev().collect()),
                _ => None,
            }
        };
        let result = match object {
            Value::Str(text) => {
                let letters = text.chars().map(|letter| Value::str(letter.to_string())).collect();
                cut(letters)
                    .map(|letters| Value::str(letters.iter().filter_map(Value::as_str).collect::<String>()))
            }
            Value::List(items) => cut(items.borrow().clone()).map(Value::list),
            Value::Tuple(items) => cut(items.to_vec()).map(Value::tuple),
            _ => None,
        };
        match result {
            Some(value) => Ok(value),
            None => self.untold(at, format!("a slice of {}", object.what())),
        }
    }
}

fn is_class_name(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()))
}
