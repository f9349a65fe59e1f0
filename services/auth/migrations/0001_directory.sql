-- Who exists, how they prove it, and where an address leads. Owned by services/auth; no other role may read any of it.
create schema directory;
grant usage on schema directory to sky_auth;

-- The tenant this transaction works for (libs/pg sets it), or null: then sky_auth looks at the whole platform, and may only read.
create function directory.current_tenant() returns bigint language sql stable parallel safe
    as $$ select nullif(current_setting('sky.tenant', true), '')::bigint $$;

create sequence directory.tenant_id;

create table directory.tenant (
    tenant_id  bigint primary key,
    name       text not null unique check (name = lower(name) and length(name) between 1 and 64),
    -- suspended: receives, can't send; closing: refuses mail and sign-in until closes_at, then goes.
    state      text not null default 'active' check (state in ('active', 'suspended', 'closing')),
    closes_at  timestamptz,
    parent_id  bigint references directory.tenant,       -- the reseller; null under the provider
    created_at timestamptz not null default now()
);

create table directory.domain (
    tenant_id  bigint not null references directory.tenant,
    domain_id  bigint not null generated always as identity,
    name       text not null unique check (name = lower(name) and length(name) between 1 and 255),
    state      text not null default 'active' check (state in ('active', 'suspended')),
    created_at timestamptz not null default now(),
    primary key (tenant_id, domain_id)
);

-- Whatever owns mail or calendars, or takes part in rights: user mailboxes now; shared mailboxes, rooms, public folder trees later.
create table directory.account (
    tenant_id    bigint not null references directory.tenant,
    account_id   bigint not null generated always as identity unique,
    kind         text not null default 'user' check (kind in ('user', 'shared', 'room', 'equipment', 'public_folders', 'service')),
    address      text not null,                          -- the primary one, as in directory.address
    display_name text not null default '' check (length(display_name) <= 256),
    state        text not null default 'active' check (state in ('active', 'suspended')),
    quota_octets bigint check (quota_octets > 0),        -- null: no limit
    created_at   timestamptz not null default now(),
    primary key (tenant_id, account_id)
);

-- A name whose mail goes elsewhere: to targets here or outside, in their order.
create table directory.alias (
    tenant_id  bigint not null references directory.tenant,
    alias_id   bigint not null generated always as identity,
    created_at timestamptz not null default now(),
    primary key (tenant_id, alias_id)
);
create table directory.alias_target (
    tenant_id bigint not null,
    alias_id  bigint not null,
    position  integer not null check (position between 1 and 1000),
    target    text not null,
    primary key (tenant_id, alias_id, position),
    foreign key (tenant_id, alias_id) references directory.alias on delete cascade
);
-- Who leads here? Asked by directory.record, over all tenants.
create index alias_by_target on directory.alias_target (target);
create index alias_by_target_domain on directory.alias_target (split_part(target, '@', 2));

-- Every address here leads to exactly one thing. Addresses are normalised (lower case) and unique over all tenants.
create table directory.address (
    tenant_id  bigint not null,
    address    text not null unique check (address = lower(address) and length(address) <= 320),
    domain_id  bigint not null,
    account_id bigint,
    alias_id   bigint,
    primary key (tenant_id, address),
    check (num_nonnulls(account_id, alias_id) = 1),
    foreign key (tenant_id, domain_id) references directory.domain,
    foreign key (tenant_id, account_id) references directory.account on delete cascade,
    foreign key (tenant_id, alias_id) references directory.alias on delete cascade
);
create index address_by_domain on directory.address (tenant_id, domain_id, address);
create index address_by_account on directory.address (tenant_id, account_id) where account_id is not null;
create index address_by_alias on directory.address (tenant_id, alias_id) where alias_id is not null;
alter table directory.account add foreign key (tenant_id, address) references directory.address (tenant_id, address)
    on delete cascade deferrable initially deferred;

