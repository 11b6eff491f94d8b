-- Named queries, who is to be told of what answers them, and how far each has been told
-- (docs/explanation/subscriptions.md).

-- One row for every transaction that stored events. Its place in the line is given after it has
-- committed, under a lock: so places are in the order in which commits became visible, and whoever
-- has read up to a place has missed nothing, whatever was still under way.
create table eventstore.arrival (
    record_time timestamptz not null default now(),
    transaction xid8        not null default pg_current_xact_id(),
    place       bigint,
    primary key (record_time, transaction)
);
create index arrival_new on eventstore.arrival (record_time, transaction) where place is null;
create unique index arrival_place on eventstore.arrival (place) where place is not null;

-- What was stored before stands in the order of its recording. Each time is leapt to by the index.
insert into eventstore.arrival (record_time, transaction, place)
with recursive found(record_time) as (
    (select record_time from eventstore.event order by record_time limit 1)
    union all
    select (select e.record_time from eventstore.event e
             where e.record_time > found.record_time order by e.record_time limit 1)
      from found where found.record_time is not null
)
select record_time, '0'::xid8, row_number() over (order by record_time)
  from found where record_time is not null;

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
