"""What PostgreSQL's catalogue says of the store's schema, as lines that can be compared."""

from __future__ import annotations

import psycopg

_QUERIES = (
    # Schemas and extensions of the database.
    """select 'schema ' || nspname from pg_namespace
        where nspname !~ '^pg_' and nspname <> 'information_schema'""",
    "select 'extension ' || extname from pg_extension",
    # Tables, views, sequences: their kind and settings.
    """select format('relation %s %s %s %s %s %s %s', relname, relkind, relpersistence, reloptions,
                     relrowsecurity, relreplident, relispartition)
         from pg_class where relnamespace = 'eventstore'::regnamespace""",
    """select format('view %s %s', viewname, definition) from pg_views
        where schemaname = 'eventstore'""",
    # Columns: order, type, collation, nulls, defaults, storage.
    """select format('column %s %s %s %s %s notnull=%s default=%s %s%s %s%s',
                     c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                     coalesce(l.collname, '-'), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
                     a.attidentity, a.attgenerated, a.attstorage, a.attcompression)
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         left join pg_collation l on l.oid = a.attcollation
         left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'eventstore'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
          and a.attnum > 0 and not a.attisdropped""",
    """select format('index %s valid=%s', pg_get_indexdef(i.indexrelid), i.indisvalid)
         from pg_index i join pg_class c on c.oid = i.indexrelid
        where c.relnamespace = 'eventstore'::regnamespace""",
    """select format('constraint %s %s %s %s', conrelid::regclass, conname,
                     pg_get_constraintdef(oid), convalidated)
         from pg_constraint where connamespace = 'eventstore'::regnamespace""",
    """select format('function %s', pg_get_functiondef(oid)) from pg_proc
        where pronamespace = 'eventstore'::regnamespace""",
    """select format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled)
         from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'eventstore'::regnamespace and not t.tgisinternal""",
    """select format('type %s %s', typname, typtype) from pg_type
        where typnamespace = 'eventstore'::regnamespace
          and typtype <> 'c' and typcategory <> 'A'""",
    """select format('policy %s %s %s', tablename, policyname, qual) from pg_policies
        where schemaname = 'eventstore'""",
    """select format('comment %s %s %s', objoid::regclass, objsubid, description)
         from pg_description d join pg_class c on c.oid = d.objoid
        where c.relnamespace = 'eventstore'::regnamespace""",
)  # fmt: skip


def describe(url: str) -> list[str]:
    """Every object of the schema, one line each, in order."""
    with psycopg.connect(url) as connection:
        return describe_over(connection)


def describe_over(connection: psycopg.Connection) -> list[str]:
    """The same, over a connection in the middle of something."""
    return sorted(row[0] for query in _QUERIES for row in connection.execute(query))
