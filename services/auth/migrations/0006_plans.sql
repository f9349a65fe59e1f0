-- What is sold, and what was used.
create table directory.plan (
    plan_id      bigint primary key generated always as identity,
    reseller_id  bigint references directory.tenant on delete cascade,   -- null: the provider's, for all
    name         text not null check (name = lower(name) and length(name) between 1 and 64),
    storage_octets bigint not null check (storage_octets > 0),
    storage      text not null default 'mailbox' check (storage in ('mailbox', 'pooled')),  -- each its own, or the tenant's all together
    protocols    text[] not null,
    sends_hour   integer not null check (sends_hour >= 0),
    sends_day    integer not null check (sends_day >= 0),
    recipients   integer not null check (recipients between 1 and 1000),   -- of one message
    retention_days integer check (retention_days > 0),                    -- deleted items; null: kept
    proration    text not null default 'full_month' check (proration in ('full_month', 'daily')),
    created_at   timestamptz not null default now(),
    unique nulls not distinct (reseller_id, name)
);
-- The price from a day on, in minor units without tax: 5.50 AUD + 10 % is 550, AUD, 1000, GST.
create table directory.plan_price (
    plan_id     bigint not null references directory.plan on delete cascade,
    valid_from  date not null,
    minor_units bigint not null check (minor_units >= 0),
    currency    text not null check (currency ~ '^[A-Z]{3}$'),
    tax_name    text not null default '',
    tax_basis_points integer not null default 0 check (tax_basis_points between 0 and 10000),
    primary key (plan_id, valid_from)
);
alter table directory.tenant add column plan_id bigint references directory.plan;
alter table directory.account add foreign key (plan_id) references directory.plan;

-- One row a mailbox and day, written nightly; bills are computed from these rows and nothing else.
create table directory.mailbox_day (
    tenant_id   bigint not null,
    day         date not null,
    account_id  bigint not null,
    address     text not null,
    kind        text not null,
    state       text not null,
    plan_id     bigint,
    plan        text not null default '',
    used_octets bigint not null,
    primary key (tenant_id, day, account_id)
);
alter table directory.mailbox_day enable row level security;
create policy own_tenant on directory.mailbox_day to sky_auth using (tenant_id = directory.current_tenant());
create policy platform on directory.mailbox_day for select to sky_auth using (directory.current_tenant() is null
    and (directory.current_reseller() is null or tenant_id in (select directory.tenants_of(directory.current_reseller()))));
grant select, insert, update, delete on directory.plan, directory.plan_price, directory.mailbox_day to sky_auth;
