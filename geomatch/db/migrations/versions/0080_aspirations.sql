-- What a community would like one day: a need without a time or anything asked for yet, neither matched nor counted.
-- Frozen: later changes are later migrations.

alter table need add aspiration BOOLEAN DEFAULT false NOT NULL;
alter table need add constraint need_aspiration_check
    check (not aspiration or (status <> 'met' and asked is null and closes is null));

alter table people.posting drop constraint posting_kind_check;
alter table people.posting add constraint posting_kind_check
    check (kind in ('needs', 'aspirations', 'resources', 'organisations'));
