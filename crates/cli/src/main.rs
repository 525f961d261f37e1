//! The binary `limbeck`: reads the command line and the environment, calls the library, and renders what it returns.

mod all;
mod args;
mod ask;
mod command;
mod context;
mod draw;
mod failure;
mod impact_text;
mod interrupt;
mod json;
mod lint_text;
mod output;
mod plan_text;
mod progress;
mod render;
mod revision_text;
mod target;

use std::process::ExitCode;

fn main() -> ExitCode {
    match args::parse() {
        Ok(args) => {
            let (command, context) = context::Context::new(args);
            if context.global.all {
                return all::run(&context);
            }
            let done = command.run(&context).and_then(|()| context.out.flush());
            ExitCode::from(failure::end(done, &context))
        }
        Err(code) => code,
    }
}
