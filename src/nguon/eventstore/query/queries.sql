-- begin_bounded --
-- A read that ends by itself, by indexes alone: whatever the planner believes of the data, no table
-- is read from end to end, and a statement is planned once. `{milliseconds}` is a number of ours.
begin read only;
set local statement_timeout = {milliseconds};
set local plan_cache_mode = force_generic_plan;
set local enable_seqscan = off;
set local enable_bitmapscan = off;
set local jit = off;

-- commit --
-- The end of a bounded read.
commit;

-- rollback --
-- The end of a bounded read that failed.
rollback;

-- arms_by_item --
-- For each item the next events that name it in a role, in order. In all arms `{dir}` is desc or
-- asc, `{past}` < or >, `{short}` >= or <; `at` and `key` are where the page begins, `stop` is the
-- other end of the time asked for, `chunk` how many to look at, fitting or not.
-- The last of a chunk may have other mentions behind it, which are looked at here.
select near.event_time as at, near.event_key, near.place,
       near.role = any({roles}) or near.place = %(chunk)s and exists (
           select from eventstore.event_item again
            where again.item = wanted.item and again.event_time = near.event_time
              and again.event_key = near.event_key and again.role = any({roles})
       ) as fits
  from unnest(%(items)s::text[]) wanted(item)
 cross join lateral (
    select i.event_time, i.event_key, i.role,
           row_number() over (order by i.event_time {dir}, i.event_key {dir}) as place
      from eventstore.event_item i
     where i.item = wanted.item and i.event_time {short} %(stop)s::timestamptz
       and (i.event_time, i.event_key) {past} (%(at)s::timestamptz, %(key)s::uuid)
     order by i.event_time {dir}, i.event_key {dir}
     limit %(chunk)s
 ) near

-- arms_by_one_item --
-- The next events that name one item, in order.
select near.event_time as at, near.event_key, near.place,
       near.role = any({roles}) or near.place = %(chunk)s and exists (
           select from eventstore.event_item again
            where again.item = %(item)s and again.event_time = near.event_time
              and again.event_key = near.event_key and again.role = any({roles})
       ) as fits
  from (
    select i.event_time, i.event_key, i.role,
           row_number() over (order by i.event_time {dir}, i.event_key {dir}) as place
      from eventstore.event_item i
     where i.item = %(item)s and i.event_time {short} %(stop)s::timestamptz
       and (i.event_time, i.event_key) {past} (%(at)s::timestamptz, %(key)s::uuid)
     order by i.event_time {dir}, i.event_key {dir}
     limit %(chunk)s
  ) near

-- arms_by_range --
-- For each range of items the events that name one of it, in no order.
select near.event_time as at, near.event_key, near.place,
       near.role = any({roles}) as fits
  from unnest(%(lows)s::text[], %(highs)s::text[]) wanted(low, high)
 cross join lateral (
    select i.event_time, i.event_key, i.role, row_number() over () as place
      from eventstore.event_item i
     where i.item >= wanted.low and i.item < wanted.high
     limit %(chunk)s
 ) near

-- arms_by_column --
-- For each value of an indexed column the next events that have it. The value is compared as part
-- of a row so that no other index can give the order, whatever the planner believes.
select near.event_time as at, near.event_key, near.place, true as fits
  from unnest(%(values)s::text[]) wanted(value)
 cross join lateral (
    select e.event_time, e.event_key, row_number() over (
               order by e.{column} collate "C" {dir}, e.event_time {dir}, e.event_key {dir}) as place
      from eventstore.event e
     where {indexed}
       and (e.{column} collate "C", e.event_time, e.event_key)
           {past} (wanted.value collate "C", %(at)s::timestamptz, %(key)s::uuid)
       and (e.{column} collate "C", e.event_time)
           {short} (wanted.value collate "C", %(stop)s::timestamptz)
     order by e.{column} collate "C" {dir}, e.event_time {dir}, e.event_key {dir}
     limit %(chunk)s
 ) near

