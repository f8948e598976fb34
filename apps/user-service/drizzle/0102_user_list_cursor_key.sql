-- Signs the cursors of lists. In the database, so that every replica accepts the cursors of the others.
CREATE TABLE list_cursor_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  key      text    NOT NULL
);
INSERT INTO list_cursor_key (key) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);
