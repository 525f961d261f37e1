//! A project on disk: its configuration and its migrations, read and written.
