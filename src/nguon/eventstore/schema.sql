-- The whole schema of the event store, as all migrations together make it: to read, and to compare
-- a database with. A database is made by `nguon migrate`, not by this file; a test holds the two
-- equal. No foreign keys among these tables: each may be distributed by its own key.

create schema eventstore;

-- Which steps this database has seen, and from which text (migrate.py).
create table eventstore.migration (
    number     integer     not null primary key,
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default now()
);

-- Events as received.
create table eventstore.event (
    event_key         uuid        not null primary key,
    event_id          text collate "C" not null,
    digest            bytea       not null,
    event_type        text        not null,
    event_time        timestamptz not null,
    record_time       timestamptz not null default now(),
    action            text,
    biz_step          text,
    disposition       text,
    read_point        text,
    biz_location      text,
    transformation_id text,
    declaration_time  timestamptz,
    job               uuid        not null,
    context           jsonb,
    doc               jsonb       not null
);
-- Each is read in the order of pages: by time, then by key.
create index event_time on eventstore.event (event_time, event_key);
create index event_record_time on eventstore.event (record_time, event_key);
create index event_biz_step on eventstore.event
    (biz_step collate "C", event_time, event_key) where octet_length(biz_step) <= 500;
create index event_read_point on eventstore.event
    (read_point collate "C", event_time, event_key) where read_point is not null;
create index event_biz_location on eventstore.event
    (biz_location collate "C", event_time, event_key) where biz_location is not null;
create index event_transformation on eventstore.event
    (transformation_id collate "C", event_time, event_key) where octet_length(transformation_id) <= 500;
create index event_declared on eventstore.event (event_time, event_key)
    where declaration_time is not null;
-- Dispositions that are nobody's standard.
create index event_disposition on eventstore.event (disposition collate "C")
    where position(':' in disposition) > 0 and octet_length(disposition) <= 500;
create index event_declaration on eventstore.event (event_id) where declaration_time is not null;

-- What each event says of which item.
create table eventstore.event_item (
    item       text collate "C" not null,
    event_time timestamptz not null,
    event_key  uuid        not null,
    role       "char"      not null,
    quantity   numeric,
    uom        text
);
create index event_item_item on eventstore.event_item (item, event_time, event_key)
    include (role);
-- A bare lot or serial number, as a person types it, finds the items it may stand for: those
-- that an event brought into being, or packed into.
create index event_item_number on eventstore.event_item
    ((substring(item from '(?:^|/)([^/]{1,90})$')) collate "C", item)
    where role in ('a', 'A', 'o', 'O', 'l', 'p');

-- A link says what an event says; whether the event counts stands in declaration, and from when a
-- corrective one was known in correction, so that links too are never rewritten.
create table eventstore.link (
    source          text collate "C" not null,
    target          text collate "C" not null,
    kind            "char"      not null,
    at              timestamptz not null,
    event_key       uuid        not null,
    quantity        numeric,
    uom             text,
    recorded        timestamptz not null default now()
);
create index link_source on eventstore.link (source, at);

-- The mirror of link, kept by target: on a sharded store each lives where it is asked for.
create table eventstore.link_back (like eventstore.link including defaults);
create index link_back_target on eventstore.link_back (target, at);

-- Which event was declared wrong, by which declaration, with what in its place.
create table eventstore.declaration (
    event_key       uuid        not null,
    declaration_key uuid        not null,
    declared_at     timestamptz not null,
    recorded        timestamptz not null default now(),
    primary key (event_key, declaration_key)
);

-- From when a corrective event was known: since a declaration named it.
create table eventstore.correction (
    event_key       uuid        not null,
    declaration_key uuid        not null,
    known_at        timestamptz not null,
    recorded        timestamptz not null default now(),
    primary key (event_key, declaration_key)
);

-- One record a capture, with what stood around its events.
create table eventstore.capture_job (
    job           uuid        not null primary key,
    created_at    timestamptz not null default now(),
    finished_at   timestamptz default clock_timestamp(),
    success       boolean     not null,
    proceed       boolean     not null,
    sender        text        not null default '',
    stored        integer     not null,
    duplicates    integer     not null,
    refused       integer     not null,
    errors        jsonb       not null default '[]',
    document      jsonb       not null default '{}',
    running       boolean     not null default false,
    withheld      integer     not null default 0,
    tries         integer     not null default 0,
    source        text
);
create index capture_job_created on eventstore.capture_job (created_at desc, job desc);
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

