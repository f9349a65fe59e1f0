-- What a tenant has besides users and aliases: shared mailboxes, rooms, equipment, public folder trees, groups, contacts.

alter table directory.account
    -- What the address list says of it.
    add column title       text not null default '' check (length(title) <= 256),
    add column department  text not null default '' check (length(department) <= 256),
    add column phone       text not null default '' check (length(phone) <= 64),
    add column mobile      text not null default '' check (length(mobile) <= 64),
    add column office      text not null default '' check (length(office) <= 256),
    add column manager_id  bigint,
    add column listed      boolean not null default true,
    -- Of shared mailboxes: whose Sent folder gets the copy of what is sent as or on behalf of it.
    add column sent_copy   text not null default 'sender' check (sent_copy in ('sender', 'shared', 'both')),
    -- Of rooms and equipment, as JSON: capacity, auto_accept, conflicts, window_days, longest_minutes, bookers, approvers.
    add column booking     jsonb not null default '{}',
    add column plan_id     bigint,                                  -- null: the tenant's
    add column protocols   text[],                                  -- null: the plan's
    add column scram_salt  bytea not null default decode(replace(gen_random_uuid()::text, '-', ''), 'hex'),
    add column external_id text check (length(external_id) <= 1024),  -- of a directory or identity provider elsewhere
    add column password_changed_at timestamptz,
    add foreign key (tenant_id, manager_id) references directory.account (tenant_id, account_id) on delete set null (manager_id);
create index account_by_manager on directory.account (tenant_id, manager_id) where manager_id is not null;
create unique index account_by_external_id on directory.account (tenant_id, external_id) where external_id is not null;

create table directory.photo (
    tenant_id  bigint not null,
    account_id bigint not null,
    media_type text not null check (media_type in ('image/jpeg', 'image/png')),
    octets     bytea not null check (length(octets) <= 131072),
    primary key (tenant_id, account_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade
);

-- Who may open another's mailbox, and send as it or on its behalf.
create table directory.delegate (
    tenant_id      bigint not null,
    account_id     bigint not null,                     -- whose mailbox
    grantee_id     bigint not null,                     -- who may
    full_access    boolean not null default false,
    send_as        boolean not null default false,
    send_on_behalf boolean not null default false,
    primary key (tenant_id, account_id, grantee_id),
    foreign key (tenant_id, account_id) references directory.account on delete cascade,
    foreign key (tenant_id, grantee_id) references directory.account on delete cascade,
    check (account_id <> grantee_id and (full_access or send_as or send_on_behalf))
);
create index delegate_by_grantee on directory.delegate (tenant_id, grantee_id);

create table directory.distribution_group (
    tenant_id    bigint not null references directory.tenant,
    group_id     bigint not null generated always as identity,
    display_name text not null default '' check (length(display_name) <= 256),
    description  text not null default '' check (length(description) <= 1024),
    -- Who may send to it.
    senders      text not null default 'tenant' check (senders in ('anyone', 'tenant', 'members', 'listed')),
    moderated    boolean not null default false,
    listed       boolean not null default true,
    created_at   timestamptz not null default now(),
    primary key (tenant_id, group_id)
);
-- Members are addresses: of users, of other groups, of people elsewhere.
create table directory.group_member (
    tenant_id bigint not null,
    group_id  bigint not null,
    target    text not null check (target = lower(target) and length(target) <= 320),
    added_at  timestamptz not null default now(),
    primary key (tenant_id, group_id, target),
    foreign key (tenant_id, group_id) references directory.distribution_group on delete cascade
);
create index group_member_by_target on directory.group_member (target);
create index group_member_by_target_domain on directory.group_member (split_part(target, '@', 2));
-- Who else may send to it (senders = 'listed'), and who lets mail through (moderated).
create table directory.group_officer (
    tenant_id bigint not null,
    group_id  bigint not null,
    duty      text not null check (duty in ('sender', 'moderator', 'owner')),
    address   text not null check (address = lower(address) and length(address) <= 320),
    primary key (tenant_id, group_id, duty, address),
    foreign key (tenant_id, group_id) references directory.distribution_group on delete cascade
);

alter table directory.address
    add column group_id bigint,
    drop constraint address_check,
    add constraint leads_to_one check (num_nonnulls(account_id, alias_id, group_id) = 1),
    add foreign key (tenant_id, group_id) references directory.distribution_group on delete cascade;
create index address_by_group on directory.address (tenant_id, group_id) where group_id is not null;

-- People elsewhere whom the address list knows.
create table directory.contact (
    tenant_id    bigint not null references directory.tenant,
    contact_id   bigint not null generated always as identity,
    address      text not null check (address = lower(address) and length(address) <= 320),
    display_name text not null default '' check (length(display_name) <= 256),
    title        text not null default '' check (length(title) <= 256),
    company      text not null default '' check (length(company) <= 256),
    phone        text not null default '' check (length(phone) <= 64),
    mobile       text not null default '' check (length(mobile) <= 64),
    created_at   timestamptz not null default now(),
    primary key (tenant_id, contact_id),
    unique (tenant_id, address)
);

-- Aliases, groups, domains and catch-alls of any tenant that lead, however indirectly, to a changed address have changed with it.
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
         next as (update directory.version set version = version + 1 where $1 = directory.current_tenant() returning version),
         logged as (insert into directory.change (version, addresses, domains, account_ids)
                    select next.version, array(select distinct address from touched), array(select name from followers), $9 from next),
         audited as (insert into directory.audit (tenant_id, version, actor, peer, action, object, detail)
                     select $1, next.version, $2, $3, $4, $5, $6 from next)
    select version from next
$$;

alter table directory.photo enable row level security;
alter table directory.delegate enable row level security;
alter table directory.distribution_group enable row level security;
alter table directory.group_member enable row level security;
alter table directory.group_officer enable row level security;
alter table directory.contact enable row level security;
create policy own_tenant on directory.photo to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.delegate to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.distribution_group to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.group_member to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.group_officer to sky_auth using (tenant_id = directory.current_tenant());
create policy own_tenant on directory.contact to sky_auth using (tenant_id = directory.current_tenant());
create policy platform on directory.delegate for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create policy platform on directory.distribution_group for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create policy platform on directory.group_member for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create policy platform on directory.group_officer for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
create policy platform on directory.contact for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
grant select, insert, update, delete on directory.photo, directory.delegate, directory.distribution_group, directory.group_member,
    directory.group_officer, directory.contact to sky_auth;
