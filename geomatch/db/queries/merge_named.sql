-- Records by words of their name or by their own id, for a broker who looks for the other of two.
-- No geometry; the likest first.
with it as (
    select 'resource' as what, ref, name, kind, parish_code from resource where county_id = :county
    union all
    select 'organisation', ref, name, '', parish_code from organisation where county_id = :county
)
select it.ref, it.name, it.kind,
    (select area.name from area where area.county_id = :county and area.kind = 'parish' and area.code = it.parish_code
        and upper_inf(area.valid) limit 1) as parish
from it
where it.what = :what and it.ref <> :ref and (cast(:kind as text) = '' or it.kind = :kind)
    and (it.ref = :text or it.name ilike '%' || :pattern || '%' or similarity(it.name, :text) > 0.3)
order by it.ref <> :text, similarity(it.name, :text) desc, it.ref
limit :limit
