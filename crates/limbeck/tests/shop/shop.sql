-- revision = "r0"
-- message = "a shop"

-- limbeck:upgrade
CREATE TABLE channel (name TEXT PRIMARY KEY);
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    state TEXT DEFAULT 'open' NOT NULL CHECK (state IN ('open', 'paid')),
    total NUMERIC,
    legacy TEXT
);
CREATE TABLE item (order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE, line INTEGER NOT NULL);
CREATE TABLE journal (said TEXT);
CREATE INDEX ix_orders_state ON orders (state, total DESC);
CREATE UNIQUE INDEX ux_orders ON orders (customer_id, id) WHERE state = 'open';
CREATE INDEX ix_item ON item (order_id, line);
-- limbeck:upgrade
CREATE TRIGGER paid AFTER UPDATE OF state ON orders WHEN new.state = 'paid' BEGIN INSERT INTO journal VALUES (new.id); END;
-- limbeck:upgrade
CREATE TRIGGER shipped AFTER DELETE ON item BEGIN UPDATE orders SET state = 'paid' WHERE id = old.order_id; END;
-- limbeck:upgrade
CREATE VIEW owed AS SELECT customer_id, sum(total) AS total FROM orders WHERE state = 'open' GROUP BY customer_id;
-- limbeck:upgrade
CREATE VIEW most_owed AS SELECT max(total) AS total FROM owed;
-- limbeck:upgrade
INSERT INTO channel VALUES ('web'), ('phone');
INSERT INTO customer WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i, 'c' || i FROM n;
INSERT INTO orders (id, customer_id, state, total, legacy) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT i * 2, 1 + i % 100, CASE i % 3 WHEN 0 THEN 'paid' ELSE 'open' END, i * 1.5, 'old ' || i FROM n;
INSERT INTO item SELECT id, 1 FROM orders WHERE id % 3 = 0;
DELETE FROM orders WHERE id > 59990;
