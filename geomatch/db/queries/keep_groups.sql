-- Groups of a county with their size (yes, no or unknown to being small), by ref.
-- No geometry.
select ref, small from organisation where county_id = :county and withdrawn_on is null order by ref collate "C"
