//! An Alembic project: where its scripts are, which database it is for, and which table holds its version.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::name::TableName;

use super::env_py;
use super::ini::Ini;
use super::pyproject::{self, Tool};
use super::separator::{Legacy, split};

/// A value with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// What a project says of itself.
#[derive(Debug, Clone)]
pub struct Project {
    /// The file that was read.
    pub path: PathBuf,
    /// The section that was read.
    pub section: String,
    /// The directory with `env.py`.
    pub script_location: PathBuf,
    /// The directories with scripts, in the order written.
    pub version_locations: Vec<Stated<PathBuf>>,
    /// Whether directories within them hold scripts too.
    pub recursive: bool,
    /// `sqlalchemy.url`, as written.
    pub url: Option<Stated<String>>,
    /// The table that holds the heads.
    pub version_table: VersionTable,
    /// Whether that table has a primary key when it is made: not where `env.py` says `version_table_pk=False`.
    pub version_table_key: bool,
    /// The directories in which the application's own modules are looked for, in order.
    pub roots: Vec<PathBuf>,
}

/// The table that holds the heads, as far as `env.py` tells.
#[derive(Debug, Clone, PartialEq)]
pub enum VersionTable {
    /// It is known.
    Known(TableName),
    /// `env.py` computes it; the diagnostic says where.
    Unclear(Diagnostic),
}

impl Project {
    /// Reads `alembic.ini` or `pyproject.toml`. `section` is what Alembic's `-n` names; `alembic` when nothing is given.
    ///
    /// Relative paths start from the current directory, as in Alembic; where there is nothing, from the directory of the
    /// file. `cwd` is the current directory as messages are to show it, which is usually empty.
    ///
    /// # Errors
    /// [`Code::ConfigMissing`], [`Code::ConfigUnreadable`], [`Code::ConfigSyntax`] and [`Code::ConfigInvalid`] for the file,
    /// [`Code::NoMigrations`] when `script_location` is not there.
    pub fn read(path: &Path, section: Option<&str>, cwd: &Path) -> Result<Self, Diagnostic> {
        let here = path.parent().unwrap_or(Path::new(""));
        let absolute = absolute(here);
        let toml = path.extension().is_some_and(|ending| ending == "toml");
        let (ini, tool) = match toml {
            true => {
                let tool = pyproject::parse(path, &read(path)?, &absolute)?;
                let beside = here.join("alembic.ini");
                let ini = if beside.is_file() { Some((read(&beside)?, beside)) } else { None };
                (ini, tool)
            }
            false => {
                let beside = here.join("pyproject.toml");
                let tool = match beside.is_file() {
                    true => pyproject::parse(&beside, &read(&beside)?, &absolute)?,
                    false => None,
                };
                (Some((read(path)?, path.to_owned())), tool)
            }
        };
        let ini = match ini {
            Some((text, path)) => Some(Ini::parse(&path, &text, &absolute)?),
            None => None,
        };
        if toml && tool.is_none() {
            let message = format!("`{}` has no `[tool.alembic]`", path.display());
            return Err(Diagnostic::new(Code::ConfigInvalid, message).at(Place::file(path)));
        }
        let name = section.unwrap_or("alembic");
        if let Some(ini) = &ini
            && !ini.has_section(name)
            && (section.is_some() || !toml)
            && !(tool.is_some() && section.is_none())
        {
            let message = format!("`{}` has no section `[{name}]`", path.display());
            return Err(Diagnostic::new(Code::ConfigInvalid, message).at(Place::file(path)).similar(
                name,
                "a section",
                ini.sections(),
            ));
        }
        Reading { path, here, cwd, ini: ini.as_ref(), section: name, tool: tool.unwrap_or_default() }
            .project()
    }
}

/// The files of a project, read and not yet understood.
struct Reading<'a> {
    path: &'a Path,
    here: &'a Path,
    cwd: &'a Path,
    ini: Option<&'a Ini>,
    section: &'a str,
    tool: Tool,
}

