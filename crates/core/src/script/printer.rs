//! Prints a migration file in its canonical form.

use std::fmt::Write;
use std::str::FromStr;

use toml::value::Datetime;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Exception;
use crate::op::{Execute, Operation, ScopedOperation, Transaction};
use crate::revision::RevisionHeader;

use super::print::{Texts, Toml, quoted, scoped, untold};
use super::sql_file::MARK;
use super::{Downgrade, Format, Script};
use crate::graph::Direction;

/// Prints a migration file. What [`parse`](super::parse) reads of it is the same header and script.
///
/// # Errors
/// Only for [`Format::Sql`]: [`Code::Unsupported`] for each operation that is not SQL alone, or that holds a line
/// which would open a section, and for what is not told.
pub fn print(header: &RevisionHeader, script: &Script, format: Format) -> Result<String, Diagnostics> {
    print_with_notes(header, script, format, &[])
}

/// Prints a migration file with comments over the operations of its upgrade. `notes` holds the lines over each of them, in
/// their order; it may be shorter than the upgrade.
///
/// # Errors
/// As [`print()`].
pub fn print_with_notes(
    header: &RevisionHeader,
    script: &Script,
    format: Format,
    notes: &[Vec<String>],
) -> Result<String, Diagnostics> {
    match format {
        Format::Toml => Ok(toml(header, script, notes)),
        Format::Sql => sql(header, script, notes),
    }
}

fn toml(header: &RevisionHeader, script: &Script, notes: &[Vec<String>]) -> String {
    let mut out = String::new();
    for line in header_lines(header, script) {
        out.push_str(&line);
        out.push('\n');
    }
    let told = script.untold.iter().all(|one| one.direction != Direction::Down);
    if let Downgrade::Given(given) = &script.downgrade
        && given.is_empty()
        && told
    {
        out.push_str("downgrade = []\n");
    }
    body(script, notes, &mut out, Texts::AsWritten);
    out
}

/// Prints operations as the upgrade of a TOML file has them; empty for none.
pub fn print_operations(operations: &[Operation]) -> String {
    let mut out = String::new();
    body(&Script::of(operations.to_vec()), &[], &mut out, Texts::AsWritten);
    out.trim_start().to_owned()
}

/// Prints the operations of both directions, with comments over those of the upgrade. The checksum is made of this, without
/// comments, so a change here changes it.
pub(super) fn body(script: &Script, notes: &[Vec<String>], out: &mut String, texts: Texts) {
    let mut block = |name: &str, content: Toml, notes: &[String]| {
        out.push('\n');
        for line in notes.iter().flat_map(|note| note.lines()) {
            let _ = writeln!(out, "# {line}");
        }
        let _ = writeln!(out, "[[{name}]]");
        content.print(out, texts);
    };
    let not_told = |direction: Direction| script.untold.iter().filter(move |one| one.direction == direction);
    not_told(Direction::Up).for_each(|one| block("upgrade", untold(one), &[]));
    for (at, operation) in script.upgrade.iter().enumerate() {
        block("upgrade", scoped(operation), notes.get(at).map_or(&[], Vec::as_slice));
    }
    if let Downgrade::Given(given) = &script.downgrade {
        not_told(Direction::Down).for_each(|one| block("downgrade", untold(one), &[]));
        given.iter().for_each(|operation| block("downgrade", scoped(operation), &[]));
    }
}

