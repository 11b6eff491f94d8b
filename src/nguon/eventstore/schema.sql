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
create index event_time on eventstore.event (event_time);
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
create index event_item_item on eventstore.event_item (item, event_time);
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
    finished_at   timestamptz not null default clock_timestamp(),
    success       boolean     not null,
    proceed       boolean     not null,
    sender        text        not null default '',
    stored        integer     not null,
    duplicates    integer     not null,
    refused       integer     not null,
    errors        jsonb       not null default '[]',
    document      jsonb       not null default '{}'
);
create index capture_job_created on eventstore.capture_job (created_at desc, job desc);

-- Master data from document headers; the newest row of an id speaks, older ones are its history.
create table eventstore.vocabulary (
    id         text collate "C" not null,
    type       text        not null,
    attributes jsonb       not null,
    children   text[]      not null default '{}',
    job        uuid        not null,
    recorded   timestamptz not null default now(),
    primary key (id, type, recorded)
);

-- Nothing is rewritten (architecture, guarantee 2): events are corrected by declarations.
create function eventstore.refuse_rewriting() returns trigger language plpgsql as $$
begin
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
