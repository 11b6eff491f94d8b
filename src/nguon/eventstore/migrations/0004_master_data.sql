-- Master data whole: every attribute in its order, also one that stands several times (once for
-- each language), what others add, and the prefixes that its names use. Rows from before have
-- null there, and lost nothing but the order. And vocabularies are listed by an index of their own.

alter table eventstore.vocabulary add column element jsonb;
alter table eventstore.vocabulary add column context jsonb;
create index vocabulary_type on eventstore.vocabulary (type collate "C", id, recorded);