-- arms_by_time --
-- The next events by a time, whatever they are.
select near.at, near.event_key, near.place, true as fits
  from (
    select e.{time} as at, e.event_key,
           row_number() over (order by e.{time} {dir}, e.event_key {dir}) as place
      from eventstore.event e
     where (e.{time}, e.event_key) {past} (%(at)s::timestamptz, %(key)s::uuid)
       and e.{time} {short} %(stop)s::timestamptz
     order by e.{time} {dir}, e.event_key {dir}
     limit %(chunk)s
  ) near

-- arms_of_declarations --
-- The next events with a declaration of error.
select near.at, near.event_key, near.place, true as fits
  from (
    select e.event_time as at, e.event_key,
           row_number() over (order by e.event_time {dir}, e.event_key {dir}) as place
      from eventstore.event e
     where e.declaration_time is not null
       and (e.event_time, e.event_key) {past} (%(at)s::timestamptz, %(key)s::uuid)
       and e.event_time {short} %(stop)s::timestamptz
     order by e.event_time {dir}, e.event_key {dir}
     limit %(chunk)s
  ) near

-- arms_by_key --
-- Events by the keys of their ids, with the declarations of error that repeat those ids.
select near.at, near.event_key, row_number() over () as place, true as fits
  from (
    select e.event_time as at, e.event_key
      from eventstore.event e where e.event_key = any(%(keys)s::uuid[])
    union all
    select e.event_time, e.event_key
      from eventstore.event e
     where e.event_id = any(%(ids)s::text[]) and e.declaration_time is not null
     limit %(chunk)s
  ) near

-- arms_by_corrective --
-- The declarations that name one of some events as corrective.
select e.event_time as at, e.event_key, row_number() over () as place,
       true as fits
  from (
    select declaration_key from eventstore.correction
     where event_key = any(%(keys)s::uuid[]) limit %(chunk)s
  ) named
  join eventstore.event e on e.event_key = named.declaration_key

-- page_at_once --
-- The next mentions of one item, with those events among theirs that answer.
select i.event_time, i.event_key, e.event_key is not null,
       e.event_id, e.record_time, e.doc::text, e.context::text
  from (
    select near.event_time, near.event_key, near.role
      from eventstore.event_item near
     where near.item = %(item)s {keyset}
     order by near.event_time {dir}, near.event_key {dir}
     limit %(chunk)s
  ) i
  left join lateral (
    select * from eventstore.event one
     where one.event_key = i.event_key and i.role = any({roles}) limit 1
  ) e on {where}
 order by i.event_time {dir}, i.event_key {dir};

-- keyset --
-- Where a page begins, and the other end of the time asked for.
and near.event_time {short} %(stop)s::timestamptz
and (near.event_time, near.event_key) {past} (%(at)s::timestamptz, %(key)s::uuid)

-- page_single --
-- A page out of one ordered arm, and the end of the arm where it was cut short.
select arm.at, arm.event_key, arm.place = %(chunk)s, e.event_key is not null,
       e.event_id, e.record_time, e.doc::text, e.context::text
  from ({arms}) arm
  left join lateral (
    select * from eventstore.event one where one.event_key = arm.event_key and arm.fits limit 1
  ) e on {where}
 where e.event_key is not null or arm.place = %(chunk)s
 order by arm.at {dir}, arm.event_key {dir}
 limit %(want)s;

-- page_walked --
-- A page out of several ordered arms. An arm that was cut short ends what is known: the horizon, up to
-- which all arms are whole.
with arm as materialized ({arms}),
horizon as (
    select at, event_key from arm where place = %(chunk)s
     order by at {dir}, event_key {dir} limit 1
),
candidate as (
    select distinct arm.at, arm.event_key
      from arm left join horizon on true
     where arm.fits
       and (horizon.at is null
            or (arm.at, arm.event_key) {within} (horizon.at, horizon.event_key))
),
found as (
    select candidate.at, e.event_key, e.event_id, e.record_time, e.doc::text as doc,
           e.context::text as context
      from candidate
     cross join lateral (
        select * from eventstore.event one where one.event_key = candidate.event_key limit 1
     ) e
     where {where}
     order by candidate.at {dir}, candidate.event_key {dir}
     limit %(want)s
)
select horizon.at, horizon.event_key, found.*
  from (values (1)) one(row) left join horizon on true left join found on true
 order by found.at {dir}, found.event_key {dir};