-- Master data from document headers; the newest row of an id speaks, older ones are its history.
-- `attributes` are what is asked about, by name; `element` is the entry as it was captured, with
-- the prefixes of its names in `context`.
create table eventstore.vocabulary (
    id         text collate "C" not null,
    type       text        not null,
    attributes jsonb       not null,
    children   text[]      not null default '{}',
    job        uuid        not null,
    recorded   timestamptz not null default now(),
    element    jsonb,
    context    jsonb,
    primary key (id, type, recorded)
);
create index vocabulary_type on eventstore.vocabulary (type collate "C", id, recorded);

-- Nothing is rewritten (architecture, guarantee 2): events are corrected by declarations. Only the
-- transaction that puts an erasure on record may delete.
create function eventstore.refuse_rewriting() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and (select erased_at from eventstore.ledger_erasure
                              order by number desc limit 1) = now() then
        return null;
    end if;
    raise exception 'events are append-only: % on eventstore.% is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation',
              hint = 'Capture an event with an error declaration and a corrective event instead.';
end
$$;
create trigger event_append_only before update or delete or truncate on eventstore.event
    for each statement execute function eventstore.refuse_rewriting();
create trigger event_item_append_only before update or delete or truncate on eventstore.event_item
    for each statement execute function eventstore.refuse_rewriting();
create trigger declaration_append_only before update or delete or truncate
    on eventstore.declaration
    for each statement execute function eventstore.refuse_rewriting();

-- How the query language reads events (docs/explanation/queries.md). All are immutable but
-- instant(), and say nothing of what they cannot read.

-- The IRI of a prefixed name under an event's prefixes (nguon.epcis.names.expand).
create function eventstore.iri(name text, context jsonb) returns text
    language sql immutable parallel safe as $$
    select regexp_replace(regexp_replace(
        case when position(':' in name) = 0 or split_part(name, ':', 2) like '//%' then name
             else coalesce(
                nullif(context ->> split_part(name, ':', 1), ''),
                case split_part(name, ':', 1)
                    when 'epcis' then 'https://ref.gs1.org/epcis/'
                    when 'cbv' then 'https://ref.gs1.org/cbv/'
                    when 'cbvmda' then 'urn:epcglobal:cbv:mda:'
                    when 'gs1' then 'https://gs1.org/voc/'
                    when 'rdfs' then 'http://www.w3.org/2000/01/rdf-schema#'
                    when 'owl' then 'http://www.w3.org/2002/07/owl#'
                    when 'xsd' then 'http://www.w3.org/2001/XMLSchema#'
                    when 'dcterms' then 'http://purl.org/dc/terms/'
                end, split_part(name, ':', 1) || ':'
             ) || substr(name, position(':' in name) + 1)
        end,
        '^urn:epcglobal:cbv:mda[:/]', 'urn:epcglobal:cbv:mda#'),
        '^https?://(?:www\.)?gs1\.org/voc/', 'https://gs1.org/voc/')
$$;

-- The members of an array in any depth; of anything else, itself.
create function eventstore.flat(value jsonb) returns setof jsonb
    language sql immutable parallel safe as $$
    with recursive item(value) as (
        select value
        union all
        select entry from item,
               jsonb_array_elements(case jsonb_typeof(item.value)
                                         when 'array' then item.value else '[]' end) entry
    )
    select item.value from item where jsonb_typeof(item.value) <> 'array'
$$;

-- The plain values of a field: an array is the field repeated, @value and @id are plain.
create function eventstore.literals(value jsonb) returns setof jsonb
    language sql immutable parallel safe as $$
    select case when jsonb_typeof(entry) = 'object'
                then case when entry ? '@value' then entry -> '@value' else entry -> '@id' end
                else entry end
      from eventstore.flat(value) entry
$$;

-- The values of a field among the members of an object that have a prefix; with `inner`, of the
-- fields nested within those.
create function eventstore.fields(
    holder jsonb, context jsonb, iris text[], ends text[], nested boolean
) returns setof jsonb
    language sql immutable parallel safe as $$
    select member.value from jsonb_each(holder) member
     where not nested and position(':' in member.key) > 0 and right(member.key, 1) = any(ends)
       and eventstore.iri(member.key, context) = any(iris)
    union all
    select deep -> 'value'
      from jsonb_each(case when nested then holder else '{}' end) member,
           jsonb_path_query(member.value, '$.** ? (@.type() == "object").keyvalue()') deep
     where position(':' in member.key) > 0 and right(deep ->> 'key', 1) = any(ends)
       and eventstore.iri(deep ->> 'key', context) = any(iris)
$$;

