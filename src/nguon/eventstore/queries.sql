-- ready --
-- The number of the newest migration applied.
select max(number) from eventstore.migration;

-- existing_events --
-- What of a batch is stored already, to tell a repeat from a conflict.
select event_key, digest, doc::text, context::text
  from eventstore.event where event_key = any(%(keys)b);

-- copy_event --
-- Bulk intake of events.
copy eventstore.event (event_key, event_id, digest, event_type, event_time, action, biz_step,
                       disposition, read_point, biz_location, transformation_id, declaration_time,
                       job, context, doc) from stdin;

-- capture_one --
-- One event whole, with its mentions, links, job and result, in one statement and so in one trip;
-- nothing at all where its key is there already.
with kept as (
    insert into eventstore.event
        (event_key, event_id, digest, event_type, event_time, action, biz_step, disposition,
         read_point, biz_location, transformation_id, job, context, doc)
    values (%(key)s, %(id)s, %(digest)s, %(type)s, %(at)s, %(action)s, %(biz_step)s,
            %(disposition)s, %(read_point)s, %(biz_location)s, %(transformation)s, %(job)s,
            %(context)s, %(doc)s)
    on conflict (event_key) do nothing returning event_key, event_time
), mentioned as (
    insert into eventstore.event_item (item, event_time, event_key, role, quantity, uom)
    select m.item, kept.event_time, kept.event_key, m.role, m.quantity, m.uom
      from kept, unnest(%(items)s::text[], %(roles)s::"char"[], %(quantities)s::numeric[],
                        %(uoms)s::text[]) m (item, role, quantity, uom)
), said as materialized (
    select l.source, l.target, l.kind, kept.event_time as at, kept.event_key, l.quantity, l.uom
      from kept, unnest(%(sources)s::text[], %(targets)s::text[], %(kinds)s::"char"[],
                        %(link_quantities)s::numeric[], %(link_uoms)s::text[])
                 l (source, target, kind, quantity, uom)
), linked as (
    insert into eventstore.link (source, target, kind, at, event_key, quantity, uom)
    select * from said
), mirrored as (
    insert into eventstore.link_back (source, target, kind, at, event_key, quantity, uom)
    select * from said
), noted as (
    insert into eventstore.capture_job
        (job, success, proceed, sender, stored, duplicates, refused, withheld, errors, document)
    select %(job)s, true, %(proceed)s, %(sender)s, 1, 0, 0, 0, '[]', %(document)s from kept
), told as (
    insert into eventstore.capture_result (job, first, statuses, ids, keys, told)
    select %(job)s, 0, 's', array[%(id)s], %(key_bytes)s, %(told)s from kept
)
select count(*) from kept;

-- create_staging --
-- A table of this session alone, emptied at every commit: for captures that lost a race.
create temporary table if not exists staged_event
    (like eventstore.event including defaults) on commit delete rows;

-- copy_staging --
-- Bulk intake into the staging table.
copy staged_event (event_key, event_id, digest, event_type, event_time, action, biz_step,
                   disposition, read_point, biz_location, transformation_id, declaration_time,
                   job, context, doc) from stdin;

-- insert_staged --
-- Store what nobody stored meanwhile; waits for senders that are about to.
insert into eventstore.event select * from staged_event order by event_key
    on conflict (event_key) do nothing returning event_key;

-- copy_event_item --
-- Bulk intake of mentions.
copy eventstore.event_item (item, event_time, event_key, role, quantity, uom) from stdin;

-- copy_link --
-- Bulk intake of links.
copy eventstore.link (source, target, kind, at, event_key, quantity, uom) from stdin;

-- copy_link_back --
-- Bulk intake of the mirror.
copy eventstore.link_back (source, target, kind, at, event_key, quantity, uom) from stdin;

-- insert_declaration --
-- Keep that an event was declared wrong.
insert into eventstore.declaration (event_key, declaration_key, declared_at)
values (%(event_key)s, %(declaration_key)s, %(at)s) on conflict do nothing;

-- insert_correction --
-- Keep which event stands in its place.
insert into eventstore.correction (event_key, declaration_key, known_at)
values (%(event_key)s, %(declaration_key)s, %(at)s) on conflict do nothing;

-- insert_job --
-- The record of one capture.
insert into eventstore.capture_job
    (job, success, proceed, sender, stored, duplicates, refused, withheld, errors, document)
values (%(job)s, %(success)s, %(proceed)s, %(sender)s, %(stored)s, %(duplicates)s, %(refused)s,
        %(withheld)s, %(errors)s, %(document)s);

-- insert_vocabulary --
-- Keep master data that says something new; the order of its attributes and the spelling of its
-- id are nothing new.
insert into eventstore.vocabulary (id, type, attributes, children, job, element, context)
select %(id)s, %(type)s, %(attributes)s::jsonb, %(children)s::text[], %(job)s,
       %(element)s::jsonb, %(context)s::jsonb
 where not exists (
    select from (
        select attributes, children, element, context from eventstore.vocabulary
         where id = %(id)s and type = %(type)s order by recorded desc limit 1
    ) newest
    where newest.attributes = %(attributes)s::jsonb and newest.children = %(children)s::text[]
      and coalesce(newest.element, '{}') - 'attributes' - 'id'
          = %(element)s::jsonb - 'attributes' - 'id'
      and newest.context is not distinct from %(context)s::jsonb
 ) on conflict do nothing;

