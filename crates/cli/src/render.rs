//! Draws diagnostics: code, place, source line, label and help.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};
use limbeck::core::diagnostic::{Diagnostic, Place};
use limbeck::core::lint::Finding;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Error,
    Warning,
}

/// Renders a diagnostic with colours, which the stream takes out again where they are not wanted.
pub(crate) fn render(fault: &Diagnostic, weight: Weight) -> String {
    let code = fault.code.to_string();
    let hint = fault.hint.as_deref().map(|hint| Level::HELP.secondary_title(hint));
    draw(weight, &code, &fault.message, &fault.places, hint.into_iter().collect())
}

/// Renders a finding of the linter, with its reason and the safer way.
pub(crate) fn render_finding(finding: &Finding, weight: Weight) -> String {
    let rule = finding.rule;
    let id = format!("{} {}", rule.code, rule.name);
    let servers = match finding.servers.is_empty() {
        true => String::new(),
        false => format!(" ({})", finding.servers.join(", ")),
    };
    let (why, message) = (format!("{} <{}>", rule.why, rule.source), format!("{}{servers}", finding.message));
    let notes = vec![Level::NOTE.secondary_title(&why), Level::HELP.secondary_title(rule.instead)];
    draw(weight, &id, &message, finding.place.as_slice(), notes)
}

fn draw(weight: Weight, id: &str, message: &str, places: &[Place], notes: Vec<Title<'_>>) -> String {
    let level = match weight {
        Weight::Error => Level::ERROR,
        Weight::Warning => Level::WARNING,
    };
    let paths: Vec<String> = places.iter().map(|place| place.path.display().to_string()).collect();
    let mut main = Group::with_title(level.primary_title(message).id(id));
    for (number, (place, path)) in places.iter().zip(&paths).enumerate() {
        main = match place.line() {
            Some(_) => {
                let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                let annotation = kind.span(visible(place)).label(&place.label);
                main.element(Snippet::source(&*place.source).path(path).annotation(annotation))
            }
            None => main.element(Origin::path(path)),
        };
    }
    let mut report = vec![main];
    report.extend(notes.into_iter().map(Group::with_title));
    Renderer::styled().render(&report)
}

/// Keeps a stretch to its first line when it covers many, as a whole table does.
fn visible(place: &Place) -> std::ops::Range<usize> {
    let text = &place.source[place.span.clone()];
    match text.find('\n') {
        Some(end) if text.matches('\n').count() > 4 => place.span.start..place.span.start + end,
        _ => place.span.clone(),
    }
}
