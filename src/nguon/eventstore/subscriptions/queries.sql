-- number_lock --
-- Only one process gives places at a time; whoever comes second has nothing left to do.
select pg_try_advisory_xact_lock(%(lock)s);

-- number_lock_waiting --
-- The same, after whoever is at it.
select true from pg_advisory_xact_lock(%(lock)s);

-- number_arrivals --
-- Give their places to what has committed since; later places are given only after this commits.
with fresh as (
    select record_time, transaction, row_number() over (order by record_time, transaction) as step
      from eventstore.arrival where place is null
     order by record_time, transaction limit %(limit)s
), last as (
    select coalesce(max(place), 0) as place from eventstore.arrival where place is not null
)
update eventstore.arrival a set place = last.place + fresh.step
  from fresh, last
 where a.record_time = fresh.record_time and a.transaction = fresh.transaction;

-- last_place --
-- The end of the line: all up to it is whole.
select coalesce(max(place), 0) from eventstore.arrival where place is not null;

-- place_before --
-- The place before everything recorded from an instant on; null where nothing is.
select min(place) - 1 from eventstore.arrival
 where place is not null and record_time >= %(since)s;

-- arrivals --
-- The next places of the line.
select place, record_time from eventstore.arrival
 where place >= %(place)s and place <= %(until)s
 order by place limit %(limit)s;

-- feed_page --
-- The next events of some places that answer, in order, and the last one looked at, whether it
-- answers or not, where more may follow. The query itself is filled in, over e.
select near.place, near.event_key, e.event_key is not null, e.event_id, e.record_time,
       e.event_time, e.doc, e.context, near.step
  from (
    select a.place, a.number, e.event_key,
           row_number() over (order by a.number, e.event_key) as step
      from unnest(%(places)b::bigint[], %(times)b::timestamptz[])
           with ordinality a(place, record_time, number)
     cross join lateral (
        select one.event_key from eventstore.event one
         where one.record_time = a.record_time
           and (one.record_time, one.event_key) > (a.record_time, case
                when a.place = %(place)s then %(key)s::uuid
                else '00000000-0000-0000-0000-000000000000' end)
         order by one.record_time, one.event_key limit %(chunk)s
     ) e
     order by a.number, e.event_key limit %(chunk)s
  ) near
  left join lateral (
    select e.event_key, e.event_id, e.record_time, e.event_time, e.doc::text as doc,
           e.context::text as context
      from eventstore.event e where e.event_key = near.event_key and {where}
  ) e on true
 where e.event_key is not null or near.step = %(chunk)s
 order by near.number, near.event_key limit %(want)s;

-- events_by_key --
-- Events as they are sent, for the list of those that could not be.
select event_key, event_id, record_time, event_time, doc::text, context::text
  from eventstore.event where event_key = any(%(keys)b);

-- insert_query --
-- Keep a query under a name that is free.
insert into eventstore.named_query (name, query, namespaces, owner)
values (%(name)s, %(query)s, %(namespaces)s, %(owner)s)
    on conflict (name) do nothing returning created_at;

-- named_queries --
-- Queries by name, from one on.
select name, query::text, namespaces::text, owner, created_at from eventstore.named_query
 where name > %(after)s order by name limit %(limit)s;

-- named_query --
-- One query.
select name, query::text, namespaces::text, owner, created_at
  from eventstore.named_query where name = %(name)s;

-- delete_query --
-- Forget a query, with all its subscriptions.
delete from eventstore.named_query where name = %(name)s;

-- insert_subscription --
-- Keep a subscription; nothing is kept where its query is gone.
insert into eventstore.subscription
    (query_name, controls, signature_token, owner, initial_record_time, min_record_time, place,
     event_key, next_at, batch)
select name, %(controls)s, %(signature_token)s, %(owner)s, %(initial)s, coalesce(%(initial)s, %(now)s),
       %(place)s, %(event_key)s, %(next_at)s, %(batch)s
  from eventstore.named_query where name = %(query_name)s
returning subscription;

-- subscription --
-- One subscription, as it is told everywhere.
select s.subscription, s.query_name, s.controls::text, s.signature_token, s.owner, s.created_at,
       s.initial_record_time, s.min_record_time, s.last_notified_at, s.place, s.event_key,
       s.run_until, s.run_sent, s.next_at, s.state, s.batch, s.failures, s.failing_since,
       s.set_aside, s.last_error::text, s.last_error_at,
       (select count(*) from eventstore.dead_letter d where d.subscription = s.subscription)
  from eventstore.subscription s where s.subscription = %(subscription)s;

