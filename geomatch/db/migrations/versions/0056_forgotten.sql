-- A quarter that is over stays as it was kept, but for the words of somebody who is erased: the owner takes those out.
-- Frozen: later changes are later migrations.

create or replace function snapshot_part_stays() returns trigger language plpgsql as $$
declare
    mine snapshot;
begin
    if tg_op = 'UPDATE' and tg_table_name = 'snapshot_area' and current_setting('geomatch.erasing', true) = 'yes'
            and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
        return new;
    end if;
    select * into mine from snapshot where id = case when tg_op = 'INSERT' then new.snapshot_id else old.snapshot_id end;
    if mine.id is not null and quarter_is_over(mine.quarter) and (tg_op <> 'INSERT' or mine.made_at <> now()) then
        raise exception 'the snapshot of % is kept as it was: the quarter is over', mine.quarter;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