-- vocabulary --
-- The newest master data of some ids, in each vocabulary, the oldest of them first.
select id, type, attributes::text, children, recorded from (
    select distinct on (id, type) id, type, attributes, children, recorded
      from eventstore.vocabulary where id = any(%(ids)b) order by id, type, recorded desc
) newest
 order by id, recorded, type;

-- event_by_key --
-- Events by key, with when they were known and declared wrong.
select e.event_key, e.doc::text, e.context::text, e.record_time,
       greatest(e.event_time, c.known_at), coalesce(d.declared_at, e.declaration_time)
  from eventstore.event e
  left join lateral (select min(known_at) as known_at from eventstore.correction
                      where event_key = e.event_key
                        and recorded <= %(recorded_by)s) c on true
  left join lateral (select min(declared_at) as declared_at from eventstore.declaration
                      where event_key = e.event_key
                        and recorded <= %(recorded_by)s) d on true
 where e.event_key = any(%(keys)b)
 order by e.event_time, e.event_key;

-- declarations_of --
-- The keys of the error declarations of an event id.
select event_key from eventstore.event
 where event_id = %(event_id)s and declaration_time is not null;

-- event_keys_of --
-- The events that name one of the items, oldest first.
select distinct event_time, event_key from eventstore.event_item
 where item = any(%(items)b) and (%(recorded_by)s::timestamptz is null or exists (
        select from eventstore.event e
         where e.event_key = event_item.event_key and e.record_time <= %(recorded_by)s))
 order by event_time, event_key limit %(limit)s;

-- links_from --
-- The links of some kinds out of some items, as they count now.
select source, target, kind::text, at, event_key, quantity, uom
  from eventstore.link l
 where source = any(%(items)b) and kind = any(%(kinds)b)
   and not exists (select from eventstore.declaration d where d.event_key = l.event_key);

-- links_to --
-- The links of some kinds into some items, as they count now.
select source, target, kind::text, at, event_key, quantity, uom
  from eventstore.link_back l
 where target = any(%(items)b) and kind = any(%(kinds)b)
   and not exists (select from eventstore.declaration d where d.event_key = l.event_key);

-- links_to_all --
-- The links into some items, into their sources, and so on to the end, as they count now. The
-- recursion stops as soon as the limit is filled, however long the chain is.
with recursive walk as (
    select source, target, kind, at, event_key, quantity, uom
      from eventstore.link_back l
     where target = any(%(items)b) and kind = any(%(kinds)b)
       and not exists (select from eventstore.declaration d where d.event_key = l.event_key)
    union
    select l.source, l.target, l.kind, l.at, l.event_key, l.quantity, l.uom
      from walk join eventstore.link_back l on l.target = walk.source
     where l.kind = any(%(kinds)b)
       and not exists (select from eventstore.declaration d where d.event_key = l.event_key)
)
select source, target, kind::text, at, event_key, quantity, uom from walk limit %(limit)s;

-- links_from_then --
-- The links out of some items as known on an instant, from what was recorded by an instant.
select source, target, kind::text, at, event_key, quantity, uom
  from eventstore.link l
 where source = any(%(items)b) and kind = any(%(kinds)b)
   and l.at <= %(as_of)s and l.recorded <= %(recorded_by)s
   and not exists (select from eventstore.declaration d
                    where d.event_key = l.event_key
                      and d.declared_at <= %(as_of)s and d.recorded <= %(recorded_by)s)
   and coalesce((select min(c.known_at) from eventstore.correction c
                  where c.event_key = l.event_key
                    and c.recorded <= %(recorded_by)s) <= %(as_of)s, true);

-- links_to_then --
-- The links into some items as known on an instant, from what was recorded by an instant.
select source, target, kind::text, at, event_key, quantity, uom
  from eventstore.link_back l
 where target = any(%(items)b) and kind = any(%(kinds)b)
   and l.at <= %(as_of)s and l.recorded <= %(recorded_by)s
   and not exists (select from eventstore.declaration d
                    where d.event_key = l.event_key
                      and d.declared_at <= %(as_of)s and d.recorded <= %(recorded_by)s)
   and coalesce((select min(c.known_at) from eventstore.correction c
                  where c.event_key = l.event_key
                    and c.recorded <= %(recorded_by)s) <= %(as_of)s, true);

-- knows --
-- Whether an item is named by any event.
select exists (select from eventstore.event_item where item = %(item)s);

-- items_between --
-- The items whose keys lie in a range, each once, in order: a loose scan that leaps from key to
-- key over the index.
with recursive found(item) as (
    (select item from eventstore.event_item
      where item >= %(low)s and item < %(high)s order by item limit 1)
    union all
    select (select i.item from eventstore.event_item i
             where i.item > found.item and i.item < %(high)s order by i.item limit 1)
      from found where found.item is not null
)
select item from found where item is not null limit %(limit)s;

-- items_numbered --
-- The items that end in a bare lot or serial number, in one of its spellings.
select distinct item from eventstore.event_item
 where substring(item from '(?:^|/)([^/]{1,90})$') collate "C" = any(%(numbers)b)
   and role in ('a', 'A', 'o', 'O', 'l', 'p')
 order by item limit %(limit)s;
