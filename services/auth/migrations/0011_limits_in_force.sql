-- Plans in force: quotas and pools that follow them (docs/adr/0003).

-- Tenants whose limits are to be computed again, because a plan changed that they or some of their mailboxes are on. Written in the
-- transaction of that change; taken by a worker of auth, one tenant a transaction.
create table directory.limits_due (
    tenant_id bigint primary key references directory.tenant on delete cascade,
    since     timestamptz not null default clock_timestamp()
);
alter table directory.limits_due enable row level security;
create policy own_tenant on directory.limits_due to sky_auth using (tenant_id = directory.current_tenant());
create policy platform on directory.limits_due for select to sky_auth using (directory.current_tenant() is null
    and directory.current_reseller() is null);
grant select, insert, update, delete on directory.limits_due to sky_auth;

-- All tenants that a plan matters to, for its owner. One that is being worked on, or waits already, is marked anew: whoever computes it
-- waits for this transaction, or comes again after it.
create function directory.limits_due_by_plan(plan bigint) returns void
language sql security definer set search_path = pg_catalog, directory as $$
    insert into directory.limits_due (tenant_id)
        select t.tenant_id from directory.tenant t
         where (t.plan_id = $1 or exists (select from directory.account a where a.tenant_id = t.tenant_id and a.plan_id = $1))
           and exists (select from directory.plan p where p.plan_id = $1 and p.reseller_id is not distinct from directory.current_tenant())
         order by t.tenant_id
        on conflict (tenant_id) do update set since = clock_timestamp()
$$;
revoke all on function directory.limits_due_by_plan from public;
grant execute on function directory.limits_due_by_plan to sky_auth;

-- Without a quota of its own a mailbox has its plan's, else the service's default. Until now the default (5 GiB unless it was set) was
-- written down as if it had been chosen.
comment on column directory.account.quota_octets is 'its own; null: its plan''s, else the service''s default';
update directory.account set quota_octets = null where quota_octets = 5368709120;
insert into directory.limits_due (tenant_id) select distinct tenant_id from directory.account;
