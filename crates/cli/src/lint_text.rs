//! Findings and rules of the linter, drawn, as JSON, and as annotations of GitHub Actions.

use limbeck::core::diagnostic::Place;
use limbeck::core::lint::{self, Finding, Level, Levels, Report, Rule};
use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::render::{Weight, render_finding};

/// Draws a finding, with its reason and the safer way.
pub(crate) fn print(context: &Context, finding: &Finding) -> Result<(), Failure> {
    let weight = if finding.level == Level::Error { Weight::Error } else { Weight::Warning };
    context.out.line(format_args!("{}\n", render_finding(finding, weight)))
}

/// Prints a finding as GitHub Actions reads it
/// (docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
pub(crate) fn annotate(context: &Context, finding: &Finding) -> Result<(), Failure> {
    let rule = finding.rule;
    let kind = if finding.level == Level::Error { "error" } else { "warning" };
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", property(&place.path.display().to_string())));
        if let Some(((line, column), (end_line, end_column))) = ends(place) {
            properties.push(format!("line={line},endLine={end_line}"));
            // Columns are for annotations within one line.
            if line == end_line {
                properties.push(format!("col={column},endColumn={end_column}"));
            }
        }
    }
    properties.push(format!("title={}", property(&format!("{} {}", rule.code, rule.name))));
    let message = format!("{}: {}\nSafer: {}", finding.message, rule.why, rule.instead);
    context.out.line(format_args!("::{kind} {}::{}", properties.join(","), data(&message)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns line and column of both ends, counted from 1, the column in characters; `None` for a file as a whole.
fn ends(place: &Place) -> Option<((usize, usize), (usize, usize))> {
    if place.source.is_empty() {
        return None;
    }
    let at = |offset: usize| {
        let before = place.source.get(..offset)?;
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        Some((before.matches('\n').count() + 1, before[line..].chars().count() + 1))
    };
    Some((at(place.span.start)?, at(place.span.end)?))
}

/// Returns all findings.
pub(crate) fn findings_json(report: &Report) -> Vec<Value> {
    report.findings.iter().map(finding_json).collect()
}

fn finding_json(finding: &Finding) -> Value {
    let Finding { rule, level, message, revision, place, servers } = finding;
    let ends = place.as_ref().and_then(ends);
    json!({
        "code": rule.code,
        "rule": rule.name,
        "level": word(*level),
        "message": message,
        "why": rule.why,
        "instead": rule.instead,
        "source": rule.source,
        "revision": revision.as_ref().map(|id| id.as_str()),
        "servers": servers,
        "file": place.as_ref().map(|place| place.path.display().to_string()),
        "line": ends.map(|(start, _)| start.0),
        "column": ends.map(|(start, _)| start.1),
        "end_line": ends.map(|(_, end)| end.0),
        "end_column": ends.map(|(_, end)| end.1),
    })
}

/// Returns all rules.
pub(crate) fn rules_json(levels: &Levels) -> Vec<Value> {
    let rule = |rule: &'static Rule| {
        json!({
            "code": rule.code,
            "rule": rule.name,
            "level": word(levels.of(rule)),
            "summary": rule.summary,
            "why": rule.why,
            "instead": rule.instead,
            "source": rule.source,
            "dialects": rule.dialects,
        })
    };
    lint::all().map(rule).collect()
}

/// Prints a line a rule.
pub(crate) fn print_rules(context: &Context, levels: &Levels) -> Result<(), Failure> {
    let wide = lint::all().map(|rule| rule.name.len()).max().unwrap_or_default();
    lint::all().try_for_each(|rule| {
        let level = word(levels.of(rule));
        context.out.line(format_args!("{} {:wide$} {level:<5} {}", rule.code, rule.name, rule.summary))
    })
}

fn word(level: Level) -> &'static str {
    level.into()
}
