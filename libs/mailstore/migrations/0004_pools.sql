-- What an account may hold: so much by itself, or a share of a pool (docs/adr/0003); and for how long what was deleted is kept.
create table mail.pool (
    tenant_id bigint not null,
    pool_id bigint not null,                    -- given by whoever sells it (directory.plan)
    limit_octets bigint not null check (limit_octets >= 0),
    primary key (tenant_id, pool_id)
);
alter table mail.pool enable row level security;
create policy tenant on mail.pool using (tenant_id = nullif(current_setting('sky.tenant', true), '')::bigint);
grant select on mail.pool to sky_auth, sky_delivery, sky_imap, sky_pop3;

-- In a pool quota_octets is the share that the account holds: what it may use without asking. Shares change only while the pool's row is
-- locked, and their sum stays within its limit. Locks: accounts by id, then pools by id; whoever holds a pool waits for no account.
alter table mail.account
    add column pool_id bigint,
    add column retention_days integer check (retention_days > 0),  -- of what was deleted; null: kept
    add foreign key (tenant_id, pool_id) references mail.pool,
    add constraint share_of_pool check (pool_id is null or quota_octets is not null);
create index account_by_pool on mail.account (tenant_id, pool_id) where pool_id is not null;

create function mail.held_of_pool(tenant bigint, pool bigint) returns bigint language sql stable as $$
    select coalesce(sum(quota_octets), 0)::bigint from mail.account where tenant_id = $1 and pool_id = $2
$$;

-- Takes back what accounts hold beyond their use, or beyond what they want (those of this transaction). Accounts that others have locked
-- are passed over. The caller holds the pool's row.
create function mail.take_back(tenant bigint, pool bigint, accounts bigint[], wanted bigint[]) returns void
language sql as $$
    with idle as (
        select o.account_id, greatest(o.used_octets, coalesce(w.octets, 0)) as needs
          from mail.account o left join unnest($3, $4) w (id, octets) on w.id = o.account_id
         where o.tenant_id = $1 and o.pool_id = $2 and o.quota_octets > greatest(o.used_octets, coalesce(w.octets, 0))
         order by o.account_id for no key update of o skip locked
    )
    update mail.account a set quota_octets = idle.needs from idle where a.tenant_id = $1 and a.account_id = idle.account_id
$$;

-- Lets accounts that this transaction has locked hold what they want (use and all that is about to come), as far as their pools have it,
-- and a little more, so that few writes ask. `accounts` names all of a pool that the transaction writes to. Returns what each holds then;
-- busy: there may be more when others are done, try again.
create function mail.draw(tenant bigint, accounts bigint[], wanted bigint[]) returns table (account bigint, quota bigint, busy boolean)
language plpgsql security definer set search_path = mail, pg_temp as $$
#variable_conflict use_variable
declare
    pool record;
    mine record;
    free bigint;
    short bigint;
    extra bigint;
begin
    perform mail.require_tenant(tenant);
    for pool in
        select p.pool_id, p.limit_octets from mail.pool p where p.tenant_id = tenant and p.pool_id in
            (select a.pool_id from mail.account a where a.tenant_id = tenant and a.account_id = any (accounts))
        order by p.pool_id for no key update of p
    loop
        busy := false;
        free := pool.limit_octets - mail.held_of_pool(tenant, pool.pool_id);
        short := (select coalesce(sum(greatest(w.octets - a.quota_octets, 0)), 0) from unnest(accounts, wanted) w (id, octets)
                  join mail.account a on a.tenant_id = tenant and a.account_id = w.id where a.pool_id = pool.pool_id);
        if short > free then
            perform mail.take_back(tenant, pool.pool_id, accounts, wanted);
            free := pool.limit_octets - mail.held_of_pool(tenant, pool.pool_id);
            busy := short > free and exists (select from mail.account a where a.tenant_id = tenant and a.pool_id = pool.pool_id
                                             and a.quota_octets > a.used_octets and a.account_id <> all (accounts));
        end if;
        for mine in
            select a.account_id, w.octets - a.quota_octets as lacks from unnest(accounts, wanted) w (id, octets)
              join mail.account a on a.tenant_id = tenant and a.account_id = w.id
             where a.pool_id = pool.pool_id and w.octets > a.quota_octets order by a.account_id
        loop
            extra := least(mine.lacks, greatest(free, 0));
            short := short - mine.lacks;
            extra := extra + least(greatest(free - extra - short, 0) / 16, 67108864);
            free := free - extra;
            update mail.account a set quota_octets = a.quota_octets + extra where a.tenant_id = tenant and a.account_id = mine.account_id;
        end loop;
        return query select a.account_id, a.quota_octets, busy from mail.account a
            where a.tenant_id = tenant and a.account_id = any (accounts) and a.pool_id = pool.pool_id;
    end loop;
