-- Two matches that had become one are two again.
-- No geometry; returns nothing.
with mine as (update match set quantity = :quantity, minutes = :minutes where id = :mine)
insert into match overriding system value
select * from jsonb_populate_record(cast(null as match), cast(:theirs as jsonb))