/// Prints the header, one key a line, in the order of the docs.
fn header_lines(header: &RevisionHeader, script: &Script) -> Vec<String> {
    let RevisionHeader {
        revision,
        down_revision,
        depends_on,
        branch_labels,
        message,
        create_date,
        exceptions,
        replaces,
        path: _,
    } = header;
    let list = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        format!("[{}]", texts.join(", "))
    };
    let mut lines = vec![format!("revision = {}", quoted(revision.as_str()))];
    match &down_revision[..] {
        [] => {}
        [one] => lines.push(format!("down_revision = {}", quoted(one.as_str()))),
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            lines.push(format!("down_revision = {}", list(&ids)));
        }
    }
    if !branch_labels.is_empty() {
        lines.push(format!("branch_labels = {}", list(branch_labels)));
    }
    if !depends_on.is_empty() {
        lines.push(format!("depends_on = {}", list(depends_on)));
    }
    if !message.is_empty() {
        lines.push(format!("message = {}", quoted(message)));
    }
    if let Some(date) = create_date {
        let bare = Datetime::from_str(date).is_ok_and(|moment| moment.to_string() == *date);
        lines.push(format!("create_date = {}", if bare { date.clone() } else { quoted(date) }));
    }
    if !exceptions.is_empty() {
        let exceptions: Vec<String> = exceptions.iter().map(exception).collect();
        lines.push(format!("lint = [{}]", exceptions.join(", ")));
    }
    if !replaces.is_empty() {
        let ids: Vec<String> = replaces.iter().map(ToString::to_string).collect();
        lines.push(format!("replaces = {}", list(&ids)));
    }
    if let Downgrade::Irreversible(reason) = &script.downgrade {
        let reason = reason.as_ref().map_or_else(|| "true".to_owned(), |reason| quoted(reason));
        lines.push(format!("irreversible = {reason}"));
    }
    lines
}

fn exception(exception: &Exception) -> String {
    let Exception { rule, level, reason } = exception;
    let level: &str = level.into();
    format!("{{ rule = {}, level = {}, reason = {} }}", quoted(rule.name), quoted(level), quoted(reason))
}

fn sql(header: &RevisionHeader, script: &Script, notes: &[Vec<String>]) -> Result<String, Diagnostics> {
    let mut out = String::new();
    for line in header_lines(header, script) {
        let _ = writeln!(out, "-- {line}");
    }
    let mut faults: Vec<Diagnostic> = (script.untold.iter())
        .map(|one| Diagnostic::new(Code::Unsupported, format!("a SQL migration tells all: {}", one.reason)))
        .collect();
    for (at, operation) in script.upgrade.iter().enumerate() {
        let notes = notes.get(at).map_or(&[][..], Vec::as_slice);
        section("upgrade", operation, notes, &mut out).unwrap_or_else(|fault| faults.push(fault));
    }
    if let Downgrade::Given(given) = &script.downgrade {
        if given.is_empty() {
            let _ = write!(out, "\n{MARK}downgrade\n");
        }
        for operation in given {
            section("downgrade", operation, &[], &mut out).unwrap_or_else(|fault| faults.push(fault));
        }
    }
    Diagnostics::check(faults, out)
}

fn section(
    direction: &str,
    scoped: &ScopedOperation,
    notes: &[String],
    out: &mut String,
) -> Result<(), Diagnostic> {
    use crate::op::Change;

    let refused = |why: &str| {
        let what = scoped.operation.describe();
        Diagnostic::new(Code::Unsupported, format!("{what}: {why}")).hint("print the revision as TOML")
    };
    let Operation::Execute(Execute { sql, state }) = &scoped.operation else {
        return Err(refused("a SQL migration holds nothing but SQL"));
    };
    let stated = state.as_ref().map(|state| match &state[..] {
        [] => Ok(""),
        [Operation::Execute(Execute { sql, state: None })] => Ok(sql.as_str().trim()),
        _ => Err(refused("a SQL migration states the effect of its SQL in SQL")),
    });
    let stated = stated.transpose()?;
    let sql = sql.as_str().trim();
    let mut lines = sql.lines().chain(stated.into_iter().flat_map(str::lines));
    if lines.any(|line| line.starts_with(MARK)) {
        return Err(refused("a line of its SQL would open a section"));
    }
    let _ = write!(out, "\n{MARK}{direction}");
    if !scoped.scope.dialects.is_empty() {
        let dialects: Vec<&str> = scoped.scope.dialects.iter().map(String::as_str).collect();
        let _ = write!(out, " dialects={}", dialects.join(","));
    }
    if scoped.scope.transaction == Transaction::Outside {
        out.push_str(" transaction=outside");
    }
    out.push('\n');
    for line in notes.iter().flat_map(|note| note.lines()) {
        let _ = writeln!(out, "-- {line}");
    }
    let _ = writeln!(out, "{sql}");
    if let Some(stated) = stated {
        let _ = write!(out, "\n{MARK}state\n");
        if !stated.is_empty() {
            let _ = writeln!(out, "{stated}");
        }
    }
    Ok(())
}
