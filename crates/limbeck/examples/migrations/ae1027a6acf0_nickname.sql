-- revision = "ae1027a6acf0"
-- down_revision = "1975ea83b712"
-- message = "accounts have nicknames"

-- limbeck:upgrade
CREATE TABLE nickname (account_id INTEGER PRIMARY KEY, text VARCHAR(40) NOT NULL);
INSERT INTO nickname SELECT id, lower(name) FROM account;
-- limbeck:downgrade
DROP TABLE nickname;
