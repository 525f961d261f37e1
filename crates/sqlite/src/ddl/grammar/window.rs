//! Reads windows: what `OVER` and `WINDOW` define, and their frames.

use super::super::Unreadable;
use super::What;
use super::reader::Reader;

const FRAMES: [&str; 3] = ["RANGE", "ROWS", "GROUPS"];

/// Which end of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Start,
    End,
}

impl Reader<'_, '_> {
    /// Reads the definitions behind `WINDOW`, if it comes next.
    ///
    /// # Errors
    /// A definition cannot be read.
    pub(super) fn takes_windows(&mut self) -> Result<(), Unreadable> {
        if !(self.sees(&["WINDOW"]) && self.sees_contextual()) {
            return Ok(());
        }
        self.needs(&["WINDOW"])?;
        self.list(|reader| {
            reader.noted_name(What::Window)?;
            reader.needs(&["AS"])?;
            reader.in_parentheses(Self::window)
        })
    }

    /// Reads what stands in the parentheses of a window.
    ///
    /// # Errors
    /// It is no window.
    pub(super) fn window(&mut self) -> Result<(), Unreadable> {
        let begins = self.sees_one_of(&["PARTITION"]) || self.sees_one_of(&FRAMES);
        if !begins && self.sees_name().is_some() {
            self.noted_name(What::Window)?;
        }
        if self.takes(&["PARTITION"]) {
            self.needs(&["BY"])?;
            self.expressions()?;
        }
        if self.takes(&["ORDER"]) {
            self.needs(&["BY"])?;
            self.sort_terms()?;
        }
        if self.takes_one_of(&FRAMES) { self.frame() } else { Ok(()) }
    }

    fn frame(&mut self) -> Result<(), Unreadable> {
        if self.takes(&["BETWEEN"]) {
            self.bound(Bound::Start)?;
            self.needs(&["AND"])?;
            self.bound(Bound::End)?;
        } else {
            self.bound(Bound::Start)?;
        }
        if self.takes(&["EXCLUDE"]) {
            let known = self.takes(&["NO", "OTHERS"])
                || self.takes(&["CURRENT", "ROW"])
                || self.takes_one_of(&["GROUP", "TIES"]);
            return if known { Ok(()) } else { Err(self.unexpected("TIES")) };
        }
        Ok(())
    }

    fn bound(&mut self, end: Bound) -> Result<(), Unreadable> {
        if self.takes(&["CURRENT"]) {
            return self.needs(&["ROW"]);
        }
        if self.takes(&["UNBOUNDED"]) {
            return self.needs(if end == Bound::Start { &["PRECEDING"] } else { &["FOLLOWING"] });
        }
        self.expression()?;
        if self.takes_one_of(&["PRECEDING", "FOLLOWING"]) {
            Ok(())
        } else {
            Err(self.unexpected("PRECEDING"))
        }
    }
}
