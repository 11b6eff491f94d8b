-- lock_ledger --
-- Whether the right to change the ledger was free; it is this session's then.
select pg_try_advisory_lock(%(lock)s);

-- unlock_ledger --
-- Give the right back.
select pg_advisory_unlock(%(lock)s);

-- freeze --
-- See one state of the database for the whole of this transaction.
set transaction isolation level repeatable read read only;

-- look_around --
-- The instant, and every other transaction that is open now: what each may still bring is unknown.
select clock_timestamp(),
       array(select distinct virtualtransaction from pg_locks
              where locktype in ('virtualxid', 'transactionid') and granted
                and pid is distinct from pg_backend_pid());

-- insert_run --
-- Note a whole run: what was open when it began, and up to when nothing is still to come.
insert into eventstore.ledger_run (taken_at, open, settled, taken)
select %(taken_at)s, %(open)s,
       greatest(coalesce(max(r.taken_at), '-infinity'), coalesce(max(r.settled), '-infinity'),
                case when %(open)s::text[] = '{}' then %(taken_at)s else '-infinity' end),
       %(taken)s
  from (select taken_at, settled, open from eventstore.ledger_run
         order by number desc limit 200) r
 where not r.open && %(open)s::text[];

-- settled --
-- From when on events may be missing, with a minute for what started between two glances.
select (coalesce(max(settled), '-infinity') - interval '1 minute')::text
  from eventstore.ledger_run;

-- window --
-- The next events behind a place, and which of them are leaves already. The look-up is scalar so
-- that it stays one index probe a row, and outside so that the rows come in the index's order.
select w.event_key, w.record_time::text,
       (select n.position from eventstore.ledger_entry n where n.event_key = w.event_key)
         is not null
  from (select event_key, record_time from eventstore.event
         where (record_time, event_key) > (%(time)s::timestamptz, %(key)s::uuid)
         order by record_time, event_key
         limit %(limit)s) w
 order by w.record_time, w.event_key;

-- waiting --
-- Events to be taken in, in their order.
select e.event_key, e.record_time, coalesce(e.context::text, ''), e.doc::text, e.job, e.digest,
       coalesce((select j.sender from eventstore.capture_job j where j.job = e.job), '')
  from eventstore.event e
 where e.event_key = any(%(keys)s)
 order by e.record_time, e.event_key;

-- size --
-- How many leaves there are.
select coalesce(max(position) + 1, 0) from eventstore.ledger_leaf;

-- copy_leaf --
-- Bulk intake of leaves.
copy eventstore.ledger_leaf (position, hash) from stdin;

-- copy_entry --
-- Bulk intake of what ties events to leaves.
copy eventstore.ledger_entry (event_key, position, event_hash, secret) from stdin;

-- copy_node --
-- Bulk intake of complete subtrees.
copy eventstore.ledger_node (level, place, hash) from stdin;

-- leaf_blocks --
-- Blocks of 256 leaves, each as one row of bytes; the last may be shorter.
select b.block, string_agg(l.hash, ''::bytea order by l.position)
  from unnest(%(blocks)s::bigint[]) b(block)
 cross join lateral (select position, hash from eventstore.ledger_leaf
                      where position >= b.block * 256 and position < (b.block + 1) * 256
                      order by position) l
 group by b.block;

-- node_blocks --
-- Blocks of 256 subtrees of one level, the same way.
select b.block, string_agg(l.hash, ''::bytea order by l.place)
  from unnest(%(blocks)s::bigint[]) b(block)
 cross join lateral (select place, hash from eventstore.ledger_node
                      where level = %(level)s
                        and place >= b.block * 256 and place < (b.block + 1) * 256
                      order by place) l
 group by b.block;

-- insert_root --
-- A signed root.
insert into eventstore.ledger_root (number, size, hash, closed_at, note)
values (%(number)s, %(size)s, %(hash)s, %(closed_at)s, %(note)s);

-- roots --
-- Roots behind a number, oldest first.
select number, size, hash, closed_at, note from eventstore.ledger_root
 where number > %(after)s order by number limit %(limit)s;

-- root_newest --
-- The newest root.
select number, size, hash, closed_at, note from eventstore.ledger_root
 order by number desc limit 1;

-- root_of_size --
-- The oldest root over so many leaves.
select number, size, hash, closed_at, note from eventstore.ledger_root
 where size = %(size)s order by number limit 1;

-- root_numbered --
-- One root.
select number, size, hash, closed_at, note from eventstore.ledger_root where number = %(number)s;

-- instant --
-- The database's clock.
select clock_timestamp();

-- transaction_time --
-- When this transaction began, as `now()` tells it.
select now();

-- last_erasure --
-- How many erasures there are, and the chain over them.
select number, chain from eventstore.ledger_erasure order by number desc limit 1;