create table directory.credential (
    tenant_id     bigint not null,
    account_id    bigint not null,
    credential_id bigint not null generated always as identity,
    kind          text not null check (kind in ('main', 'app')),
    verifier      text not null check (verifier like '$%'),   -- argon2id in crypt form; never a password
    label         text not null default '',
    created_at    timestamptz not null default now(),
    expires_at    timestamptz,
    primary key (tenant_id, account_id, credential_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);
create unique index one_main_credential on directory.credential (tenant_id, account_id) where kind = 'main';

-- Every change of the directory takes the next number in its own transaction. The row is locked until that transaction ends, so that
-- numbers become visible in their order: who has seen n has seen all before n.
create table directory.version (
    one     boolean primary key default true check (one),
    version bigint not null
);
insert into directory.version (version) values (1);

-- What each version changed, for caches elsewhere. Kept for a day; who asks for older ones must drop all.
create table directory.change (
    version     bigint primary key,
    changed_at  timestamptz not null default now(),
    addresses   text[] not null default '{}',
    domains     text[] not null default '{}',
    account_ids bigint[] not null default '{}'
);
create index change_by_time on directory.change (changed_at);

-- Who did what. Stays when what it names is gone, therefore without foreign keys.
create table directory.audit (
    tenant_id bigint not null,
    audit_id  bigint not null generated always as identity,
    at        timestamptz not null default now(),
    version   bigint not null,
    actor     text not null,                             -- common name of the caller's certificate
    peer      text not null default '',
    action    text not null,                             -- mailbox.add
    object    text not null,
    detail    jsonb not null default '{}',
    primary key (tenant_id, audit_id)
);
create index audit_by_time on directory.audit (tenant_id, at);

-- First outcomes of writes that carried a key, for a day. The digest leaves passwords out.
create table directory.idempotency (
    actor      text not null,
    method     text not null,
    key        text not null check (length(key) between 1 and 128),
    digest     bytea not null,
    reply      bytea not null,
    created_at timestamptz not null default now(),
    primary key (actor, method, key)
);
create index idempotency_by_time on directory.idempotency (created_at);

-- Takes the next version and records the change and who made it; the last statement of every write, because it holds the lock that puts
-- all writes in order. Aliases of any tenant that lead, however indirectly, to a changed address have changed with it.
create function directory.record(tenant bigint, actor text, peer text, action text, object text, detail jsonb,
                                 addresses text[], domains text[], account_ids bigint[])
returns bigint language sql security definer set search_path = pg_catalog, directory as $$
    with recursive touched (address, depth) as (
             select unnest($7), 0
             union
             select n.address, 1 from directory.alias_target t join directory.address n using (tenant_id, alias_id)
              where split_part(t.target, '@', 2) = any ($8)
             union
             select n.address, touched.depth + 1
               from touched join directory.alias_target t on t.target = touched.address join directory.address n using (tenant_id, alias_id)
              where touched.depth < 10),
         next as (update directory.version set version = version + 1 where $1 = directory.current_tenant() returning version),
         logged as (insert into directory.change (version, addresses, domains, account_ids)
                    select next.version, array(select distinct address from touched), $8, $9 from next),
         audited as (insert into directory.audit (tenant_id, version, actor, peer, action, object, detail)
                     select $1, next.version, $2, $3, $4, $5, $6 from next)
    select version from next
$$;

-- Sign-in begins with an address and no tenant. One snapshot: the version is no newer than what it stands beside.
create function directory.find_credentials(wanted text)
returns table (version bigint, tenant_id bigint, account_id bigint, address text, display_name text, kind text, state text,
               tenant_state text, verifiers text[])
language sql stable security definer set search_path = pg_catalog, directory as $$
    select v.version, a.tenant_id, a.account_id, a.address, a.display_name, a.kind, a.state, t.state,
           array(select c.verifier from directory.credential c
                  where c.tenant_id = a.tenant_id and c.account_id = a.account_id and (c.expires_at is null or c.expires_at > now())
                  order by c.kind desc, c.credential_id)
      from directory.version v
      join directory.address n on n.address = wanted
      join directory.account a on a.tenant_id = n.tenant_id and a.account_id = n.account_id
      join directory.tenant t on t.tenant_id = a.tenant_id
$$;

revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to sky_auth;

alter table directory.tenant enable row level security;
alter table directory.domain enable row level security;
alter table directory.account enable row level security;
alter table directory.alias enable row level security;
alter table directory.alias_target enable row level security;
alter table directory.address enable row level security;
alter table directory.credential enable row level security;
alter table directory.audit enable row level security;
create policy own_tenant on directory.tenant to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.domain to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.account to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.alias to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.alias_target to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.address to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.credential to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.audit to sky_auth using (tenant_id = directory.current_tenant());
-- Routing and the operator's lists cross tenants: reading only, only while no tenant is chosen, and never credentials.
create policy platform on directory.tenant for select to sky_auth using (directory.current_tenant() is null);
create policy platform on directory.domain for select to sky_auth using (directory.current_tenant() is null);
create policy platform on directory.account for select to sky_auth using (directory.current_tenant() is null);
create policy platform on directory.alias for select to sky_auth using (directory.current_tenant() is null);
create policy platform on directory.alias_target for select to sky_auth using (directory.current_tenant() is null);
create policy platform on directory.address for select to sky_auth using (directory.current_tenant() is null);

grant usage on sequence directory.tenant_id to sky_auth;
grant select, insert, update, delete on directory.tenant, directory.domain, directory.account, directory.alias, directory.alias_target,
    directory.address, directory.credential to sky_auth;
grant select on directory.version to sky_auth;
grant select, delete on directory.change to sky_auth;
grant select, insert, delete on directory.idempotency to sky_auth;
grant select on directory.audit to sky_auth;
