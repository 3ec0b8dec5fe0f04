-- Receipts: the problem of every run, so that it can be solved again. It holds minutes from people's homes to
-- many places, so the application's own role may not read it.
-- Frozen: later changes are later migrations.

CREATE TABLE run_problem (
    matching_run_id BIGINT NOT NULL,
    problem BYTEA NOT NULL,
    CONSTRAINT run_problem_pkey PRIMARY KEY (matching_run_id),
    CONSTRAINT run_problem_matching_run_id_fkey FOREIGN KEY(matching_run_id) REFERENCES matching_run (id) ON DELETE CASCADE
);
-- It is compressed already.
alter table run_problem alter column problem set storage external;

revoke all on run_problem from geomatch_app;
