-- Whether road graphs and hierarchies may be written here: true or false.
-- Not by the application's own role, nor in a transaction that only reads.
select has_table_privilege('road_graph', 'insert') and has_table_privilege('routing_graph', 'insert')
    and current_setting('transaction_read_only') = 'off'
