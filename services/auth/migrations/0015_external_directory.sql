-- A tenant's directory elsewhere (LDAP, Active Directory): it proves passwords, and says who there is.

alter table directory.account
    -- Whose word counts for the main password; null: as the tenant has it.
    add column password_by text check (password_by in ('own', 'directory')),
    -- Suspended because the directory no longer has it, or has it disabled: comes back with it.
    add column suspended_by_sync boolean not null default false;
-- Further addresses that the directory says, which go when it says so.
alter table directory.address add column external boolean not null default false;

create table directory.external_directory (
    tenant_id     bigint primary key references directory.tenant on delete cascade,
    urls          text[] not null check (cardinality(urls) between 1 and 8),   -- ldaps://… or ldap://… (StartTLS), tried in their order
    authorities   text not null default '' check (length(authorities) <= 65536),  -- PEM; empty: the system's
    bind_dn       text not null default '' check (length(bind_dn) <= 1024),     -- empty: searches are anonymous
    bind_password bytea not null default '',                                     -- sealed; empty: none
    base_dn       text not null check (length(base_dn) <= 1024),
    user_filter   text not null check (length(user_filter) <= 4096),             -- with {address}, {local}, {uid}
    id_attribute  text not null check (length(id_attribute) between 1 and 64),   -- what an entry is known by for ever
    attributes    text[] not null,                                               -- field=attribute
    sign_in       text not null default 'all' check (sign_in in ('all', 'chosen', 'none')),  -- whose main passwords it proves
    enabled       boolean not null default true,
    sync          boolean not null default false,
    sync_minutes  integer not null default 60 check (sync_minutes between 5 and 10080),
    changed_at    timestamptz not null default clock_timestamp()
);

-- What membership of a group there means here: membership of a group, or the protocols that one may use.
create table directory.external_group (
    tenant_id bigint not null references directory.external_directory on delete cascade,
    dn        text not null check (length(dn) between 1 and 1024),
    address   text check (address = lower(address) and length(address) <= 320),
    protocols text[],
    primary key (tenant_id, dn),
    check (num_nonnulls(address, protocols) = 1)
);

-- How the last sync went. One replica at a time works on a tenant: its claim counts until then.
create table directory.external_sync (
    tenant_id     bigint primary key references directory.external_directory on delete cascade,
    asked_at      timestamptz,
    asked_whole   boolean not null default false,        -- however many vanish
    claimed_until timestamptz not null default '-infinity',
    started_at    timestamptz,
    ended_at      timestamptz,
    error         text not null default '',              -- of the last that ended; empty: it went well
    added         integer not null default 0,
    changed       integer not null default 0,
    suspended     integer not null default 0,
    restored      integer not null default 0,
    skipped       integer not null default 0,
    notes         text[] not null default '{}'           -- of what was skipped, the first hundred
);

-- As before, with the directory that proves the main password: when it was last changed, in microseconds; 0: none does. Of an address that
-- nobody has, the same of its domain's tenant, without an account (0). In plpgsql, which plans it once a connection and not at each sign-in.
drop function directory.find_credentials(text);
drop table directory.ldap_source;  -- planned before, never written
create function directory.find_credentials(wanted text)
returns table (version bigint, tenant_id bigint, account_id bigint, address text, display_name text, kind text, state text,
               tenant_state text, scram_salt bytea, second_factor boolean, second_factor_required boolean, account_protocols text[],
               directory_version bigint, external_id text, scram_for_main boolean,
               credential_ids bigint[], kinds text[], verifiers text[], scram_sha256 text[], scram_sha1 text[], protocols text[], networks text[])
language plpgsql stable security definer set search_path = pg_catalog, directory as $$
#variable_conflict use_column
begin
    return query
    select v.version, a.tenant_id, a.account_id, a.address, a.display_name, a.kind, a.state, t.state, a.scram_salt,
           exists (select from directory.second_factor f
                    where f.tenant_id = a.tenant_id and f.account_id = a.account_id and f.confirmed_at is not null),
           t.second_factor_required, coalesce(a.protocols, p.protocols),
           coalesce((select (extract(epoch from e.changed_at) * 1000000)::bigint from directory.external_directory e
                      where e.tenant_id = a.tenant_id and e.enabled and a.kind = 'user'
                        and case a.password_by when 'own' then false when 'directory' then e.sign_in <> 'none' else e.sign_in = 'all' end), 0),
           coalesce(a.external_id, ''), t.scram_for_main, c.ids, c.kinds, c.verifiers, c.sha256, c.sha1, c.protocols, c.networks
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
    if found then return; end if;
    return query
    select v.version, e.tenant_id, 0::bigint, '', '', '', '', '', ''::bytea, false, false, null::text[],
           (extract(epoch from e.changed_at) * 1000000)::bigint, '', false,
           '{}'::bigint[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[]
      from directory.version v
      join directory.domain d on d.name = substring(wanted from '[^@]*$') and d.state <> 'pending'
      join directory.external_directory e on e.tenant_id = d.tenant_id and e.enabled and e.sign_in = 'all';
end $$;

-- Tenants whose directory is to be read: asked for, or as long ago as they want; and nobody is at it.
create function directory.due_syncs(most integer) returns setof bigint
language sql stable security definer set search_path = pg_catalog, directory as $$
    select e.tenant_id
      from directory.external_directory e left join directory.external_sync s on s.tenant_id = e.tenant_id
     where e.enabled and (s.claimed_until is null or s.claimed_until < clock_timestamp())
       and (s.asked_at is not null
            or (e.sync and (s.ended_at is null or s.ended_at < clock_timestamp() - make_interval(mins => e.sync_minutes))))
     order by e.tenant_id limit $1
$$;
revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;

alter table directory.external_directory enable row level security;
alter table directory.external_group enable row level security;
alter table directory.external_sync enable row level security;
create policy own_tenant on directory.external_directory to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.external_group to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.external_sync to sky_auth using (tenant_id = directory.current_tenant());
grant select, insert, update, delete on directory.external_directory, directory.external_group, directory.external_sync to sky_auth;
