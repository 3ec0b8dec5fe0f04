-- Needs with their urgency and how far they have come, those that pass the filters, the most urgent or longest waiting first.
-- due: the day by which something must happen (closing day or the first window's day); waited: days; local days.
with live as (
    select booking.need_id, count(*) filter (where status = 'proposed' and held_until > :now) as proposed,
        count(*) filter (where status = 'confirmed') as confirmed,
        count(*) filter (where (status in ('declined', 'cancelled')
                or status = 'proposed' and held_until <= :now or status = 'released' and changed_by = 'geomatch')
            and lower(during) > :today
            and not exists (select from booking later where later.replaces_id = booking.id
                and (later.status = 'confirmed' or later.status = 'proposed' and later.held_until > :now))
            and not exists (select from booking other where other.need_id = booking.need_id and other.bundle_id > booking.bundle_id
                and other.holds)) as broken,
        count(*) filter (where status = 'confirmed' and upper(during) <= :wall) as past
    from booking join resource on resource.id = booking.resource_id
    where resource.county_id = :county and booking.need_id is not null and booking.bundle_id is not null
    group by booking.need_id
),
asks as (
    select need_id, count(*) filter (where answer is null and until > :now) as waiting,
        count(*) filter (where answer = 'no') as refused,
        count(*) filter (where answer = 'yes') as agreed
    from people.ask where county_id = :county and closed_at is null group by need_id
),
listed as (
    select need.ref, need.title, need.asked, need.closes, organisation.name as organisation, parish.name as parish,
        (select string_agg(distinct kind, ' ' order by kind) from need_role where need_id = need.id) as kinds,
        least(need.closes, (select min(cast(lower(during) as date)) from need_window
            where need_id = need.id and lower(during) >= :today)) as due,
        cast(:today as date) - need.asked as waited,
        coalesce(asks.waiting, 0) as waiting, coalesce(asks.refused, 0) as refused, coalesce(asks.agreed, 0) as agreed,
        case when live.broken > 0 then 'broken'
            when live.proposed > 0 then 'proposed'
            when live.past > 0 then 'past'
            when live.confirmed > 0 or need.status = 'met' then 'confirmed'
            else 'new' end as state
    from need
    left join live on live.need_id = need.id
    left join asks on asks.need_id = need.id
    left join organisation on organisation.id = need.organisation_id
    left join area parish on parish.county_id = need.county_id and parish.kind = 'parish' and parish.code = need.parish_code
        and upper_inf(parish.valid)
    where need.county_id = :county and need.status <> 'withdrawn' and not need.aspiration
      and (need.status = 'met' or live.need_id is not null or coalesce(need.closes, 'infinity') >= :today)
      and (cast(:kind as text) is null or exists (select from need_role where need_id = need.id and kind = :kind))
      and (cast(:text as text) is null or strpos(lower(need.title || ' ' || coalesce(organisation.name, '')), lower(:text)) > 0)
),
counted as (
    select *, count(*) filter (where state = 'new') over () as new_ones, count(*) filter (where state = 'proposed') over () as proposed_ones,
        count(*) filter (where state = 'broken') over () as broken_ones, count(*) filter (where state = 'past') over () as past_ones,
        count(*) filter (where state = 'confirmed') over () as confirmed_ones
    from listed
)
select *, count(*) over () as total from counted
where :state in (state, 'all') or (:state = 'open' and state in ('broken', 'proposed', 'past', 'new'))
order by case state when 'broken' then 0 when 'past' then 1 when 'proposed' then 2 when 'new' then 3 else 4 end,
    case when :by_waiting then null else due end nulls last, asked nulls last, due nulls last, ref collate "C"
limit :limit offset :offset
