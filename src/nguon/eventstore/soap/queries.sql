-- take_id --
-- Give an id out; no row where somebody has it.
insert into eventstore.soap_subscription (id, query_name)
values (%(id)s, %(query_name)s) on conflict do nothing returning id;

-- settle_id --
-- Say which subscription an id stands for.
update eventstore.soap_subscription set subscription = %(subscription)s where id = %(id)s;

-- find_id --
-- What an id stands for, and whose it is.
select g.id, g.query_name, g.subscription, s.query_name, coalesce(s.owner, '')
  from eventstore.soap_subscription g
  left join eventstore.subscription s on s.subscription = g.subscription
 where g.id = %(id)s;

-- drop_id --
-- Give an id back.
delete from eventstore.soap_subscription where id = %(id)s;

-- list_ids --
-- The ids of a query's subscriptions that somebody may see.
select g.id from eventstore.soap_subscription g
  join eventstore.subscription s on s.subscription = g.subscription
 where g.query_name = %(query_name)s
   and (%(owner)s::text = '' or s.owner = %(owner)s)
 order by g.id limit %(limit)s;