-- page_gathered --
-- A page out of arms that were taken whole, in any order; `cut` says that they were not whole.
with arm as materialized ({arms}),
candidate as (select distinct event_key from arm where fits),
found as (
    select e.{time} as at, e.event_key, e.event_id, e.record_time, e.doc::text as doc,
           e.context::text as context
      from candidate
     cross join lateral (
        select * from eventstore.event one where one.event_key = candidate.event_key limit 1
     ) e
     where (e.{time}, e.event_key) {past} (%(from_at)s::timestamptz, %(from_key)s::uuid)
       and {where}
     order by e.{time} {dir}, e.event_key {dir}
     limit %(want)s
)
select cut.place is not null, null::uuid, found.*
  from (values (1)) one(row)
  left join (select place from arm where place = %(chunk)s limit 1) cut on true
  left join found on true
 order by found.at {dir}, found.event_key {dir};

-- where_event_type --
-- The class of an event.
e.event_type = any(%(values)s)

-- where_action --
-- The action.
e.action = any(%(values)s)

-- where_biz_step --
-- The business step, bare.
e.biz_step = any(%(values)s)

-- where_disposition --
-- The disposition, bare.
e.disposition = any(%(values)s)

-- where_transformation --
-- The transformation, in the spellings that can be listed.
e.transformation_id = any(%(values)s)

-- where_event_id --
-- The id, given or made.
e.event_id = any(%(values)s)

-- where_place --
-- A place, hierarchies resolved before.
e.{column} = any(%(values)s)

-- where_declared --
-- A declaration of error.
e.declaration_time is not null

-- where_sensing --
-- Sensor data.
jsonb_array_length(e.doc -> 'sensorElementList') > 0

-- where_error_reason --
-- The reason of a declaration, in any spelling.
e.doc #>> '{errorDeclaration,reason}' = any(%(values)s)

