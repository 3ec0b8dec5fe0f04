-- Safeguarding: what a role asks of people, and the checks of people that somebody has seen.
-- Frozen: later changes are later migrations.

ALTER TABLE need_role
    ADD COLUMN contact TEXT DEFAULT 'nobody' NOT NULL,
    ADD COLUMN contact_days SMALLINT,
    ADD COLUMN overnight TEXT DEFAULT 'unknown' NOT NULL,
    ADD COLUMN personal_care TEXT DEFAULT 'unknown' NOT NULL,
    ADD COLUMN supervised TEXT DEFAULT 'unknown' NOT NULL,
    ADD COLUMN dbs_level TEXT DEFAULT 'none' NOT NULL,
    ADD COLUMN carries TEXT,
    ADD CONSTRAINT need_role_contact_check CHECK (contact in ('nobody', 'children', 'adults_at_risk', 'children_and_adults_at_risk')),
    ADD CONSTRAINT need_role_contact_days_check CHECK (contact_days between 1 and 30),
    ADD CONSTRAINT need_role_overnight_check CHECK (overnight in ('yes', 'no', 'unknown')),
    ADD CONSTRAINT need_role_personal_care_check CHECK (personal_care in ('yes', 'no', 'unknown')),
    ADD CONSTRAINT need_role_supervised_check CHECK (supervised in ('yes', 'no', 'unknown')),
    ADD CONSTRAINT need_role_dbs_level_check CHECK (dbs_level in ('none', 'basic', 'standard', 'enhanced', 'enhanced_barred_lists')),
    ADD CONSTRAINT need_role_people_check CHECK (kind in ('volunteer', 'skill') or (contact = 'nobody' and dbs_level = 'none' and carries is null));

CREATE TABLE dbs_check (
    resource_id BIGINT NOT NULL,
    level TEXT NOT NULL,
    seen_by TEXT NOT NULL,
    issued DATE,
    seen_on DATE,
    until DATE,
    CONSTRAINT dbs_check_pkey PRIMARY KEY (resource_id),
    CONSTRAINT dbs_check_level_check CHECK (level in ('basic', 'standard', 'enhanced', 'enhanced_barred_lists')),
    CONSTRAINT dbs_check_seen_by_check CHECK (seen_by <> ''),
    CONSTRAINT dbs_check_dates_check CHECK (seen_on >= issued and until >= issued),
    CONSTRAINT dbs_check_resource_id_fkey FOREIGN KEY(resource_id) REFERENCES resource (id) ON DELETE CASCADE
);

create function dbs_check_of_a_person() returns trigger language plpgsql as $$
begin
    if not exists (select from resource where id = new.resource_id and kind in ('volunteer', 'skill')) then
        raise exception 'resource % is nobody; only people have DBS checks', new.resource_id
            using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger dbs_check_of_a_person before insert or update on dbs_check
    for each row execute function dbs_check_of_a_person();

-- Checks were features until now, which anybody could read. Who saw them was not asked.
with told as (
    select resource_id, until, case resource_feature.name when 'dbs_basic' then 'basic' when 'dbs_enhanced' then 'enhanced'
        else 'enhanced_barred_lists' end as level
    from resource_feature join resource on resource.id = resource_id
    where resource_feature.name in ('dbs_basic', 'dbs_enhanced', 'dbs_barred_lists')
        and truth = 'yes' and kind in ('volunteer', 'skill')
)
insert into dbs_check (resource_id, level, seen_by, until)
select distinct on (resource_id) resource_id, level, 'stated before checks were kept apart', until
from told order by resource_id, level desc, until desc nulls last;

update need_role set dbs_level = told.level
from (
    select need_role_id, max(case name when 'dbs_basic' then 'basic' when 'dbs_enhanced' then 'enhanced'
        else 'enhanced_barred_lists' end) as level
    from role_feature where name in ('dbs_basic', 'dbs_enhanced', 'dbs_barred_lists') and truth = 'yes'
    group by need_role_id
) told
where told.need_role_id = need_role.id and kind in ('volunteer', 'skill');

delete from resource_feature where name in ('dbs_basic', 'dbs_enhanced', 'dbs_barred_lists');
delete from role_feature where name in ('dbs_basic', 'dbs_enhanced', 'dbs_barred_lists');
delete from feature_type where name in ('dbs_basic', 'dbs_enhanced', 'dbs_barred_lists');

revoke all on dbs_check from geomatch_app;
