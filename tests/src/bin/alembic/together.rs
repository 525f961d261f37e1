//! All histories as one project, which is longer than each of them.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use limbeck::config::Config;
use limbeck_core::history::History;
use limbeck_core::script::Files;

use crate::history::Known;
use crate::timing::Timing;

/// Times the commands on a project with the version directories of these histories, and returns a line with what they took. A
/// history with an id, or a label, that one before it has is left out.
pub(crate) fn measure<'k>(
    histories: impl Iterator<Item = &'k Known>,
    directory: &Path,
    timing: &mut Timing,
) -> Result<String, Box<dyn Error>> {
    let project = tempfile::tempdir()?;
    let ini = project.path().join("alembic.ini");
    let (mut locations, mut left): (Vec<PathBuf>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut whole = None;
    for known in histories {
        let own = directory.join(known.package).canonicalize()?.join(known.scripts).join(known.versions);
        locations.push(own);
        match open(project.path(), &ini, &locations) {
            Ok(history) => whole = Some(history),
            Err(_) => {
                left.push(known.name);
                locations.pop();
            }
        }
    }
    let history = whole.ok_or("there is no history to read")?;
    // The last one may have been left out.
    open(project.path(), &ini, &locations)?;
    let mut line = timing.measure("all as one project", &history, &ini)?;
    if !left.is_empty() {
        line.push_str(&format!(" (without {}, which have ids in common with others)", left.join(", ")));
    }
    Ok(line)
}

fn open(scripts: &Path, ini: &Path, locations: &[PathBuf]) -> Result<History, Box<dyn Error>> {
    let locations: Vec<String> = locations.iter().map(|path| path.display().to_string()).collect();
    let text = format!(
        "[alembic]\nscript_location = {}\nversion_locations = {}\npath_separator = newline\n\
         recursive_version_locations = true\n",
        scripts.display(),
        locations.join("\n    ")
    );
    fs::write(ini, text)?;
    let config = Config::load(ini, &|_| None)?;
    let project = config.alembic.as_ref().ok_or("no Alembic project was read")?;
    Ok(project.add_scripts(History::builder(), &Files::disk()).build()?)
}