-- proven --
-- Events that are leaves, with all that a proof tells of them.
select e.event_key, e.record_time, coalesce(e.context::text, ''), e.doc::text, e.job, e.digest,
       coalesce((select j.sender from eventstore.capture_job j where j.job = e.job), ''),
       n.position, n.event_hash, n.secret, l.hash
  from eventstore.event e
  join eventstore.ledger_entry n on n.event_key = e.event_key
  join eventstore.ledger_leaf l on l.position = n.position
 where e.event_key = any(%(keys)s)
 order by n.position;

-- known --
-- Which of some events there are at all.
select event_key from eventstore.event where event_key = any(%(keys)s);

-- leaves --
-- A stretch of the ledger with the events that it speaks of, missing ones too.
select l.position, l.hash, n.event_key, n.event_hash, n.secret, x.number is not null,
       e.event_key is not null, e.record_time, coalesce(e.context::text, ''), e.doc::text, e.job,
       e.digest,
       coalesce((select j.sender from eventstore.capture_job j where j.job = e.job), ''),
       e.event_id, e.event_type, e.event_time, e.action, e.biz_step, e.disposition, e.read_point,
       e.biz_location, e.transformation_id, e.declaration_time
  from eventstore.ledger_leaf l
  left join eventstore.ledger_entry n on n.position = l.position
  left join eventstore.event e on e.event_key = n.event_key
  left join eventstore.ledger_erasure x on x.position = l.position
 where l.position >= %(first)s and l.position < %(end)s
 order by l.position;

-- nodes_between --
-- Stored subtrees of a level.
select place, hash from eventstore.ledger_node
 where level = %(level)s and place >= %(first)s and place < %(end)s order by place;

-- count_nodes --
-- How many subtrees are stored, by level.
select level, count(*) from eventstore.ledger_node group by level;

-- erasures --
-- All erasures in order.
select number, position, erased_at, reason, chain from eventstore.ledger_erasure order by number;

-- loose_entries --
-- Entries that speak of no leaf.
select n.event_key, n.position from eventstore.ledger_entry n
 where not exists (select from eventstore.ledger_leaf l where l.position = n.position)
 limit 10;

-- left_out --
-- Events that are no leaves; those recorded before the settled instant should be, by now.
select e.event_key, e.record_time,
       e.record_time < (select coalesce(max(settled), '-infinity')
                          from eventstore.ledger_run) - interval '1 minute'
  from eventstore.event e
 where not exists (select from eventstore.ledger_entry n where n.event_key = e.event_key)
 order by e.record_time, e.event_key;

-- related --
-- Events and the declarations of their errors, whichever of them were named: they say the same.
with own as (
    select unnest(%(keys)s::uuid[]) as event_key
), subject as (
    select event_key from own
    union
    select d.event_key from eventstore.declaration d join own o on d.declaration_key = o.event_key
)
select event_key from subject
union
select d.declaration_key from eventstore.declaration d join subject s on d.event_key = s.event_key;

-- insert_erasure --
-- Note that the event of a leaf is erased.
insert into eventstore.ledger_erasure (number, position, erased_at, reason, chain)
values (%(number)s, %(position)s, %(erased_at)s, %(reason)s, %(chain)s);

-- erase_items --
-- Forget which items some events named.
delete from eventstore.event_item where item = any(%(items)s) and event_key = any(%(keys)s);

-- erase_links --
-- Forget the links that some events made.
delete from eventstore.link where source = any(%(sources)s) and event_key = any(%(keys)s);

-- erase_links_back --
-- The same in the mirror.
delete from eventstore.link_back where target = any(%(targets)s) and event_key = any(%(keys)s);

-- erase_corrections --
-- Forget what was put in place of some events, and what some declarations put in place.
delete from eventstore.correction
 where declaration_key = any(%(keys)s) or event_key = any(%(keys)s);

-- erase_declarations --
-- Forget declarations by and about some events.
delete from eventstore.declaration where declaration_key = any(%(keys)s);

-- results_of --
-- The records of some captures that may tell of erased events.
select job, first, statuses, ids, keys, told::text from eventstore.capture_result
 where job = any(%(jobs)s) order by job, first;

-- blank_result --
-- A record without what it told of erased events.
update eventstore.capture_result
   set ids = %(ids)s, keys = %(keys)s, told = %(told)s
 where job = %(job)s and first = %(first)s;

-- erase_letters --
-- Forget that a receiver would not take some events.
delete from eventstore.dead_letter where event_key = any(%(keys)s);

-- erase_events --
-- Delete the events themselves.
delete from eventstore.event where event_key = any(%(keys)s);

-- erase_entries --
-- Delete what ties them to their leaves, and the secrets.
delete from eventstore.ledger_entry where event_key = any(%(keys)s);
