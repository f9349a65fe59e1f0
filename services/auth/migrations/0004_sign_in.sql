-- How people prove who they are.

-- Main and app passwords. SCRAM verifiers stand beside them where the tenant wants them; all of one account share its scram_salt.
alter table directory.credential
    drop constraint credential_verifier_check,
    add constraint credential_verifier_check check (verifier ~ '^[${]' and length(verifier) <= 1024),
    add column scram_sha256 text check (scram_sha256 like 'SCRAM-SHA-256$%'),
    add column scram_sha1   text check (scram_sha1 like 'SCRAM-SHA-1$%'),
    -- Of app passwords: where they may be used; empty: everywhere.
    add column protocols    text[] not null default '{}',
    add column networks     cidr[] not null default '{}',
    add column last_used_at timestamptz,
    add column last_used_by text not null default '';

-- What an account's main password was, newest first, so that it does not come back.
create table directory.old_password (
    tenant_id  bigint not null,
    account_id bigint not null,
    ended_at   timestamptz not null default clock_timestamp(),
    verifier   text not null,
    primary key (tenant_id, account_id, ended_at),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);

-- Time-based one-time passwords (RFC 6238). last_step is the replay store: a code counts once.
create table directory.second_factor (
    tenant_id    bigint not null,
    account_id   bigint not null,
    secret       bytea not null,                         -- sealed
    confirmed_at timestamptz,                            -- null: enrolment has begun only
    last_step    bigint not null default 0,
    created_at   timestamptz not null default now(),
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);
create table directory.recovery_code (
    tenant_id  bigint not null,
    account_id bigint not null,
    digest     bytea not null,                           -- keyed
    used_at    timestamptz,
    primary key (tenant_id, account_id, digest),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);

-- An LDAP directory or Active Directory that proves a tenant's passwords.
create table directory.ldap_source (
    tenant_id     bigint primary key references directory.tenant on delete cascade,
    uri           text not null,
    start_tls     boolean not null,
    ca            text not null default '',              -- PEM; empty: the system's authorities
    bind_dn       text not null,
    bind_password bytea not null,                        -- sealed
    base_dn       text not null,
    user_filter   text not null,                         -- (mail=%s)
    group_map     jsonb not null default '{}',           -- group DN → group address here
    changed_at    timestamptz not null default now()
);

-- An OpenID Connect provider through which a tenant's people sign in on the web.
create table directory.oidc_provider (
    tenant_id     bigint primary key references directory.tenant on delete cascade,
    issuer        text not null check (issuer like 'https://%'),
    client_id     text not null,
    client_secret bytea not null,                        -- sealed
    scopes        text not null default 'openid email profile',
    address_claim text not null default 'email',
    changed_at    timestamptz not null default now()
);

-- Every sign-in; repetitions of one kind within a minute are counted in one row.
create table directory.sign_in (
    tenant_id  bigint not null,                          -- 0: nobody's address
    minute     timestamptz not null,
    account_id bigint not null,
    address    text not null,
    protocol   text not null,
    mechanism  text not null,
    remote     text not null,
    outcome    text not null,
    count      integer not null default 1,
    last_at    timestamptz not null default clock_timestamp(),
    primary key (tenant_id, minute, account_id, address, protocol, mechanism, remote, outcome)
);

-- Sign-in begins with an address and no tenant. One snapshot: the version is no newer than what it stands beside. Verifiers and what
-- belongs to them are parallel arrays; protocols and networks are joined by commas.
drop function directory.find_credentials(text);
create function directory.find_credentials(wanted text)
returns table (version bigint, tenant_id bigint, account_id bigint, address text, display_name text, kind text, state text,
               tenant_state text, scram_salt bytea, second_factor boolean, second_factor_required boolean, account_protocols text[],
               has_ldap boolean,
               credential_ids bigint[], kinds text[], verifiers text[], scram_sha256 text[], scram_sha1 text[], protocols text[], networks text[])
language sql stable security definer set search_path = pg_catalog, directory as $$
    select v.version, a.tenant_id, a.account_id, a.address, a.display_name, a.kind, a.state, t.state, a.scram_salt,
           exists (select from directory.second_factor f
                    where f.tenant_id = a.tenant_id and f.account_id = a.account_id and f.confirmed_at is not null),
           t.second_factor_required, a.protocols,
           exists (select from directory.ldap_source l where l.tenant_id = a.tenant_id),
           c.ids, c.kinds, c.verifiers, c.sha256, c.sha1, c.protocols, c.networks
      from directory.version v
      join directory.address n on n.address = wanted
      join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id
      join directory.tenant t on t.tenant_id = a.tenant_id
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
revoke all on function directory.find_credentials(text) from public;
grant execute on function directory.find_credentials(text) to sky_auth;

alter table directory.old_password enable row level security;
alter table directory.second_factor enable row level security;
alter table directory.recovery_code enable row level security;
alter table directory.ldap_source enable row level security;
alter table directory.oidc_provider enable row level security;
alter table directory.sign_in enable row level security;
create policy own_tenant on directory.old_password to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.second_factor to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.recovery_code to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.ldap_source to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.oidc_provider to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.sign_in to sky_auth using (tenant_id = directory.current_tenant());
grant select, insert, update, delete on directory.old_password, directory.second_factor, directory.recovery_code, directory.ldap_source,
    directory.oidc_provider to sky_auth;
grant select on directory.sign_in to sky_auth;

-- Sign-ins of all tenants are written together, once a second.
create function directory.log_sign_ins(tenants bigint[], minutes timestamptz[], accounts bigint[], addresses text[], protocols text[],
                                       mechanisms text[], remotes text[], outcomes text[], counts integer[])
returns void language sql security definer set search_path = pg_catalog, directory as $$
    insert into directory.sign_in as s (tenant_id, minute, account_id, address, protocol, mechanism, remote, outcome, count)
    select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (tenant_id, minute, account_id, address, protocol, mechanism, remote, outcome)
        do update set count = s.count + excluded.count, last_at = clock_timestamp()
$$;
create function directory.forget_sign_ins(older_than timestamptz) returns void
language sql security definer set search_path = pg_catalog, directory as $$ delete from directory.sign_in where minute < $1 $$;
create index sign_in_by_time on directory.sign_in (minute);
