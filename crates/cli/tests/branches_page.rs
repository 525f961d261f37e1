//! The page on branches that clash: its files are written, its commands are run, and what they print stands there.

#[path = "support/page.rs"]
mod page;

#[test]
fn the_page_on_branches_shows_what_happens() {
    page::check("branches.md");
}