impl Reading<'_> {
    fn project(&self) -> Result<Project, Diagnostic> {
        let roots = self.roots()?;
        let (location, place) =
            match self.get("script_location")?.or_else(|| self.tool.script_location.clone()) {
                Some(found) => found,
                None => {
                    let message = format!("`{}` does not say `script_location`", self.path.display());
                    return Err(Diagnostic::new(Code::ConfigInvalid, message)
                        .at(Place::file(self.path))
                        .hint("it is the directory that holds `env.py` and `versions`"));
                }
            };
        let script_location = self.directory(&location, &roots);
        if !script_location.is_dir() {
            let message = format!("there is no directory `{}`", script_location.display());
            return Err(
                Diagnostic::new(Code::NoMigrations, message).at(place.label("`script_location` names it"))
            );
        }
        let version_locations = match self.version_locations()? {
            Some((paths, place)) => {
                let stated = paths
                    .iter()
                    .map(|path| Stated { value: self.directory(path, &roots), place: place.clone() });
                stated.collect()
            }
            None => vec![Stated { value: script_location.join("versions"), place }],
        };
        let recursive = match self.get("recursive_version_locations")? {
            Some((text, place)) => boolean(&text, &place)?,
            None => self.tool.recursive,
        };
        let env = env_py::read(&script_location.join("env.py"), &|key| {
            self.get(key).ok().flatten().map(|(value, _)| value)
        });
        Ok(Project {
            path: self.path.to_owned(),
            section: self.section.to_owned(),
            version_table: env.version_table,
            version_table_key: env.version_table_key,
            script_location,
            version_locations,
            recursive,
            url: self.get("sqlalchemy.url")?.map(|(value, place)| Stated { value, place }),
            roots,
        })
    }

    fn get(&self, key: &str) -> Result<Option<(String, Place)>, Diagnostic> {
        match self.ini {
            Some(ini) => ini.get(self.section, key),
            None => Ok(None),
        }
    }

    fn version_locations(&self) -> Result<Option<(Vec<String>, Place)>, Diagnostic> {
        let Some(ini) = self.ini else { return Ok(self.tool.version_locations.clone()) };
        match ini.get(self.section, "version_locations")? {
            Some((text, place)) => Ok(Some((split(ini, self.section, &text, Legacy::Comma)?, place))),
            None => Ok(self.tool.version_locations.clone()),
        }
    }

    /// Returns where the application's modules may be: what goes before `sys.path`, and where the file is.
    fn roots(&self) -> Result<Vec<PathBuf>, Diagnostic> {
        let stated = match (self.ini, self.get("prepend_sys_path")?) {
            (Some(ini), Some((text, _))) => split(ini, self.section, &text, Legacy::Colon)?,
            _ => self.tool.prepend_sys_path.clone(),
        };
        let mut roots: Vec<PathBuf> = stated.iter().map(|path| self.path_from(path)).collect();
        roots.extend([self.cwd.to_owned(), self.here.to_owned(), self.here.join("src")]);
        let mut kept: Vec<PathBuf> = Vec::new();
        for root in roots {
            if !kept.contains(&root) {
                kept.push(root);
            }
        }
        Ok(kept)
    }

    /// Returns the directory of `path` or of `package:path`.
    fn directory(&self, text: &str, roots: &[PathBuf]) -> PathBuf {
        // A drive of Windows has one letter, a package has more.
        match text.split_once(':').filter(|(package, _)| package.len() > 1) {
            Some((package, rest)) => {
                let below = package.replace('.', "/");
                let of = |root: &PathBuf| root.join(&below);
                let root = roots.iter().map(of).find(|directory| directory.is_dir());
                root.unwrap_or_else(|| PathBuf::from(&below)).join(rest.trim_start_matches('/'))
            }
            None => self.path_from(text),
        }
    }

    fn path_from(&self, text: &str) -> PathBuf {
        let from_cwd = self.cwd.join(text);
        if !from_cwd.exists() && self.here.join(text).exists() { self.here.join(text) } else { from_cwd }
    }
}

/// Reads a flag as `configparser` does.
fn boolean(text: &str, place: &Place) -> Result<bool, Diagnostic> {
    match text.to_lowercase().as_str() {
        "1" | "yes" | "true" | "on" => Ok(true),
        "0" | "no" | "false" | "off" => Ok(false),
        _ => Err(Diagnostic::new(Code::ConfigInvalid, format!("`{text}` is neither `true` nor `false`"))
            .at(place.clone())),
    }
}

fn absolute(here: &Path) -> PathBuf {
    let here = if here.as_os_str().is_empty() { Path::new(".") } else { here };
    here.canonicalize().unwrap_or_else(|_| here.to_owned())
}

fn read(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.display();
    let fault = |code, message: String| Diagnostic::new(code, message).at(Place::file(path));
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            fault(Code::ConfigUnreadable, format!("the configuration file `{shown}` is not UTF-8 text"))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(fault(Code::ConfigMissing, format!("the configuration file `{shown}` does not exist")))
        }
        Err(error) => Err(fault(
            Code::ConfigUnreadable,
            format!("the configuration file `{shown}` cannot be read: {error}"),
        )),
    }
}
