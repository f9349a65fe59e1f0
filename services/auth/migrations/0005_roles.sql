-- Who may administer what. Users need no row: everyone may look after their own account.
create table directory.role_grant (
    tenant_id   bigint not null,                         -- of the account
    account_id  bigint not null,
    role        text not null check (role in ('platform', 'reseller', 'tenant', 'help_desk')),
    over_tenant bigint references directory.tenant on delete cascade,  -- null: of the platform
    granted_at  timestamptz not null default now(),
    granted_by  text not null,
    foreign key (tenant_id, account_id) references directory.account on delete cascade,
    unique (tenant_id, account_id, role, over_tenant),
    check ((role = 'platform') = (over_tenant is null))
);

-- Tokens for programs and for people's sessions in the web app: an opaque string whose keyed digest stands here. Never more than its maker had.
create table directory.token (
    tenant_id    bigint not null references directory.tenant on delete cascade,
    token_id     bigint not null generated always as identity,
    account_id   bigint,                                 -- whose rights it carries; null: those of role and over_tenant
    role         text check (role in ('platform', 'reseller', 'tenant', 'help_desk', 'user')),  -- at most this
    over_tenant  bigint references directory.tenant on delete cascade,
    label        text not null default '' check (length(label) <= 256),
    digest       bytea not null unique,
    networks     cidr[] not null default '{}',
    created_at   timestamptz not null default now(),
    created_by   text not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    primary key (tenant_id, token_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);

-- The operator's own: tokens of the platform belong to no tenant's people, and the single-use token of the first start.
create table directory.platform_token (
    token_id     bigint primary key generated always as identity,
    purpose      text not null check (purpose in ('setup', 'api')),
    label        text not null default '' check (length(label) <= 256),
    digest       bytea not null unique,
    networks     cidr[] not null default '{}',
    created_at   timestamptz not null default now(),
    created_by   text not null,
    expires_at   timestamptz,
    last_used_at timestamptz
);
create unique index one_setup_token on directory.platform_token (purpose) where purpose = 'setup';
alter table directory.role_grant enable row level security;
alter table directory.token enable row level security;
create policy own_tenant on directory.role_grant to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.token to sky_auth using (tenant_id = directory.current_tenant());
create policy platform on directory.role_grant for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
grant select, insert, update, delete on directory.role_grant, directory.token, directory.platform_token to sky_auth;

-- Whoever shows a token has no tenant yet. Of an account's token: its roles as they are now, no more than the token's own.
create function directory.find_token(wanted bytea)
returns table (tenant_id bigint, token_id bigint, account_id bigint, address text, role text, over_tenant bigint, networks text, label text)
language sql stable security definer set search_path = pg_catalog, directory as $$
    select k.tenant_id, k.token_id, coalesce(k.account_id, 0), coalesce(a.address, ''), coalesce(k.role, ''), coalesce(k.over_tenant, 0),
           array_to_string(k.networks, ','), k.label
      from directory.token k join directory.tenant t on t.tenant_id = k.tenant_id
      left join directory.account a on a.tenant_id = k.tenant_id and a.account_id = k.account_id
     where k.digest = wanted and (k.expires_at is null or k.expires_at > now()) and t.state <> 'closing'
       and (k.account_id is null or a.state = 'active')
    union all
    select 0, p.token_id, 0, '', 'platform', 0, array_to_string(p.networks, ','), p.label
      from directory.platform_token p
     where p.digest = wanted and p.purpose = 'api' and (p.expires_at is null or p.expires_at > now())
$$;
-- The highest role an account holds, and over whom; nothing for a plain user.
create function directory.find_roles(account_tenant bigint, account bigint)
returns table (role text, over_tenant bigint)
language sql stable security definer set search_path = pg_catalog, directory as $$
    select role, coalesce(over_tenant, 0) from directory.role_grant where tenant_id = $1 and account_id = $2
     order by array_position(array['platform', 'reseller', 'tenant', 'help_desk'], role), over_tenant
$$;
-- What an access decision needs to know of a tenant that stands outside of the caller's view: no more than that it is under a reseller.
create function directory.is_under(tenant bigint, reseller bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, directory as $$
    select exists (select from directory.tenant t where t.tenant_id = $1 and (t.tenant_id = $2 or t.parent_id = $2))
$$;
revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;
