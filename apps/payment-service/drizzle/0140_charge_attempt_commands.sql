-- The command that began an attempt: a client that repeats it begins no other one.
ALTER TABLE charge_attempts ADD COLUMN command_id text;
