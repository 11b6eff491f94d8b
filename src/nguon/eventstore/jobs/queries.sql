-- insert_running --
-- A capture that begins, or that waits in a file for somebody to begin it.
insert into eventstore.capture_job
    (job, finished_at, running, success, proceed, sender, stored, duplicates, refused, source)
values (%(job)s, null, true, true, %(proceed)s, %(sender)s, 0, 0, 0, %(source)s);

-- take_running --
-- Begin a job that waits, or begin it anew: nothing of an earlier try was kept.
update eventstore.capture_job
   set tries = tries + 1, success = true, stored = 0, duplicates = 0, refused = 0, withheld = 0,
       errors = '[]'
 where job = %(job)s and running returning proceed, sender, tries, source;

-- lock_job --
-- The right to work on a job, for as long as this session lives.
select pg_try_advisory_lock(%(lock)s);

-- unlock_job --
-- Give that right back.
select pg_advisory_unlock(%(lock)s);

-- tell_progress --
-- How far a running job has come, for whoever asks meanwhile.
update eventstore.capture_job
   set success = success and %(success)s, stored = %(stored)s, duplicates = %(duplicates)s,
       refused = %(refused)s, withheld = %(withheld)s,
       errors = coalesce(%(errors)s::jsonb, errors)
 where job = %(job)s and running;

-- finish_job --
-- A running job comes to its end.
update eventstore.capture_job
   set running = false, finished_at = clock_timestamp(), success = %(success)s,
       stored = %(stored)s, duplicates = %(duplicates)s, refused = %(refused)s,
       withheld = %(withheld)s, errors = %(errors)s, document = %(document)s, source = null
 where job = %(job)s and running;

-- fail_job --
-- A job whose process died, or that cannot be read: nothing of it was stored.
update eventstore.capture_job
   set running = false, finished_at = clock_timestamp(), success = false,
       withheld = withheld + stored, stored = 0, errors = errors || %(errors)s::jsonb, source = null
 where job = %(job)s and running returning job;

-- withhold_results --
-- Events that were to be stored and are not, since the capture was rolled back.
update eventstore.capture_result set statuses = translate(statuses, 's', 'w')
 where job = %(job)s and strpos(statuses, 's') > 0;

-- drop_results --
-- Results of an earlier try.
delete from eventstore.capture_result where job = %(job)s;

-- insert_results --
-- What became of some events.
insert into eventstore.capture_result (job, first, statuses, ids, keys, told)
values (%(job)s, %(first)s, %(statuses)s, %(ids)s, %(keys)s, %(told)s);

-- running_jobs --
-- Jobs that are not done, oldest first, with the file that they wait in.
select job, source from eventstore.capture_job where running order by created_at limit 1000;

-- job --
-- One capture.
select job, created_at, finished_at, running, success, proceed, sender, stored, duplicates,
       refused, withheld, source is not null, errors::text
  from eventstore.capture_job where job = %(job)s;

-- jobs --
-- Captures, newest first, from a position on; of one sender, or of all.
select job, created_at, finished_at, running, success, proceed, sender, stored, duplicates,
       refused, withheld, source is not null, errors::text
  from eventstore.capture_job
 where (%(at)s::timestamptz is null or (created_at, job) < (%(at)s::timestamptz, %(job)s::uuid))
 order by created_at desc, job desc limit %(limit)s;

-- jobs_of --
-- The captures of one sender, newest first, from a position on.
select job, created_at, finished_at, running, success, proceed, sender, stored, duplicates,
       refused, withheld, source is not null, errors::text
  from eventstore.capture_job
 where sender = %(sender)s and sender <> ''
   and (%(at)s::timestamptz is null or (created_at, job) < (%(at)s::timestamptz, %(job)s::uuid))
 order by created_at desc, job desc limit %(limit)s;

-- results --
-- Rows of results behind a position that hold any of the statuses asked for.
select first, statuses, ids, keys, told::text from eventstore.capture_result
 where job = %(job)s and first + length(statuses) > %(after)s + 1
   and statuses ~ %(letters)s
 order by first limit %(limit)s;

-- kept_events --
-- Stored events by key, to tell the hash of what was captured.
select event_key, doc::text, context::text from eventstore.event where event_key = any(%(keys)b);

-- other_events --
-- What of a block was stored by others than this job, to tell a repeat from a conflict.
select event_key, digest, doc::text, context::text
  from eventstore.event where event_key = any(%(keys)b) and job <> %(job)s;

-- empty_staging --
-- Make room for the next block; within one transaction nothing else does.
truncate pg_temp.staged_event;
