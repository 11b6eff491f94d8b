-- A capture writes one entry of an index for its arrival, not two: what is only looked up once the
-- arrival has its place is indexed by whoever gives it, and a single event is stored the quicker.

alter table eventstore.arrival drop constraint arrival_pkey;
drop index eventstore.arrival_new;
create unique index arrival_new on eventstore.arrival (record_time, transaction)
    where place is null;
create index arrival_time on eventstore.arrival (record_time) where place is not null;