-- subscriptions --
-- The subscriptions of a query, or all, in the order in which they were made.
select s.subscription, s.query_name, s.controls::text, s.signature_token, s.owner, s.created_at,
       s.initial_record_time, s.min_record_time, s.last_notified_at, s.place, s.event_key,
       s.run_until, s.run_sent, s.next_at, s.state, s.batch, s.failures, s.failing_since,
       s.set_aside, s.last_error::text, s.last_error_at,
       (select count(*) from eventstore.dead_letter d where d.subscription = s.subscription)
  from eventstore.subscription s
 where (%(query_name)s::text is null or s.query_name = %(query_name)s)
   and (%(owner)s::text is null or s.owner = %(owner)s)
   and (%(at)s::timestamptz is null or (s.created_at, s.subscription) > (%(at)s, %(after)s::uuid))
 order by s.created_at, s.subscription limit %(limit)s;

-- due --
-- The subscriptions that have something to do now: a run under way, a time that has come, or
-- events behind their place; those that have waited longest first.
select subscription, controls ->> 'dest' from eventstore.subscription
 where state = 'active' and next_at <= %(now)s
   and (run_until is not null or controls -> 'schedule' is not null or place < %(last)s)
 order by next_at limit %(limit)s;

-- try_lock --
-- Be the one who serves a subscription, for as long as this connection lives.
select pg_try_advisory_lock(%(lock)s);

-- unlock --
-- Let others serve it.
select pg_advisory_unlock(%(lock)s);

-- begin_run --
-- A run begins: it goes to the end of the line as it is now.
update eventstore.subscription
   set run_until = %(until)s, run_sent = 0, min_record_time = %(now)s
 where subscription = %(subscription)s and run_until is null and state = 'active';

-- advance --
-- The subscriber was told up to here; nothing happens where somebody else has moved on meanwhile.
update eventstore.subscription
   set place = %(place)s, event_key = %(event_key)s, run_sent = run_sent + %(sent)s,
       batch = %(batch)s, last_notified_at = coalesce(%(notified)s, last_notified_at),
       failures = case when %(notified)s::timestamptz is null then failures else 0 end,
       failing_since = case when %(notified)s::timestamptz is null then failing_since end,
       set_aside = case when %(notified)s::timestamptz is null then set_aside else 0 end,
       last_error = case when %(notified)s::timestamptz is null then last_error end
 where subscription = %(subscription)s and place = %(from_place)s and event_key = %(from_key)s
   and state = 'active';

-- end_run --
-- A run has come to its end.
update eventstore.subscription
   set place = greatest(place, run_until), event_key = 'ffffffff-ffff-ffff-ffff-ffffffffffff',
       run_until = null, run_sent = 0, next_at = %(next_at)s
 where subscription = %(subscription)s and run_until = %(until)s;

-- note_failure --
-- A try failed: when the next one is due, with how many events, and what went wrong.
update eventstore.subscription
   set next_at = %(next_at)s, batch = %(batch)s, failures = failures + 1,
       failing_since = coalesce(failing_since, %(now)s), last_error = %(error)s,
       last_error_at = %(now)s, state = %(state)s
 where subscription = %(subscription)s;

-- shrink --
-- The receiver wants less at a time.
update eventstore.subscription set batch = %(batch)s where subscription = %(subscription)s;

-- insert_letter --
-- Set an event aside that the receiver would not take.
insert into eventstore.dead_letter (subscription, event_key, error)
values (%(subscription)s, %(event_key)s, %(error)s)
    on conflict (subscription, event_key)
    do update set error = excluded.error, tries = dead_letter.tries + 1;

-- note_letter --
-- One more event was set aside, and why.
update eventstore.subscription
   set set_aside = set_aside + 1, last_error = %(error)s, last_error_at = %(now)s
 where subscription = %(subscription)s;

-- letters --
-- What was set aside, oldest first.
select letter, subscription, event_key, error::text, created_at, tries
  from eventstore.dead_letter
 where subscription = %(subscription)s and letter > %(after)s order by letter limit %(limit)s;

-- delete_letter --
-- An event set aside was taken after all, or is let go.
delete from eventstore.dead_letter where letter = %(letter)s;

-- delete_subscription --
-- Forget a subscription of a query.
delete from eventstore.subscription
 where subscription = %(subscription)s and query_name = %(query_name)s;

-- set_state --
-- Pause a subscription or let it go on; going on begins at once, as after a success.
update eventstore.subscription
   set state = %(state)s, failures = 0, failing_since = null, set_aside = 0,
       next_at = case when %(state)s = 'active' and (run_until is not null
                           or controls -> 'schedule' is null)
                      then %(now)s else next_at end
 where subscription = %(subscription)s;
