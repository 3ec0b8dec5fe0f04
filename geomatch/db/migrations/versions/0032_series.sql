-- Series by every pattern that openings know: extra days, and named days on which they happen, or do not.
-- Frozen: later changes are later migrations.

alter table series add extra_dates DATE[] DEFAULT '{}' NOT NULL, add only_in TEXT[] DEFAULT '{}' NOT NULL,
    add not_in TEXT[] DEFAULT '{}' NOT NULL;