end $$;

-- Sets what accounts may hold (quota, or with a pool their share of it) and the retention (0: kept), and the tenant's pools, all of them.
-- An account that comes into a pool holds what it uses; a pool that shrinks takes back what nobody uses. One caller a tenant at a time.
create function mail.set_limits(tenant bigint, accounts bigint[], quotas bigint[], pools bigint[], retentions bigint[],
                                pool_ids bigint[], pool_limits bigint[]) returns void
language plpgsql security definer set search_path = mail, pg_temp as $$
#variable_conflict use_variable
declare
    shrinking bigint[];
    pool record;
begin
    perform mail.require_tenant(tenant);
    shrinking := array(select p.id from unnest(pool_ids, pool_limits) p (id, octets) where p.octets < mail.held_of_pool(tenant, p.id));
    perform from mail.account a where a.tenant_id = tenant
        and (a.account_id = any (accounts) or (a.pool_id = any (shrinking) and a.quota_octets > a.used_octets))
        order by a.account_id for no key update;
    insert into mail.pool select tenant, p.id, p.octets from unnest(pool_ids, pool_limits) p (id, octets) order by p.id
        on conflict do nothing;
    perform from mail.pool p where p.tenant_id = tenant order by p.pool_id for no key update;
    update mail.pool p set limit_octets = l.octets from unnest(pool_ids, pool_limits) l (id, octets)
     where p.tenant_id = tenant and p.pool_id = l.id and p.limit_octets <> l.octets;
    update mail.account a set pool_id = l.pool, quota_octets = l.quota, retention_days = l.retention
      from (select b.account_id, nullif(w.pool, 0) as pool, nullif(w.retention, 0)::integer as retention,
                   case when w.pool = 0 then w.quota when b.pool_id = w.pool then b.quota_octets else b.used_octets end as quota
              from unnest(accounts, quotas, pools, retentions) w (id, quota, pool, retention)
              join mail.account b on b.tenant_id = tenant and b.account_id = w.id) l
     where a.tenant_id = tenant and a.account_id = l.account_id
       and (a.pool_id, a.quota_octets, a.retention_days) is distinct from (l.pool, l.quota, l.retention);
    for pool in select p.pool_id, p.limit_octets from mail.pool p where p.tenant_id = tenant order by p.pool_id loop
        if mail.held_of_pool(tenant, pool.pool_id) > pool.limit_octets then
            perform mail.take_back(tenant, pool.pool_id, '{}', '{}');
            if mail.held_of_pool(tenant, pool.pool_id) > pool.limit_octets and exists (
                select from mail.account a where a.tenant_id = tenant and a.pool_id = pool.pool_id and a.quota_octets > a.used_octets) then
                raise exception 'accounts of pool % are being written to', pool.pool_id using errcode = 'serialization_failure';
            end if;
        end if;
    end loop;
    delete from mail.pool p where p.tenant_id = tenant and p.pool_id <> all (pool_ids)
        and not exists (select from mail.account a where a.tenant_id = tenant and a.pool_id = p.pool_id);
end $$;

drop function mail.set_quota;  -- set_limits says all at once
revoke execute on function mail.held_of_pool, mail.take_back, mail.draw, mail.set_limits from public;
grant execute on function mail.draw to sky_delivery, sky_imap;
grant execute on function mail.set_limits to sky_auth;
