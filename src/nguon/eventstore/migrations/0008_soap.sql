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
