-- Matches of one need, role and time in the same run with both of two resources: they become one, of both quantities.
-- minutes: one way, the mean over all units; the row that stays and the row that went as they were.
with twice as (
    select mine.id as mine_id, mine.quantity as mine_quantity, mine.minutes as mine_minutes, to_jsonb(theirs) as theirs,
        theirs.id as theirs_id, theirs.quantity, theirs.minutes
    from match mine
    join match theirs on theirs.matching_run_id = mine.matching_run_id and theirs.need_id = mine.need_id
        and theirs.role = mine.role and theirs.slot = mine.slot
    where mine.resource_id = :kept and theirs.resource_id = :gone
),
more as (
    update match set quantity = match.quantity + twice.quantity,
        minutes = (match.minutes * match.quantity + twice.minutes * twice.quantity) / (match.quantity + twice.quantity)
    from twice where match.id = twice.mine_id
),
less as (delete from match using twice where match.id = twice.theirs_id)
select mine_id, mine_quantity, mine_minutes, theirs from twice order by mine_id
