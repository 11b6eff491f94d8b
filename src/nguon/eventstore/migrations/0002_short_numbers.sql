-- A row of this index held the key and, for a key without slashes near its end, most of it again:
-- longer than an index row may be. Nobody types a lot number of more than 90 characters.

drop index eventstore.event_item_number;
create index event_item_number on eventstore.event_item
    ((substring(item from '(?:^|/)([^/]{1,90})$')) collate "C", item)
    where role in ('a', 'A', 'o', 'O', 'l', 'p');
