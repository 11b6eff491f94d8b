-- The query language of EPCIS: what its conditions are found by, and how it reads what events hold
-- beside the columns. An index on a place, a step or a transformation holds time and key behind, so
-- that a page is read in order from where the last one ended.

drop index eventstore.event_item_item;
create index event_item_item on eventstore.event_item (item, event_time, event_key)
    include (role);
drop index eventstore.event_time;
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
