-- What every sign-in and every write runs keeps its plan. PostgreSQL plans a function of language sql anew at each call, which took most of
-- their time; one of plpgsql is planned once a connection. Where the plan would be weighed again for each array, it is told not to.
create or replace function directory.find_credentials(wanted text)
returns table (version bigint, tenant_id bigint, account_id bigint, address text, display_name text, kind text, state text,
               tenant_state text, scram_salt bytea, second_factor boolean, second_factor_required boolean, account_protocols text[],
               has_ldap boolean, scram_for_main boolean,
               credential_ids bigint[], kinds text[], verifiers text[], scram_sha256 text[], scram_sha1 text[], protocols text[], networks text[])
language plpgsql stable security definer set search_path = pg_catalog, directory as $$
#variable_conflict use_column
begin
    return query
    select v.version, a.tenant_id, a.account_id, a.address, a.display_name, a.kind, a.state, t.state, a.scram_salt,
           exists (select from directory.second_factor f
                    where f.tenant_id = a.tenant_id and f.account_id = a.account_id and f.confirmed_at is not null),
           t.second_factor_required, coalesce(a.protocols, p.protocols),
           exists (select from directory.ldap_source l where l.tenant_id = a.tenant_id), t.scram_for_main,
           c.ids, c.kinds, c.verifiers, c.sha256, c.sha1, c.protocols, c.networks
      from directory.version v
      join directory.address n on n.address = wanted
      join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id
      join directory.tenant t on t.tenant_id = a.tenant_id
      left join directory.plan p on p.plan_id = directory.plan_in_force(a.kind, a.plan_id, t.plan_id)
     cross join lateral (
           select coalesce(array_agg(k.credential_id order by k.kind desc, k.credential_id), '{}') as ids,
                  coalesce(array_agg(k.kind order by k.kind desc, k.credential_id), '{}') as kinds,
                  coalesce(array_agg(k.verifier order by k.kind desc, k.credential_id), '{}') as verifiers,
                  coalesce(array_agg(coalesce(k.scram_sha256, '') order by k.kind desc, k.credential_id), '{}') as sha256,
                  coalesce(array_agg(coalesce(k.scram_sha1, '') order by k.kind desc, k.credential_id), '{}') as sha1,
                  coalesce(array_agg(array_to_string(k.protocols, ',') order by k.kind desc, k.credential_id), '{}') as protocols,
                  coalesce(array_agg(array_to_string(k.networks, ',') order by k.kind desc, k.credential_id), '{}') as networks
             from directory.credential k
            where k.tenant_id = a.tenant_id and k.account_id = a.account_id and (k.expires_at is null or k.expires_at > now())) c;
end $$;

-- As before; alias domains are found by index.
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
