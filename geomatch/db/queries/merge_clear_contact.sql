-- Takes the contact of one organisation away, to be written anew.
-- No geometry; returns nothing.
delete from people.contact where organisation_id = :id
