//! `limbeck edit`: opens the file of a revision in an editor, and looks at it again afterwards.

use std::process::Command;

use limbeck::core::diagnostic::{Code, Diagnostic};

use crate::context::{Context, HeadsCheck, variable};
use crate::failure::Failure;
use crate::target::target;

/// Open the file of a revision in $VISUAL or $EDITOR
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which
    #[arg(value_name = "REV", default_value = "head")]
    revision: String,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let target = target(&self.revision)?;
        let project = context.project(HeadsCheck::Warn)?;
        let path = project.file_of(&target)?;
        let set = |name: &str| variable(name).filter(|editor| !editor.trim().is_empty());
        let editor = set("VISUAL").or_else(|| set("EDITOR")).ok_or_else(|| {
            Diagnostic::new(Code::Usage, "neither `VISUAL` nor `EDITOR` is set")
                .hint(format!("set one, or open `{}` by hand", path.display()))
        })?;
        // An editor is often a command with options, as `code --wait`, which a shell takes apart.
        let status =
            Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(&path).status();
        match status {
            Ok(status) if status.success() => Ok(project.check_file(&path)?),
            Ok(status) => Err(Diagnostic::new(Code::Usage, format!("`{editor}` failed: {status}")).into()),
            Err(error) => Err(Diagnostic::new(Code::Usage, format!("cannot run `{editor}`: {error}")).into()),
        }
    }
}
