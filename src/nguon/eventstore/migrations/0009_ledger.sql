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

-- As before, but that the transaction that puts an erasure on record may delete.
create or replace function eventstore.refuse_rewriting() returns trigger language plpgsql as $$
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
