-- family --
-- What is on record of a key without lot and serial number: whether anything is, whether links are
-- registered for a part of it, and its own links.
select exists (select from registry_product where key = %(family)s)
    or exists (select from registry_place where key = %(family)s)
    or exists (select from registry_organisation where key = %(family)s),
       exists (select from resolver_registration
                where family = %(family)s and anchor <> %(family)s and links <> '[]'::jsonb),
       (select jsonb_build_object('description', description, 'links', links)::text
          from resolver_registration where anchor = %(family)s and links <> '[]'::jsonb);

-- mentioned --
-- Whether any event names a key or something below it.
select exists (select from eventstore.event_item where item = %(key)s)
    or exists (select from eventstore.event_item where item >= %(low)s and item < %(high)s);

-- named --
-- Which of some keys an event names.
select key from unnest(%(keys)s::text[]) as key
 where exists (select from eventstore.event_item where item = key);

-- registered --
-- The links that are registered for some anchors.
select anchor, jsonb_build_object('description', description, 'links', links)::text
  from resolver_registration where anchor = any(%(anchors)s) and links <> '[]'::jsonb;
