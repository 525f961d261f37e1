//! PostgreSQL for Limbeck: turns operations into PostgreSQL's SQL, runs it, and reads schemas back from the catalogs.
