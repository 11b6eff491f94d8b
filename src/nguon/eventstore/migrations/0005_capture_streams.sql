-- Captures that run while others look: a job has states, and tells of every event what became of it.

alter table eventstore.capture_job
    alter column finished_at drop not null,
    add column running  boolean not null default false,
    add column withheld integer not null default 0,
    add column tries    integer not null default 0,
    add column source   text;
create index capture_job_running on eventstore.capture_job (created_at) where running;
create index capture_job_sender on eventstore.capture_job
    (sender collate "C", created_at desc, job desc) where sender <> '';

-- What became of the events of a capture, a thousand to a row: a letter for each in statuses, its
-- id, sixteen bytes of its key, and in told, by position, faults and the hash of what was not kept.
create table eventstore.capture_result (
    job      uuid    not null,
    first    integer not null,
    statuses text    not null,
    ids      text[]  not null,
    keys     bytea   not null,
    told     jsonb   not null default '{}',
    primary key (job, first)
);