-- where_corrective --
-- An event named as corrective; a UUID in capitals is the same.
exists (
    select from jsonb_array_elements_text(e.doc #> '{errorDeclaration,correctiveEventIDs}') named
     where named = any(%(values)s) or lower(named) = any(%(uuids)s))

-- where_persistent --
-- A persistent disposition set or unset, in any spelling.
e.doc #> %(path)s::text[] ?| %(values)s::text[]

-- where_item --
-- An item in a role, among items known whole.
exists (
    select from eventstore.event_item i
     where i.item = any(%(items)s::text[]) and i.event_time = e.event_time
       and i.event_key = e.event_key and i.role = any({roles}))

-- where_item_near --
-- Perhaps an item of a range: the event holds what all its spellings hold.
e.doc::text like any(%(likes)s::text[])

-- where_time --
-- Bounds on a time that has a column.
{value} {operator} %(bound)s::timestamptz

-- where_listed --
-- Perhaps a document or party of a type.
exists (
    select from jsonb_array_elements(e.doc -> %(list)s) entry
     where entry ->> 'type' = any(%(types)s)
       and eventstore.may_name(entry ->> %(member)s, %(exact)s, %(needles)s, %(homes)s))

-- where_sensed_text --
-- An attribute of sensors that is text or a word.
exists (
    select from unnest(%(paths)s::jsonpath[]) path, jsonb_path_query(e.doc, path) held
     where {value} = any(%(values)s))

-- where_sensed_name --
-- Perhaps an attribute of sensors that is an identifier.
exists (
    select from unnest(%(paths)s::jsonpath[]) path, jsonb_path_query(e.doc, path) held
     where eventstore.may_name(held #>> '{}', %(exact)s, %(needles)s, %(homes)s))

-- where_sensed_time --
-- A time of sensors.
exists (
    select from unnest(%(paths)s::jsonpath[]) path, jsonb_path_query(e.doc, path) held,
           lateral (select eventstore.instant(held #>> '{}') as value offset 0) moment
     where {bounds})

-- where_answered --
-- A boolean value.
jsonb_path_query_array(e.doc, '$.sensorElementList[*].sensorReport[*].booleanValue')
    @> %(value)s::jsonb

-- where_quantity --
-- A quantity of any quantity element.
exists (
    select from unnest('{quantityList,childQuantityList,inputQuantityList,outputQuantityList}'
                       ::text[]) list,
           jsonb_array_elements(e.doc -> list) held
     where {bounds})

-- where_report --
-- A number of a sensor report.
exists (
    select from jsonb_path_query(e.doc, '$.sensorElementList[*].sensorReport[*]') held
     where {bounds})

-- bound_number --
-- An amount in whatever unit.
(held ->> %(member)s)::numeric {operator} any(%(values)s::numeric[])

-- bound_measure --
-- An amount in a unit that compares with the one asked for; fractions are multiplied out.
exists (
    select from unnest(%(uoms)s::text[], %(numerators)s::numeric[], %(denominators)s::numeric[])
           as unit(uom, numerator, denominator)
     where unit.uom = held ->> 'uom'
       and (held ->> %(member)s)::numeric * unit.denominator {operator} unit.numerator)

-- where_field --
-- A field of the event's own making.
exists (
    select from jsonb_path_query(e.doc, %(area)s::jsonpath) holder,
           eventstore.fields(holder, e.context, %(iris)s, %(ends)s, %(nested)s) field,
           eventstore.literals(field) value
     where {bounds})

-- where_field_exists --
-- Such a field that is not empty.
exists (
    select from jsonb_path_query(e.doc, %(area)s::jsonpath) holder,
           eventstore.fields(holder, e.context, %(iris)s, %(ends)s, %(nested)s) field,
           eventstore.flat(field) value
     where value not in ('null', '""', '{}'))

-- bound_text --
-- Text for text; a number or a truth by what it reads as.
case jsonb_typeof(value)
    when 'string' then value #>> '{}' = any(%(texts)s)
                       or eventstore.instant(value #>> '{}') = any(%(instants)s::timestamptz[])
    when 'number' then (value #>> '{}')::numeric = any(%(numbers)s::numeric[])
    when 'boolean' then value #>> '{}' = any(%(texts)s)
    else false
end

-- bound_value --
-- A number.
eventstore.number(value) {operator} %(bound)s::numeric

-- bound_moment --
-- A time.
case when jsonb_typeof(value) = 'string'
     then eventstore.instant(value #>> '{}') {operator} %(bound)s::timestamptz else false end

-- where_place_attribute --
-- An attribute in the newest master data of a place.
exists (
    select from (
        select distinct on (v.type) v.attributes from eventstore.vocabulary v
         where v.id = e.{column} order by v.type, v.recorded desc
    ) newest, jsonb_each(newest.attributes) attribute
     where {attribute})

-- where_field_attribute --
-- An attribute in the newest master data of what a field names.
exists (
    select from eventstore.fields(e.doc, e.context, %(iris)s, %(ends)s, false) field,
           eventstore.literals(field) name,
           lateral (
        select distinct on (v.type) v.attributes from eventstore.vocabulary v
         where jsonb_typeof(name) = 'string' and v.id = name #>> '{}'
         order by v.type, v.recorded desc
    ) newest, jsonb_each(newest.attributes) attribute
     where {attribute})

-- attribute_there --
-- An attribute by its names.
attribute.key = any(%(names)s) and attribute.value <> 'null'

-- attribute_value --
-- An attribute by its names and values.
attribute.key = any(%(names)s)
    and exists (select from eventstore.literals(attribute.value) value where {bounds})

-- children --
-- What places hold directly, by the newest master data of each vocabulary.
select distinct child
  from unnest(%(ids)s::text[]) wanted(id)
 cross join lateral (
    select distinct on (v.type) v.children from eventstore.vocabulary v
     where v.id = wanted.id order by v.type, v.recorded desc
 ) newest, unnest(newest.children) child
 limit %(limit)s;

-- parts --
-- The places with an extension under some GLNs that events name: leaps from one to the next.
with recursive part(n, value) as (
    select wanted.n, (
        select min(e.{column} collate "C") from eventstore.event e
         where e.{column} collate "C" > wanted.stem || '/254/'
           and e.{column} collate "C" < wanted.stem || '/2540')
      from unnest(%(glns)s::text[]) with ordinality wanted(stem, n)
    union all
    select part.n, (
        select min(e.{column} collate "C") from eventstore.event e
         where e.{column} collate "C" > part.value
           and e.{column} collate "C" < (%(glns)s::text[])[part.n] || '/2540')
      from part where part.value is not null
)
select value from part where value is not null limit %(limit)s;

-- known_parts --
-- The places with an extension under some GLNs that master data knows.
select distinct v.id
  from unnest(%(glns)s::text[]) wanted(stem)
 cross join lateral (
    select v.id from eventstore.vocabulary v
     where v.id > wanted.stem || '/254/' and v.id < wanted.stem || '/2540' limit %(limit)s
 ) v limit %(limit)s;

-- master_data_named --
-- The newest master data of some ids, in each vocabulary.
select distinct on (v.id, v.type) {columns}
  from eventstore.vocabulary v
 where v.id = any(%(names)s::text[]) and v.recorded <= %(recorded_by)s::timestamptz
 order by v.id, v.type, v.recorded desc;

-- master_data_of --
-- The newest master data of each id of a vocabulary, in order, from an id on; what is asked of it
-- is asked of the newest only.
select distinct on (v.id) {columns}
  from eventstore.vocabulary v
 where v.type collate "C" = %(type)s::text and v.id > %(id)s::text
   and v.recorded <= %(recorded_by)s::timestamptz
 order by v.id, v.recorded desc
 limit %(chunk)s;

-- vocabulary_names --
-- The vocabularies that there are: leaps from one to the next.
with recursive name(type) as (
    (select v.type collate "C" from eventstore.vocabulary v order by v.type collate "C" limit 1)
    union all
    select (select v.type collate "C" from eventstore.vocabulary v
             where v.type collate "C" > name.type order by v.type collate "C" limit 1)
      from name where name.type is not null
)
select type from name where type is not null limit %(limit)s;

-- history --
-- All master data of an id in a vocabulary, newest first. Two captures that met may have said the
-- same at once: what repeats the row before it is no history.
select {columns} from (
    select v.*, lag(row(v.attributes, v.children, v.element - 'attributes' - 'id', v.context))
               over (partition by v.type order by v.recorded) is not distinct from
           row(v.attributes, v.children, v.element - 'attributes' - 'id', v.context) as repeats
      from eventstore.vocabulary v
     where v.id = %(id)s and (%(type)s::text is null or v.type = %(type)s)
) v
 where not repeats and v.recorded <= %(recorded_by)s::timestamptz
 order by v.recorded desc, v.type limit %(limit)s;

-- master_columns --
-- What an element of master data is made of.
v.type, v.id, v.attributes::text, v.children, v.recorded, v.element::text, v.context::text

-- values_after --
-- The values of an indexed column, each once, in order: leaps from one to the next. The order is
-- asked for at every leap, so that no other index will do.
with recursive found(value) as (
    (select {column} from eventstore.{table} e
      where {indexed} and {column} > %(after)s::text
      order by {column} limit 1)
    union all
    select (select {column} from eventstore.{table} e
             where {indexed} and {column} > found.value
             order by {column} limit 1)
      from found where found.value is not null
)
select value from found where value is not null limit %(limit)s;

-- value_from --
-- The first value of an indexed column that is not before one.
select {column} from eventstore.{table} e
 where {indexed} and {column} >= %(value)s::text
 order by {column} limit 1;
