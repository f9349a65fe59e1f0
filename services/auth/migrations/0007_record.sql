-- Changes of the platform itself are on record too, under tenant 0; so is every sign-in, found by its address.

create or replace function directory.record(tenant bigint, actor text, peer text, action text, object text, detail jsonb,
                                            addresses text[], domains text[], account_ids bigint[])
returns bigint language sql security definer set search_path = pg_catalog, directory as $$
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
                       select a.name from directory.domain a join directory.domain o on o.tenant_id = a.tenant_id and o.domain_id = a.alias_of
                        where o.name in (select name from renamed) or o.name in (select split_part(address, '@', 2) from touched)),
         next as (update directory.version set version = version + 1
                   where $1 = coalesce(directory.current_tenant(), case when directory.current_reseller() is null then 0 end) returning version),
         logged as (insert into directory.change (version, addresses, domains, account_ids)
                    select next.version, array(select distinct address from touched), array(select name from followers), $9 from next),
         audited as (insert into directory.audit (tenant_id, version, actor, peer, action, object, detail)
                     select $1, next.version, $2, $3, $4, $5, $6 from next)
    select version from next
$$;

-- Who may read the record: a tenant its own, a reseller that of its tenants, the platform all.
create policy platform on directory.audit for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create policy platform on directory.sign_in for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create index audit_by_id on directory.audit (audit_id);
create index sign_in_by_last on directory.sign_in (tenant_id, last_at);

-- Whose sign-in it was: the address's, or of whom the domain is where nobody has the address.
drop function directory.log_sign_ins(bigint[], timestamptz[], bigint[], text[], text[], text[], text[], text[], integer[]);
create function directory.log_sign_ins(minutes timestamptz[], addresses text[], protocols text[], mechanisms text[], remotes text[],
                                       outcomes text[], counts integer[])
returns void language sql security definer set search_path = pg_catalog, directory as $$
    insert into directory.sign_in as s (tenant_id, minute, account_id, address, protocol, mechanism, remote, outcome, count)
    select coalesce(n.tenant_id, d.tenant_id, 0), w.minute, coalesce(n.account_id, 0), w.address, w.protocol, w.mechanism, w.remote, w.outcome,
           sum(w.count)
      from unnest($1, $2, $3, $4, $5, $6, $7) as w (minute, address, protocol, mechanism, remote, outcome, count)
      left join directory.address n on n.address = w.address
      left join directory.domain d on d.name = substring(w.address from '[^@]*$') and d.state <> 'pending'
     group by 1, 2, 3, 4, 5, 6, 7, 8
        on conflict (tenant_id, minute, account_id, address, protocol, mechanism, remote, outcome)
        do update set count = s.count + excluded.count, last_at = clock_timestamp()
$$;
create function directory.forget_audit(older_than timestamptz) returns void
language sql security definer set search_path = pg_catalog, directory as $$ delete from directory.audit where at < $1 $$;

-- The token of the first start, while nobody administers yet: never two, and a new one only when the last is not just printed.
create function directory.offer_setup_token(token_digest bytea) returns boolean
language sql security definer set search_path = pg_catalog, directory as $$
    insert into directory.platform_token as p (purpose, digest, created_by, expires_at)
    select 'setup', $1, 'first start', now() + interval '1 day'
     where not exists (select from directory.tenant) and not exists (select from directory.role_grant)
       and not exists (select from directory.platform_token where purpose = 'api')
        on conflict (purpose) where purpose = 'setup'
        do update set digest = excluded.digest, created_at = now(), expires_at = excluded.expires_at
        where p.created_at < now() - interval '1 minute'
    returning true
$$;
revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;
