/**
 * Owns the tables, version by version. Times are epoch milliseconds and REAL, because virtual time has fractions (SQLite
 * stores whole ones as integers). Rows refer to a run by a small integer key, never by its id.
 */
export const FIRST_SCHEMA = `
-- Pipeline texts, each once, however many runs it had.
CREATE TABLE texts (
  key  INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  key        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  pipeline   TEXT NOT NULL,
  status     TEXT NOT NULL,
  open       INTEGER NOT NULL CHECK (open IN (0, 1)),
  simulated  INTEGER NOT NULL CHECK (simulated IN (0, 1)),
  file       TEXT,
  text       INTEGER NOT NULL REFERENCES texts (key),
  settings   TEXT NOT NULL,
  started_at REAL NOT NULL,
  ended_at   REAL,
  usd        REAL NOT NULL,
  tokens     REAL NOT NULL,
  open_tasks INTEGER NOT NULL
) STRICT;

-- Opening the engine looks at open runs only, however many have ended.
CREATE INDEX open_runs ON runs (key) WHERE open = 1;

-- The journal. json is the event without seq and at. The run is checked by the writer, which knows it anyway: a
-- foreign key would cost a third of the speed.
CREATE TABLE events (
  run  INTEGER NOT NULL,
  seq  INTEGER NOT NULL CHECK (seq > 0),
  at   REAL NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- Large values by content hash.
CREATE TABLE blobs (
  key  INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoints (
  key   INTEGER PRIMARY KEY,
  run   INTEGER NOT NULL REFERENCES runs (key),
  seq   INTEGER NOT NULL,
  state TEXT NOT NULL,
  UNIQUE (run, seq)
) STRICT;

-- Append-only. base is the version that the list of an appended row starts at; for a put it is the row itself.
CREATE TABLE memory (
  name    TEXT NOT NULL,
  version INTEGER NOT NULL,
  base    INTEGER NOT NULL,
  op      TEXT NOT NULL CHECK (op IN ('put', 'append')),
  at      REAL NOT NULL,
  run     INTEGER REFERENCES runs (key),
  json    TEXT NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE last_outputs (
  pipeline TEXT NOT NULL,
  node     TEXT NOT NULL,
  outcome  TEXT NOT NULL,
  output   TEXT NOT NULL,
  at       REAL NOT NULL,
  PRIMARY KEY (pipeline, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
  key       TEXT PRIMARY KEY,
  text      TEXT NOT NULL,
  base_hash TEXT,
  saved_at  REAL NOT NULL
) STRICT;
`;

/** Version 2: the tree of runs, the chain of journal rows, what runs share (breakers, stored results, guesses). */
export const RECOVERY_SCHEMA = `
-- parent_json is the ParentOfRun; parent repeats its run for the index.
ALTER TABLE runs ADD COLUMN parent INTEGER REFERENCES runs (key);
ALTER TABLE runs ADD COLUMN parent_json TEXT;
CREATE INDEX child_runs ON runs (parent, key) WHERE parent IS NOT NULL;
CREATE INDEX root_runs ON runs (key) WHERE parent IS NULL;

-- In the last of the rows that were committed together: what chain.ts says of them and of the link before. Else NULL.
ALTER TABLE events ADD COLUMN link TEXT;

CREATE TABLE breakers (
  service TEXT PRIMARY KEY,
  json    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- output is a ValueRef. usd and tokens are what the result cost when it was made.
CREATE TABLE results (
  key        TEXT PRIMARY KEY,
  scope      TEXT NOT NULL,
  pipeline   TEXT NOT NULL,
  node       TEXT NOT NULL,
  outcome    TEXT NOT NULL,
  output     TEXT NOT NULL,
  stored_at  REAL NOT NULL,
  expires_at REAL NOT NULL,
  usd        REAL NOT NULL,
  tokens     REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX results_by_expiry ON results (expires_at);

-- How often a guess was right: node was started ahead on the likely output of source.
CREATE TABLE guesses (
  pipeline  TEXT NOT NULL,
  source    TEXT NOT NULL,
  node      TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  refuted   INTEGER NOT NULL,
  PRIMARY KEY (pipeline, source, node)
) STRICT, WITHOUT ROWID;
`;

/** Version 3: the highest level of escalation that a run has stood at. Not known of runs before it: 0. */
export const LEVEL_SCHEMA = `
ALTER TABLE runs ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
`;

/** Version 4: guesses are counted by what they rest on. Those before it rested on the last output. */
export const GUESS_SCHEMA = `
ALTER TABLE guesses RENAME TO guesses_before;
CREATE TABLE guesses (
  pipeline  TEXT NOT NULL,
  source    TEXT NOT NULL,
  node      TEXT NOT NULL,
  basis     TEXT NOT NULL CHECK (basis IN ('last', 'partial')),
  confirmed INTEGER NOT NULL,
  refuted   INTEGER NOT NULL,
  PRIMARY KEY (pipeline, source, node, basis)
) STRICT, WITHOUT ROWID;
INSERT INTO guesses SELECT pipeline, source, node, 'last', confirmed, refuted FROM guesses_before;
DROP TABLE guesses_before;
`;
