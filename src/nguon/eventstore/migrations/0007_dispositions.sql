-- Dispositions that are nobody's standard: few, so that listing them costs little, and nothing on
-- the way in. The standard ones are known without looking.

create index event_disposition on eventstore.event (disposition collate "C")
    where position(':' in disposition) > 0 and octet_length(disposition) <= 500;
