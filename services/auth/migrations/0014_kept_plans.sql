-- What every write runs keeps its plan: it is planned once a connection, where its arrays would have it weighed anew at each call, which took
-- most of its time. Alias domains are found by index.
create or replace function directory.record(tenant bigint, actor text, peer text, action text, object text, detail jsonb,
                                            addresses text[], domains text[], account_ids bigint[])
returns bigint language plpgsql security definer set search_path = pg_catalog, directory set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    taken bigint;
begin
    with recursive
         link (target, address) as not materialized (
             select t.target, n.address from directory.alias_target t join directory.address n using (tenant_id, alias_id)
             union all
             select m.target, n.address from directory.group_member m join directory.address n using (tenant_id, group_id)),
         touched (address, depth) as (
             select unnest($7), 0
             union
             select n.address, 1 from directory.alias_target t join directory.address n using (tenant_id, alias_id)
              where split_part(t.target, '@', 2) = any ($8)
             union
             select n.address, 1 from directory.group_member m join directory.address n using (tenant_id, group_id)
              where split_part(m.target, '@', 2) = any ($8)
             union
             select link.address, touched.depth + 1 from touched join link on link.target = touched.address where touched.depth < 10),
         -- A domain whose catch-all leads to what changed, and alias domains of a domain of which anything changed.
         caught as (select d.name from touched join directory.domain d on d.catch_all = touched.address),
         renamed as (select unnest($8) as name union select name from caught),
         followers as (select name from renamed
                       union
                       select a.name from (select name from renamed union select split_part(address, '@', 2) from touched) c
                         join directory.domain o on o.name = c.name
                         join directory.domain a on a.tenant_id = o.tenant_id and a.alias_of = o.domain_id),
         next as (update directory.version set version = version + 1
                   where $1 = coalesce(directory.current_tenant(), case when directory.current_reseller() is null then 0 end) returning version),
         logged as (insert into directory.change (version, addresses, domains, account_ids)
                    select next.version, array(select distinct address from touched), array(select name from followers), $9 from next),
         audited as (insert into directory.audit (tenant_id, version, actor, peer, action, object, detail)
                     select $1, next.version, $2, $3, $4, $5, $6 from next)
    select version into taken from next;
    return taken;
end $$;
