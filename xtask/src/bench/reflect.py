"""Reads the schema of a database by SQLAlchemy, and prints what it holds and how long that took."""

import sys
import time

from sqlalchemy import MetaData, create_engine

engine = create_engine(sys.argv[1])
with engine.connect() as connection:
    metadata = MetaData()
    start = time.perf_counter()
    metadata.reflect(connection)
    seconds = time.perf_counter() - start
tables = metadata.tables.values()
columns = sum(len(table.columns) for table in tables)
indexes = sum(len(table.indexes) for table in tables)
keys = sum(len(table.foreign_key_constraints) for table in tables)
print(len(tables), columns, indexes, keys, seconds)
