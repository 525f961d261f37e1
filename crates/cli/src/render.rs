//! Draws diagnostics: code, place, source line, label and help.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use limbeck::core::diagnostic::{Diagnostic, Place};

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Error,
    Warning,
}

/// Renders a diagnostic with colours, which the stream takes out again where they are not wanted.
pub(crate) fn render(fault: &Diagnostic, weight: Weight) -> String {
    let level = match weight {
        Weight::Error => Level::ERROR,
        Weight::Warning => Level::WARNING,
    };
    let code = fault.code.to_string();
    let paths: Vec<String> = fault.places.iter().map(|place| place.path.display().to_string()).collect();
    let mut main = Group::with_title(level.primary_title(&fault.message).id(&code));
    for (number, (place, path)) in fault.places.iter().zip(&paths).enumerate() {
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
    if let Some(hint) = &fault.hint {
        report.push(Group::with_title(Level::HELP.secondary_title(hint)));
    }
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
