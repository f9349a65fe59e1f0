-- Plans behind a second wall, in force at sign-in, and the days that were counted.

-- Which of two plans applies: an account's own, else its tenant's. The tenant's is for those who sign in; shared mailboxes, rooms and folder
-- trees are on a plan only when they are given one.
create function directory.plan_in_force(kind text, own bigint, tenants bigint) returns bigint language sql immutable parallel safe
    as $$ select coalesce($2, case when $1 in ('user', 'service') then $3 end) $$;

alter table directory.plan add column last_used date;   -- newest row of mailbox_day on it: from then on bills need it as it is
create index tenant_by_plan on directory.tenant (plan_id) where plan_id is not null;
create index account_by_plan on directory.account (plan_id) where plan_id is not null;

-- The provider's plans are seen by all, a reseller's by itself and those under it. Each is written by its owner only: the provider's while
-- no tenant is chosen, a reseller's while it is the tenant.
alter table directory.plan enable row level security;
create policy seen on directory.plan for select to sky_auth using (reseller_id is null
    or (directory.current_tenant() is null and directory.current_reseller() is null)
    or reseller_id = directory.current_reseller() or reseller_id = directory.current_tenant()
    or reseller_id = (select t.parent_id from directory.tenant t where t.tenant_id = directory.current_tenant()));
create policy own on directory.plan to sky_auth
    using (reseller_id is not distinct from directory.current_tenant() and directory.current_reseller() is null);
alter table directory.plan_price enable row level security;
create policy seen on directory.plan_price for select to sky_auth using (plan_id in (select p.plan_id from directory.plan p));
create policy own on directory.plan_price to sky_auth using (plan_id in (select p.plan_id from directory.plan p
    where p.reseller_id is not distinct from directory.current_tenant() and directory.current_reseller() is null));

-- A bill says what the tenant was called then; it may be gone when the bill is written.
alter table directory.mailbox_day add column tenant text not null default '';
create index mailbox_day_by_day on directory.mailbox_day (day, tenant_id, account_id);

-- Days that are counted. A replica that counts says so again and again; when it falls silent, another goes on.
create table directory.usage_day (
    day         date primary key,
    claimed_at  timestamptz not null default clock_timestamp(),
    recorded_at timestamptz
);
grant select, insert, update on directory.usage_day to sky_auth;

-- Marks the plans of a tenant's day as used, whoever owns them.
create function directory.use_plans(tenant bigint, used_on date) returns void
language sql security definer set search_path = pg_catalog, directory as $$
    update directory.plan set last_used = greatest(last_used, $2)
     where plan_id in (select d.plan_id from directory.mailbox_day d where d.tenant_id = $1 and d.day = $2)
       and (last_used is null or last_used < $2) and $1 = directory.current_tenant()
$$;

-- As before, but for the protocols: where the account has none of its own, they are its plan's.
create or replace function directory.find_credentials(wanted text)
returns table (version bigint, tenant_id bigint, account_id bigint, address text, display_name text, kind text, state text,
               tenant_state text, scram_salt bytea, second_factor boolean, second_factor_required boolean, account_protocols text[],
               has_ldap boolean,
               credential_ids bigint[], kinds text[], verifiers text[], scram_sha256 text[], scram_sha1 text[], protocols text[], networks text[])
language sql stable security definer set search_path = pg_catalog, directory as $$
    select v.version, a.tenant_id, a.account_id, a.address, a.display_name, a.kind, a.state, t.state, a.scram_salt,
           exists (select from directory.second_factor f
                    where f.tenant_id = a.tenant_id and f.account_id = a.account_id and f.confirmed_at is not null),
           t.second_factor_required, coalesce(a.protocols, p.protocols),
           exists (select from directory.ldap_source l where l.tenant_id = a.tenant_id),
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
            where k.tenant_id = a.tenant_id and k.account_id = a.account_id and (k.expires_at is null or k.expires_at > now())) c
$$;

revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;
