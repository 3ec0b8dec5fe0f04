-- Every line of the audit in the order of its chain, those outside the chain last; moments in microseconds since 1970.
-- The parts are the text that the hash is made of. No geometry.
select
    chain.number, chain.sha256, entry.id, chain.entry_id,
    (extract(epoch from entry.at) * 1000000)::bigint as at, entry.who, entry.account_id, entry.what,
    entry.county_id, entry.about, entry.why, entry.detail::text as detail
from audit.chain
full join audit.entry on entry.id = chain.entry_id
order by chain.number nulls last, entry.id
