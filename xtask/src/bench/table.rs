//! Prints what was measured, with the ratio to our own figure.

use super::timing::Timing;

/// Prints a heading and the head of a table.
pub(crate) fn head(title: &str) {
    println!("\n{title}");
    println!("{:<34} {:>10} {:>10} {:>8}", "", "wall s", "CPU s", "ratio");
}

/// Prints one line; the ratio is this wall time to `ours`.
pub(crate) fn line(name: &str, timing: Timing, ours: Timing) {
    let (wall, cpu) = (timing.wall.as_secs_f64(), timing.cpu.as_secs_f64());
    println!("{name:<34} {wall:>10.4} {cpu:>10.4} {:>8.2}", wall / ours.wall.as_secs_f64());
}
