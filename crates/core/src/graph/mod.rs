//! How revisions follow each other, and the way from one state of a database to another.
