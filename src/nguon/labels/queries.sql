-- copy_serials --
-- Bulk intake of serials that were printed before or elsewhere.
copy labels_importedserial (product, serial, run_id, number) from stdin;

-- find_serial --
-- Run and number of a serial printed before or elsewhere.
select run_id, number from labels_importedserial
 where product = %(product)s and serial = %(serial)s;

-- serials_of_runs --
-- All serials of a product that these runs took over.
select serial from labels_importedserial
 where product = %(product)s and run_id = any(%(runs)s);

-- note_scan --
-- Log a look at a stamp's page and count it, unless the same device looked a short while ago;
-- gives when the stamp was first and last seen, how often by now, whether this look counted, and
-- where the stamp stands, which is what the log keeps unless it is told otherwise.
with span as (
    select state, since, lot, maker from labels_stampspan
     where run_id = %(run)s and first <= %(number)s order by first desc limit 1
), recent as (
    select 1 from labels_scanentry
     where product = %(product)s and serial = %(serial)s
       and device = %(device)s and at > %(since)s limit 1
), logged as (
    insert into labels_scanentry (product, serial, run, number, at, device, place, state)
    select %(product)s, %(serial)s, %(run)s, %(number)s, %(at)s, %(device)s, '',
           coalesce(%(state)s, span.state) from span
     where not exists (select from recent)
), counted as (
    insert into labels_scansummary (product, serial, first_at, last_at, count)
    select %(product)s, %(serial)s, %(at)s, %(at)s, 1 from span
     where not exists (select from recent)
        on conflict (product, serial) do update
           set last_at = greatest(labels_scansummary.last_at, excluded.last_at),
               count = labels_scansummary.count + 1
    returning first_at, last_at, count
)
select first_at, last_at, count, true, span.* from counted, span
 union all
select first_at, last_at, count, false, span.* from labels_scansummary, span
 where product = %(product)s and serial = %(serial)s and exists (select from recent);

-- stamp_history --
-- What the rules judge of one stamp: the latest looks at it, the making of its run, its moves.
select 'look' as kind, id, at, device as told, place from (
    select id, at, device, place from labels_scanentry
     where product = %(product)s and serial = %(serial)s order by at desc limit %(most)s
) looks
 union all
select 'made', id, made_at, '', '' from labels_stamprun where id = %(run)s
 union all
select 'move', id, at, after, '' from labels_stampmove
 where run_id = %(run)s and first <= %(number)s and last >= %(number)s
 order by kind, at, id;

-- note_unissued --
-- Count a question for a serial that nobody issued, by product and hour.
insert into labels_unissued (product, hour, count) values (%(product)s, %(hour)s, 1)
    on conflict (product, hour) do update set count = labels_unissued.count + 1;