-- The number that a JSON value is, or that its text reads as.
create function eventstore.number(value jsonb) returns numeric
    language sql immutable parallel safe as $$
    select case jsonb_typeof(value)
        when 'number' then (value #>> '{}')::numeric
        when 'string' then
            case when value #>> '{}'
                      ~ '^[+-]?[0-9]{1,64}(?:\.[0-9]{0,64})?(?:[eE][+-]?[0-9]{1,2})?$'
                 then (value #>> '{}')::numeric end
    end
$$;

-- The instant that a text is, to the microsecond, halves rounded up.
create function eventstore.instant(value text) returns timestamptz
    language plpgsql stable parallel safe as $$
declare
    part text[];
begin
    if value is null or length(value) > 100 then
        return null;
    end if;
    part := regexp_match(value,
        '^(?!0000|0001|9999)([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])'
        '(?:\.([0-9]+))?([Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$');
    if part is null then
        return null;
    end if;
    return (part[1] || part[3])::timestamptz
        + round(('0.' || coalesce(part[2], '0'))::numeric * 1000000)::integer
        * interval '1 microsecond';
exception when data_exception then
    return null;
end
$$;

-- Whether a text may name what is asked for: a spelling known whole, or one that holds what every
-- other spelling holds (nguon.epcis.query.spelling).
create function eventstore.may_name(value text, exact text[], needles text[], homes text[])
    returns boolean language sql immutable parallel safe as $$
    select value = any(exact) or case
        when value like 'https://id.gs1.org/%' then
            exists (select from unnest(homes) home where position(home in value) > 0)
        when value like '%:%' then
            exists (select from unnest(needles) needle where position(needle in value) > 0)
        else false
    end
$$;

-- Named queries, who is to be told of what answers them, and how far each has been told
-- (docs/explanation/subscriptions.md).

-- One row for every transaction that stored events. Its place in the line is given after it has
-- committed, under a lock: so places are in the order in which commits became visible, and whoever
-- has read up to a place has missed nothing, whatever was still under way.
create table eventstore.arrival (
    record_time timestamptz not null default now(),
    transaction xid8        not null default pg_current_xact_id(),
    place       bigint
);
-- A capture writes one entry of an index for its arrival; the others are written with its place.
create unique index arrival_new on eventstore.arrival (record_time, transaction)
    where place is null;
create unique index arrival_place on eventstore.arrival (place) where place is not null;
create index arrival_time on eventstore.arrival (record_time) where place is not null;

create function eventstore.note_arrival() returns trigger language plpgsql as $$
begin
    insert into eventstore.arrival default values on conflict do nothing;
    return null;
end
$$;
create trigger event_arrival after insert on eventstore.event
    for each statement execute function eventstore.note_arrival();

create table eventstore.named_query (
    name       text collate "C" not null primary key,
    query      jsonb       not null,
    namespaces jsonb       not null,
    owner      text        not null default '',
    created_at timestamptz not null default now()
);

-- `place` and `event_key` are how far the subscriber has been told: all up to them. A run under way
-- goes to `run_until` and has told `run_sent` events. `next_at` is when there is something to do
-- at the earliest: the next time of a schedule, or the next try after a failure.
create table eventstore.subscription (
    subscription        uuid        not null primary key default gen_random_uuid(),
    query_name          text collate "C" not null
                        references eventstore.named_query on delete cascade,
    controls            jsonb       not null,
    signature_token     text,
    owner               text        not null default '',
    created_at          timestamptz not null default now(),
    initial_record_time timestamptz,
    min_record_time     timestamptz not null,
    last_notified_at    timestamptz,
    place               bigint      not null,
    event_key           uuid        not null,
    run_until           bigint,
    run_sent            bigint      not null default 0,
    next_at             timestamptz not null,
    state               text        not null default 'active',
    batch               integer     not null,
    failures            integer     not null default 0,
    failing_since       timestamptz,
    set_aside           integer     not null default 0,
    last_error          jsonb,
    last_error_at       timestamptz,
    constraint subscription_state check (state in ('active', 'paused'))
);
create index subscription_query on eventstore.subscription (query_name, created_at, subscription);
create index subscription_due on eventstore.subscription (next_at) where state = 'active';

-- Events that a receiver would not take, kept until they are sent again or let go.
create table eventstore.dead_letter (
    letter       bigint      not null generated always as identity primary key,
    subscription uuid        not null references eventstore.subscription on delete cascade,
    event_key    uuid        not null,
    error        jsonb       not null,
    created_at   timestamptz not null default now(),
    tries        integer     not null default 1,
    constraint dead_letter_once unique (subscription, event_key)
);

-- Over SOAP the subscriber chooses the subscription's id, one for all queries. A row without a
-- subscription is an id that is being given out.
create table eventstore.soap_subscription (
    id           text collate "C" not null primary key,
    query_name   text collate "C" not null,
    subscription uuid references eventstore.subscription on delete cascade,
    created_at   timestamptz not null default now()
);
create index soap_subscription_query on eventstore.soap_subscription (query_name, id);
create index soap_subscription_of on eventstore.soap_subscription (subscription);

-- The ledger: every event a leaf of one hash tree that only grows, its roots signed and kept
-- (docs/explanation/proofs.md). A proof needs a few blocks of 256 hashes, however many leaves.

create table eventstore.ledger_leaf (
    position bigint not null primary key,
    hash     bytea  not null check (octet_length(hash) = 32)
);

-- Complete subtrees of 256, 65,536, … leaves: level 8, 16, …; `place` counts them from the left.
create table eventstore.ledger_node (
    level smallint not null,
    place bigint   not null,
    hash  bytea    not null check (octet_length(hash) = 32),
    primary key (level, place)
);

-- Which event is which leaf, its CBV hash, and the secret that its commitments are salted with.
-- The one table of the ledger from which an erasure deletes: without the secret a leaf is noise.
create table eventstore.ledger_entry (
    event_key  uuid   not null primary key,
    position   bigint not null unique,
    event_hash bytea  not null,
    secret     bytea  not null check (octet_length(secret) = 32)
);

create table eventstore.ledger_root (
    number    bigint      not null primary key,
    size      bigint      not null,
    hash      bytea       not null check (octet_length(hash) = 32),
    closed_at timestamptz not null,
    note      text        not null
);
create index ledger_root_size on eventstore.ledger_root (size, number);

-- Runs that took all events in that they could see. `settled`: every transaction from before it
-- had ended when the run began, so that no event recorded before it is still to come.
create table eventstore.ledger_run (
    number   bigint      generated always as identity primary key,
    taken_at timestamptz not null,
    open     text[]      not null,
    settled  timestamptz not null,
    taken    bigint      not null
);

-- Leaves whose event was erased, each with the chain over all erasures up to it.
create table eventstore.ledger_erasure (
    number    bigint      not null primary key,
    position  bigint      not null unique,
    erased_at timestamptz not null,
    reason    text        not null,
    chain     bytea       not null check (octet_length(chain) = 32)
);

create function eventstore.refuse_ledger_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only: % on eventstore.% is refused', tg_op, tg_table_name
        using errcode = 'restrict_violation',
              hint = 'Whoever holds an earlier root would see the change.';
end
$$;
create trigger ledger_leaf_append_only before update or delete or truncate
    on eventstore.ledger_leaf
    for each statement execute function eventstore.refuse_ledger_rewriting();
create trigger ledger_node_append_only before update or delete or truncate
    on eventstore.ledger_node
    for each statement execute function eventstore.refuse_ledger_rewriting();
create trigger ledger_root_append_only before update or delete or truncate
    on eventstore.ledger_root
    for each statement execute function eventstore.refuse_ledger_rewriting();
create trigger ledger_run_append_only before update or delete or truncate
    on eventstore.ledger_run
    for each statement execute function eventstore.refuse_ledger_rewriting();
create trigger ledger_erasure_append_only before update or delete or truncate
    on eventstore.ledger_erasure
    for each statement execute function eventstore.refuse_ledger_rewriting();
create trigger ledger_entry_append_only before update or truncate
    on eventstore.ledger_entry
    for each statement execute function eventstore.refuse_ledger_rewriting();

-- A row goes only when its event's erasure is on record: nothing vanishes without a trace.
create function eventstore.refuse_unrecorded_erasure() returns trigger language plpgsql as $$
begin
    if not exists (
        select from eventstore.ledger_entry n
          join eventstore.ledger_erasure e on e.position = n.position
         where n.event_key = (to_jsonb(old) ->> tg_argv[0])::uuid
    ) then
        raise exception 'events are append-only: % on eventstore.% is refused', tg_op, tg_table_name
            using errcode = 'restrict_violation',
                  hint = 'Capture an event with an error declaration and a corrective event instead.';
    end if;
    return old;
end
$$;
create trigger ledger_entry_erased before delete on eventstore.ledger_entry
    for each row execute function eventstore.refuse_unrecorded_erasure('event_key');

create trigger event_erased before delete on eventstore.event
    for each row execute function eventstore.refuse_unrecorded_erasure('event_key');
create trigger event_item_erased before delete on eventstore.event_item
    for each row execute function eventstore.refuse_unrecorded_erasure('event_key');
create trigger declaration_erased before delete on eventstore.declaration
    for each row execute function eventstore.refuse_unrecorded_erasure('declaration_key');
