-- What kind of record a run has: 'run', 'tuning', 'profile' or 'live'. Only those of the kind
-- 'run' have rows in `cells`; of the others, `runs.cells` counts what the record says it has.
ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'run';
-- What a record of another kind is of, in words.
ALTER TABLE runs ADD COLUMN title TEXT;

-- The newest runs of a kind, of all branches and of one.
CREATE INDEX runs_by_kind ON runs (kind, time, id);
CREATE INDEX runs_by_kind_and_branch ON runs (kind, branch, time, id);
