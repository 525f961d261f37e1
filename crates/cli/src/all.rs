//! `--all`: the same command for each project that the configuration lists.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use limbeck::core::diagnostic::{Code, Diagnostic};
use serde_json::json;

use crate::command::Command;
use crate::context::Context;
use crate::failure::Failure;
use crate::{args, failure, json};

/// Runs the command line for each project, in order, a way back in the order turned round. One that fails is the last; one
/// that finds something is not.
pub(crate) fn run(context: &Context) -> ExitCode {
    let mut projects = match projects(context) {
        Ok(projects) => projects,
        Err(failure) => return ExitCode::from(failure::end(Err(failure), context)),
    };
    match args::parse().map(|args| args.command) {
        Ok(Command::Downgrade(_)) => projects.reverse(),
        Ok(_) => {}
        Err(code) => return code,
    }
    let mut found = 0;
    for path in projects {
        let mut args = match args::parse() {
            Ok(args) => args,
            Err(code) => return code,
        };
        (args.global.all, args.global.config) = (false, Some(path.clone()));
        if matches!(args.command, Command::Init(_) | Command::Import(_) | Command::Adopt(_)) {
            let message = "`--all` is for projects that are there: this makes one";
            let fault = Diagnostic::new(Code::Usage, message).hint("run it for each project by itself");
            return ExitCode::from(failure::end(Err(fault.into()), context));
        }
        let (command, context) = Context::new(args);
        let done =
            tell(&path, &context).and_then(|()| command.run(&context)).and_then(|()| context.out.flush());
        match failure::end(done, &context) {
            0 => {}
            status if status == Code::CheckFailed.exit_status() => found = status,
            status => return ExitCode::from(status),
        }
    }
    ExitCode::from(found)
}

/// Says whose is what follows. A step is printed past what is buffered.
fn tell(path: &Path, context: &Context) -> Result<(), Failure> {
    context.note(format_args!("project: {}", path.display()));
    if context.global.json {
        json::print(context, &json!({ "event": "project", "path": path.display().to_string() }))?;
        context.out.flush()?;
    }
    Ok(())
}

fn projects(context: &Context) -> Result<Vec<PathBuf>, Failure> {
    let config = context.config()?;
    let files = config.project_files();
    if files.is_empty() {
        let message = format!("`{}` lists no projects", config.path.display());
        return Err(Diagnostic::new(Code::Usage, message)
            .hint("list their configurations at its top: `projects = [\"one/limbeck.toml\", \"other/alembic.ini\"]`")
            .into());
    }
    Ok(files)
}
