//! Standard output: buffered, and without colours where nobody would see them.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufWriter, Write};

use anstream::{AutoStream, ColorChoice};

use crate::args::Color;
use crate::failure::Failure;

/// Standard output.
pub(crate) struct Output(RefCell<BufWriter<AutoStream<io::Stdout>>>);

impl Output {
    /// Decides on colours, for standard error too.
    pub(crate) fn new(color: Color) -> Self {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
        Self(RefCell::new(BufWriter::new(AutoStream::auto(io::stdout()))))
    }

    /// Prints a line.
    pub(crate) fn line(&self, text: impl fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.0.borrow_mut(), "{text}")?)
    }

    /// Prints a text.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        Ok(self.0.borrow_mut().write_all(text.as_bytes())?)
    }

    /// Prints a script to the letter: where colours are taken out, so are control characters, and its values
    /// may hold some.
    pub(crate) fn script(&self, text: &str) -> Result<(), Failure> {
        self.flush()?;
        Ok(io::stdout().write_all(text.as_bytes())?)
    }

    /// Hands over what is buffered.
    pub(crate) fn flush(&self) -> Result<(), Failure> {
        self.0.borrow_mut().flush()?;
        Ok(io::stdout().flush()?)
    }
}
